//! A device and nothing else, with the allocator of the system, as an application has it.

use std::process::ExitCode;

fn main() -> ExitCode {
    syncline_bench::client()
}
