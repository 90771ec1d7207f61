//! Memory that was freed, back to the system.
//!
//! glibc keeps what a thread has freed in that thread's arena, where a few small values that live on pin it: after a base
//! sync, whose pages are read on several threads, a device stayed at its highest point although most of it was free.
//! Other allocators give it back by themselves.
//!
//! This is the one place of the workspace with `unsafe` code: Rust has no name for what it calls.

/// Gives back to the system what the allocator holds and nobody uses. It locks the allocator's arenas one after the other
/// for some milliseconds: for the end of much work. Does nothing where the C library is not glibc, and finds nothing where
/// the application has chosen another allocator.
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    trim();
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "malloc_trim(3) is a C function; the libc crate only declares it")]
fn trim() {
    // SAFETY: it takes no pointer, and touches only memory that nobody has allocated.
    unsafe {
        libc::malloc_trim(0);
    }
}

#[cfg(test)]
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod tests {
    use super::*;

    /// The pages of this process that are in memory.
    fn resident() -> u64 {
        let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
        pages.split(' ').nth(1).unwrap().parse().unwrap()
    }

    #[test]
    fn what_small_values_pin_is_given_back() {
        // A thread of its own has an arena of its own; every hundredth block lives on, so that its end is never free.
        let (pinned, before) = std::thread::spawn(|| {
            let mut blocks: Vec<Vec<u8>> = (0..32_000).map(|_| vec![1; 1_000]).collect();
            let mut number = 0;
            blocks.retain(|_| {
                number += 1;
                number % 100 == 0
            });
            (blocks, resident())
        })
        .join()
        .unwrap();
        give_back();
        let after = resident();
        assert_eq!(pinned.len(), 320);
        assert!(after + 2_000 < before, "{before} pages before, {after} after");
    }
}
