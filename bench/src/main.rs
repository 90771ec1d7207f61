//! The command: it measures, and is the devices.

use std::process::ExitCode;

fn main() -> ExitCode {
    syncline_bench::main()
}
