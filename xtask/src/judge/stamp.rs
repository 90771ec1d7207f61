//! Whether an installation is still the one that is asked for.
//!
//! A stamp is a file inside of what was installed, so that it is gone when that is. It is written last: an installation
//! that was interrupted has none.

use std::fs;
use std::path::{Path, PathBuf};

/// The stamp's file.
const FILE: &str = ".installed";

/// What an installation follows from, as one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp(u64);

impl Stamp {
    /// Of these files and these words (versions, places). A file that is not there counts as empty.
    pub(crate) fn of(files: &[PathBuf], words: &[&str]) -> Self {
        let texts = files.iter().map(|path| fs::read(path).unwrap_or_default());
        Self::of_texts(texts.chain(words.iter().map(|word| word.as_bytes().to_vec())))
    }

    /// FNV-1a: stable across versions of the compiler, and nobody has a reason to forge it.
    fn of_texts(texts: impl Iterator<Item = Vec<u8>>) -> Self {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for text in texts {
            // The length ends a text, so that nothing moves from one to the next unseen.
            for byte in text.iter().copied().chain((text.len() as u64).to_le_bytes()) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        Self(hash)
    }

    /// Whether `installed` was installed for this.
    pub(crate) fn holds(self, installed: &Path) -> bool {
        fs::read_to_string(installed.join(FILE)).is_ok_and(|text| text == self.text())
    }

    /// Says so from now on.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn put(self, installed: &Path) -> Result<(), String> {
        let path = installed.join(FILE);
        fs::write(&path, self.text()).map_err(|e| format!("cannot write {}: {e}", path.display()))
    }

    fn text(self) -> String {
        format!("{:016x}\n", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differs_with_what_it_is_of() {
        let of = |texts: &[&str]| Stamp::of_texts(texts.iter().map(|text| text.as_bytes().to_vec()));
        assert_eq!(of(&["a", "b"]), of(&["a", "b"]));
        for other in [&["ab"][..], &["b", "a"], &["a", "b", ""], &["a"], &[]] {
            assert_ne!(of(&["a", "b"]), of(other), "{other:?}");
        }
        // A stamp outlives the program that wrote it.
        assert_eq!(of(&["a"]).text(), "dedf9f982e43402d\n");
    }

    #[test]
    fn what_was_never_installed_has_no_stamp() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let stamp = Stamp::of(&[here.join("Cargo.toml"), here.join("no such file")], &["1"]);
        assert!(!stamp.holds(here));
        assert!(stamp.put(&here.join("no such folder")).unwrap_err().contains("no such folder"));
    }
}
