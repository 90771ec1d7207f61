//! The processors' time that a process uses: what a figure means on a machine that others use too. Linux only;
//! elsewhere it is unknown.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::time::Duration;

/// The processors' time of a process from a moment on, its own and the kernel's on its behalf.
#[derive(Debug, Clone)]
pub(crate) struct Cpu {
    /// Its folder in `/proc`.
    process: String,
    from: Option<Threads>,
}

/// What each thread of a process has used.
type Threads = HashMap<OsString, Duration>;

impl Cpu {
    /// Of this process, from now on.
    pub(crate) fn own() -> Self {
        Self::from_now("self".to_owned())
    }

    /// Of the process with that id, from now on.
    pub(crate) fn of(process: u32) -> Self {
        Self::from_now(process.to_string())
    }

    fn from_now(process: String) -> Self {
        let from = used(&process);
        Self { process, from }
    }

    /// What was used since then, by the threads that still run: those that work here last, and those that end meanwhile
    /// had nothing to do.
    pub(crate) fn used(&self) -> Option<Duration> {
        let (from, to) = (self.from.as_ref()?, used(&self.process)?);
        let each = |(thread, used): (OsString, Duration)| {
            used.saturating_sub(from.get(&thread).copied().unwrap_or_default())
        };
        Some(to.into_iter().map(each).sum())
    }
}

/// By each thread since it began. To the nanosecond, unlike the clock ticks of `/proc/…/stat`.
fn used(process: &str) -> Option<Threads> {
    let mut threads = Threads::new();
    for thread in fs::read_dir(format!("/proc/{process}/task")).ok()? {
        let thread = thread.ok()?;
        // It may end between the two.
        if let Ok(stat) = fs::read_to_string(thread.path().join("schedstat")) {
            threads.insert(thread.file_name(), in_schedstat(&stat)?);
        }
    }
    Some(threads)
}

/// The first of its numbers: the time on a processor, in nanoseconds.
fn in_schedstat(stat: &str) -> Option<Duration> {
    stat.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_on_a_processor_is_the_first_number() {
        assert_eq!(in_schedstat("68566147 32474318 196\n"), Some(Duration::from_nanos(68_566_147)));
        assert_eq!((in_schedstat(""), in_schedstat("x 1 2")), (None, None));
    }

    #[test]
    fn work_takes_time_and_a_process_that_is_gone_none() {
        let own = Cpu::own();
        let mut sum = 0_u64;
        // Until it shows; a machine that does not say is none that this can be tested on.
        while own.used().is_some_and(|used| used.is_zero()) {
            sum = std::hint::black_box((0..1_000_u64).fold(sum, u64::wrapping_add));
        }
        assert_eq!(Cpu::of(0).used(), None);
    }
}
