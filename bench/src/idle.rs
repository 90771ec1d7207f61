//! Having nothing to do, and what that takes.

use std::time::{Duration, Instant};

use crate::cpu::Cpu;
use crate::machine::Memory;
use crate::sample::Sample;
use crate::{Result, heap};

/// Posts that a device has brought before it has nothing to do.
pub(crate) const RECORDS: u32 = 10_000;

/// How long what follows the last event may go on before it counts.
const SETTLE: Duration = Duration::from_secs(1);

/// Lets the time pass and measures what this process takes meanwhile.
///
/// # Errors
/// SQLite's.
pub(crate) async fn stay(time: Duration) -> Result<Sample> {
    tokio::time::sleep(SETTLE).await;
    let (cpu, start) = (Cpu::own(), Instant::now());
    tokio::time::sleep(time).await;
    let (used, total) = (cpu.used(), start.elapsed());
    let idle = used.map(|used| used.as_secs_f64() / total.as_secs_f64());
    let held = Memory::held_now();
    let sqlite = heap::sqlite()?;
    let resident = held.map(|held| held.saturating_sub(sqlite));
    let seconds = u32::try_from(time.as_secs())?;
    Ok(Sample { idle, resident, ..Sample::whole(seconds, total) })
}
