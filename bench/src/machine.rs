//! What the machine says about itself: its load, its file systems, and this process's memory. Linux only; elsewhere
//! they are unknown.

use std::fs;
use std::path::Path;

/// When others use more than this part of the processors' time, figures are not to be trusted.
pub(crate) const TRUST: f64 = 0.1;

/// The load of the last minute.
pub(crate) fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.parse().ok()
}

/// The processors' time from a moment on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Meter(Option<Ticks>);

/// Clock ticks since the machine, and this process, began.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Ticks {
    all: u64,
    busy: u64,
    own: u64,
}

impl Meter {
    /// From now on.
    pub(crate) fn start() -> Self {
        Self(ticks())
    }

    /// Which part of the processors' time others used since then: neither this process, nor those that it started and
    /// that have ended.
    pub(crate) fn others(self) -> Option<f64> {
        others(self.0?, ticks()?)
    }
}

fn ticks() -> Option<Ticks> {
    let (stat, own) = (fs::read_to_string("/proc/stat").ok()?, fs::read_to_string("/proc/self/stat").ok()?);
    ticks_in(&stat, &own)
}

/// From the machine's and the process's counters, both in the same unit.
fn ticks_in(stat: &str, own: &str) -> Option<Ticks> {
    // user nice system idle iowait irq softirq steal; what follows is counted in user already.
    let words = stat.lines().next()?.strip_prefix("cpu ")?.split_whitespace().take(8);
    let machine: Vec<u64> = words.map(str::parse).collect::<Result<_, _>>().ok()?;
    let all = machine.iter().sum();
    let idle = machine.get(3)? + machine.get(4)?;
    // Behind the name, which may hold anything: state, ten numbers, then user and system time, the children's too.
    let words = own.rsplit_once(')')?.1.split_whitespace().skip(11).take(4);
    let own: Vec<u64> = words.map(str::parse).collect::<Result<_, _>>().ok()?;
    Some(Ticks { all, busy: all.checked_sub(idle)?, own: own.iter().sum() })
}

fn others(from: Ticks, to: Ticks) -> Option<f64> {
    let all = to.all.checked_sub(from.all).filter(|all| *all > 0)?;
    let others = to.busy.saturating_sub(from.busy).saturating_sub(to.own.saturating_sub(from.own));
    Some(others as f64 / all as f64)
}

/// The memory that this process holds now, to be asked later by how much it has grown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory(Option<u64>);

impl Memory {
    pub(crate) fn now() -> Self {
        Self(status("VmRSS:"))
    }

    /// What this process holds now, in bytes.
    pub(crate) fn held_now() -> Option<u64> {
        Self::now().0
    }

    /// How far the most that was held at any time since the process began is above that, in bytes.
    pub(crate) fn growth(self) -> Option<u64> {
        Some(status("VmHWM:")?.saturating_sub(self.0?))
    }

    /// How far what is held now is above that, in bytes.
    pub(crate) fn held(self) -> Option<u64> {
        Some(status("VmRSS:")?.saturating_sub(self.0?))
    }
}

fn status(name: &str) -> Option<u64> {
    status_in(&fs::read_to_string("/proc/self/status").ok()?, name)
}

fn status_in(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
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

    #[test]
    fn what_others_use_is_neither_idle_nor_ours() {
        let own = |ours: u64| format!("7 (a ) b) S 1 2 3 4 5 6 7 8 9 10 {ours} 0 0 0 20");
        let from = ticks_in("cpu  10 0 0 90 0 0 0 0 7 0\ncpu0 1", &own(5)).unwrap();
        assert_eq!(from, Ticks { all: 100, busy: 10, own: 5 });
        let to = ticks_in("cpu  40 10 10 120 10 0 0 10 7 0\n", &own(25)).unwrap();
        // 60 of 100 ticks were busy, 20 of them ours.
        assert_eq!(others(from, to), Some(0.4));
        assert_eq!(others(from, from), None);
        assert_eq!(ticks_in("", ""), None);
    }

    #[test]
    fn memory_is_in_bytes() {
        let text = "Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t  512 kB\n";
        assert_eq!(status_in(text, "VmHWM:"), Some(2 << 20));
        assert_eq!(status_in(text, "VmSwap:"), None);
    }
}
