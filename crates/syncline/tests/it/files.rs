//! Files that cannot be opened, and who has them.

use super::support::{device, post};
use std::fs;
use std::path::Path;
use syncline::{Error, StoreError};
use tempfile::tempdir;

#[tokio::test]
async fn a_second_opener_is_told_who_has_the_file() {
    let files = tempdir().unwrap();
    let first = device(files.path(), "a").open().await.unwrap();
    let error = device(files.path(), "a").open().await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    let program = std::env::current_exe().unwrap();
    let program = program.file_name().unwrap().to_string_lossy();
    let text = error.to_string();
    assert!(text.contains(&*program) && text.contains(&std::process::id().to_string()), "{text}");
    first.save(post("still open")).await.unwrap();
    drop(first);
    device(files.path(), "a").open().await.unwrap();
}

/// Every file that holds something of the user's: its name, length and a checksum. The lock does not, nor what SQLite
/// leaves beside a file that it has read: an index of the log, and an empty log.
fn files_of(directory: &Path) -> Vec<(String, usize, u64)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let bytes = fs::read(entry.path()).unwrap();
        if !(name.ends_with(".lock") || name.ends_with("-shm") || bytes.is_empty()) {
            let sum =
                bytes.iter().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
            files.push((name, bytes.len(), sum));
        }
    }
    files.sort();
    files
}

#[tokio::test]
async fn a_file_that_is_not_ours_newer_or_damaged_is_refused_untouched() {
    let whole = {
        let files = tempdir().unwrap();
        let store = device(files.path(), "a").open().await.unwrap();
        store.save(post("x")).await.unwrap();
        drop(store);
        fs::read(files.path().join("a")).unwrap()
    };
    assert!(whole.len() > 8_192, "what was saved is in the file itself: {}", whole.len());
    let mut newer = whole.clone();
    // SQLite's user_version, big-endian.
    newer[60..64].copy_from_slice(&9_999_i32.to_be_bytes());
    let mut damaged = whole.clone();
    damaged[100..4_000].fill(0xa5);
    type Expected = fn(&StoreError) -> bool;
    let cases: [(&str, Vec<u8>, Expected); 4] = [
        ("text", b"Dear diary".to_vec(), |error| matches!(error, StoreError::NotOurs { .. })),
        ("a picture", [0x89, b'P', b'N', b'G'].repeat(3_000), |error| {
            matches!(error, StoreError::NotOurs { .. })
        }),
        ("newer", newer, |error| matches!(error, StoreError::TooNew { .. })),
        ("damaged", damaged, |error| {
            matches!(error, StoreError::Damaged { .. } | StoreError::NotOurs { .. })
        }),
    ];
    for (name, content, expected) in cases {
        let files = tempdir().unwrap();
        fs::write(files.path().join("a"), &content).unwrap();
        let before = files_of(files.path());
        let error = device(files.path(), "a").open().await.unwrap_err();
        assert!(matches!(&error, Error::Store(store) if expected(store)), "{name}: {error}");
        assert!(error.to_string().contains("; "), "{name}: a way out: {error}");
        assert_eq!(files_of(files.path()), before, "{name} is untouched");
    }
}
