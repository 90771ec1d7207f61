//! Long commands that print nothing: a line now and then says that they still work.

use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How often a line is printed.
const EVERY: Duration = Duration::from_secs(15);

/// Runs a command; whether it passed. While it runs, prints what `progress` says.
///
/// # Errors
/// It could not be started.
pub(crate) fn passes(command: &mut Command, progress: impl Fn() -> String) -> Result<bool, String> {
    passes_telling(command, EVERY, |seconds| println!("  {seconds} s, {}", progress()))
}

fn passes_telling(command: &mut Command, every: Duration, tell: impl Fn(u64)) -> Result<bool, String> {
    let (done, end) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            // Nobody is left to be told only if the other side has panicked.
            let _ = done.send(super::tool::passes(command));
        });
        let mut times = 0;
        loop {
            match end.recv_timeout(every) {
                Ok(outcome) => return outcome,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    times += 1;
                    tell((every * times).as_secs());
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => return Err("its thread ended early".to_owned()),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn says_that_it_waits_and_how_it_ended() {
        let told = Cell::new(0_u32);
        let mut command = Command::new("cargo");
        let outcome = passes_telling(command.arg("--version"), Duration::ZERO, |_| told.set(told.get() + 1));
        assert_eq!(outcome, Ok(true));
        assert!(told.get() > 0);
        assert!(passes(&mut Command::new("no-such-program"), String::new).is_err());
    }
}
