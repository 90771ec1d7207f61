//! What the distance alone costs, where each request waits for the answer to the one before it: arithmetic.

use crate::bench::Program;
use crate::line::LATENCY;
use crate::sample::Sample;
use crate::terms;

/// `size` records in pages of AppSync's size.
pub(crate) const PAGE_TRIPS: Program = Program {
    label: "pages x round trip",
    prepare: Program::NOTHING,
    run: |_, size| Ok(trips(size, terms::PAGE)),
};

/// `size` mutations in documents of AppSync's size.
pub(crate) const BATCH_TRIPS: Program = Program {
    label: "batches x round trip",
    prepare: Program::NOTHING,
    run: |_, size| Ok(trips(size, terms::APPSYNC_BATCH)),
};

fn trips(size: u32, each: usize) -> Sample {
    let trips = size.div_ceil(u32::try_from(each).unwrap_or(u32::MAX));
    Sample { requests: Some(trips.into()), ..Sample::whole(size, 2 * LATENCY * trips) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_request_need_not_be_full() {
        let sample = trips(1_001, 1_000);
        assert_eq!((sample.requests, sample.total), (Some(2), 4 * LATENCY));
    }
}
