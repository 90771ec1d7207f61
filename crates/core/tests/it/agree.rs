//! The property (I8): the same records, whoever evaluates.

use crate::coverage::{Coverage, DEPTH, depth};
use crate::database::Database;
use crate::generate::World;
use crate::oracle;
use crate::random::Random;
use crate::shrink::smallest;
use syncline_core::Predicate;
use syncline_core::predicate::{Filter, from_json, to_json, to_query_json, to_sync_json};

const SEED: u64 = 0x5e70_fa6e;
const WORLDS: usize = 500;
const RECORDS: usize = 16;
const PREDICATES: usize = 400;

#[test]
fn rust_sqlite_and_filter_json_agree() {
    let mut random = Random::new(SEED);
    let mut coverage = Coverage::default();
    let (mut cases, mut selected) = (0, 0);
    for _ in 0..WORLDS {
        let world = World::new(&mut random, RECORDS);
        let database = Database::new(&world.model, &world.records);
        database.index_pairs();
        for place in 0..PREDICATES {
            let predicate = world.predicate(&mut random, place % (DEPTH + 1));
            let found = agree(&world, &database, &predicate).unwrap_or_else(|_| {
                let smallest = smallest(&predicate, |smaller| agree(&world, &database, smaller).is_err());
                panic!("{}", agree(&world, &database, &smallest).unwrap_err())
            });
            coverage.add(&world.model, &predicate, found.count_ones(), RECORDS as u32 - found.count_ones());
            cases += 1;
            selected += u64::from(found.count_ones());
        }
    }
    let compared = (cases * RECORDS) as u64;
    println!(
        "{cases} predicates agreed on {compared} records: {selected} selected; by depth {:?}",
        coverage.depths
    );
    assert_eq!(cases, 200_000);
    assert!(selected > compared / 4 && selected < compared * 3 / 4, "the cases say something");
    assert!(coverage.depths.iter().all(|count| *count > 20_000), "{:?}", coverage.depths);
    coverage.check(100);
}

/// Which records the predicate selects, a bit for each, if everybody agrees.
fn agree(world: &World, database: &Database, predicate: &Predicate) -> Result<u64, String> {
    let World { model, records } = world;
    let expected =
        bits(records.iter().map(|(row, deleted)| oracle::selects(predicate, model, row, *deleted)));
    let differ = |who: &str, found: u64, filter: &Filter| {
        let place = (found ^ expected).trailing_zeros() as usize;
        let columns: Vec<String> =
            model.fields.iter().map(|field| format!("{}: {}", field.name, field.type_name())).collect();
        format!(
            "{who} differs\n{predicate:?}\nbound {filter:?}\nmodel {columns:?}\nrecord {:?}\nselected? {}, expected {}",
            records[place],
            found >> place & 1,
            expected >> place & 1,
        )
    };
    let filter = predicate.bind(model).map_err(|error| format!("{error}\nof {predicate:?}"))?;
    let evaluate = |who: &str, filter: &Filter| {
        let found = bits(records.iter().map(|(record, deleted)| filter.matches(record, *deleted)));
        if found == expected { Ok(()) } else { Err(differ(who, found, filter)) }
    };
    evaluate("Rust", &filter)?;
    let found = database.mask(&filter)?;
    if found != expected {
        return Err(differ("SQLite's WHERE", found, &filter));
    }
    if depth(predicate) <= 1 {
        // Read without WHERE it must be 0 or 1: null would be as good as 0 there, but not under NOT.
        let values = database.values(&filter)?;
        if values.iter().any(Option::is_none) {
            return Err(format!("SQLite's value is null somewhere: {values:?}\n{predicate:?}"));
        }
        let found = bits(values.into_iter().map(|value| value == Some(1)));
        if found != expected {
            return Err(differ("SQLite's value", found, &filter));
        }
    }
    // What JSON text does to values does not depend on the form around them.
    let text = to_json(predicate).to_string();
    let json = serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))?;
    let forms = [json, to_query_json(predicate), to_sync_json(predicate)];
    for (place, who) in ["the filter JSON", "that of queries", "that of sync"].into_iter().enumerate() {
        let json = &forms[place];
        if forms[..place].contains(json) {
            continue;
        }
        let read = from_json(json).map_err(|error| format!("{error}: {json}"))?;
        let read = read.bind(model).map_err(|error| format!("{error}: {json}"))?;
        if read != filter {
            evaluate(who, &read)?;
        }
    }
    Ok(expected)
}

fn bits(selected: impl Iterator<Item = bool>) -> u64 {
    selected.enumerate().map(|(place, selected)| u64::from(selected) << place).sum()
}
