//! Many rounds of the race of the contract, on a file and with threads.

use syncline_backend::contract::race::missed;

use crate::harness::Threaded;

/// A round is one sync of one client, against writers that commit in groups; the clock steps back and forth, and the
/// store is opened anew every few hundred rounds.
#[test]
fn ten_thousand_syncs_miss_nothing() {
    assert_eq!(missed::<Threaded>(10_000, None), 0);
}
