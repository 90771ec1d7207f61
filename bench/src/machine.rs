//! What the machine says about itself: its load and its file systems. Linux only; elsewhere both are unknown.

use std::fs;
use std::path::Path;

/// The load of the last minute.
pub(crate) fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.parse().ok()
}

/// The name of the file system that holds `path`.
pub(crate) fn filesystem(path: &Path) -> String {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    filesystem_in(&mounts, path).unwrap_or("unknown").to_owned()
}

/// The type on the last of the deepest mounts above `path`.
fn filesystem_in<'a>(mounts: &'a str, path: &Path) -> Option<&'a str> {
    let fields = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        Some((Path::new(words.next()?), words.next()?))
    });
    let above = fields.filter(|(point, _)| path.starts_with(point));
    above.max_by_key(|(point, _)| point.components().count()).map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_mount_holds_the_path() {
        let mounts = "a / ext4 rw 0 0\nb /dev tmpfs rw 0 0\nc /dev/shm ramfs rw 0 0\nd / xfs rw 0 0\n";
        for (path, expected) in [("/srv/x", "xfs"), ("/dev/shm/y", "ramfs"), ("/dev/shmem", "tmpfs")] {
            assert_eq!(filesystem_in(mounts, Path::new(path)), Some(expected), "{path}");
        }
        assert_eq!(filesystem_in("", Path::new("/")), None);
    }
}
