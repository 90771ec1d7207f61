//! The property (I8): the same records, whoever evaluates.

use crate::database::Database;
use crate::generate::{World, world};
use crate::oracle;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use std::cell::Cell;
use syncline_core::predicate::{Filter, from_json, to_json, to_query_json, to_sync_json};
use syncline_core::{Model, Predicate};

/// For XorShift: ChaCha would take most of the time of an unoptimised build.
const SEED: &[u8; 16] = b"predicates agree";
const WORLDS: u32 = 200;
const RECORDS: usize = 24;
const PREDICATES: usize = 100;

#[test]
fn rust_sqlite_and_filter_json_agree() {
    let config =
        Config { cases: WORLDS, failure_persistence: None, max_shrink_iters: 1_000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::XorShift, SEED));
    let (predicates, selected, rejected) = (Cell::new(0_usize), Cell::new(0_usize), Cell::new(0_usize));
    let outcome = runner.run(&world(RECORDS, PREDICATES), |world| {
        let database = Database::new(&world.model, &world.records);
        for predicate in &world.predicates {
            let counts = agree(&world, &database, predicate).map_err(TestCaseError::fail)?;
            predicates.set(predicates.get() + 1);
            selected.set(selected.get() + counts);
            rejected.set(rejected.get() + world.records.len() - counts);
        }
        Ok(())
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(reason, _)) => panic!("{reason}"),
        Err(other) => panic!("{other}"),
    }
    println!(
        "{} predicates agreed on {} records: {} selected, {} not",
        predicates.get(),
        selected.get() + rejected.get(),
        selected.get(),
        rejected.get()
    );
    assert_eq!(predicates.get(), 20_000);
    assert!(selected.get() > 50_000 && rejected.get() > 50_000, "the cases say something");
}

/// How many records the predicate selects, if everybody agrees.
fn agree(world: &World, database: &Database, predicate: &Predicate) -> Result<usize, String> {
    let World { model, records, .. } = world;
    let expected: Vec<bool> =
        records.iter().map(|(record, deleted)| oracle::selects(predicate, model, record, *deleted)).collect();
    let filter = predicate.bind(model).map_err(|error| format!("{error}\nof {predicate:?}"))?;
    let differ = |who: &str, found: &dyn std::fmt::Debug, filter: &Filter| {
        let shown =
            records.iter().enumerate().map(|(n, row)| format!("\n  {n}: {row:?}")).collect::<String>();
        let columns: Vec<String> =
            model.fields.iter().map(|field| format!("{}: {}", field.name, field.type_name())).collect();
        format!(
            "{who} differs\n{predicate:?}\nbound {filter:?}\nmodel {columns:?}\nexpected {expected:?}\nfound    {found:?}{shown}"
        )
    };
    let check = |who: &str, filter: &Filter| {
        let found: Vec<bool> =
            records.iter().map(|(record, deleted)| filter.matches(record, *deleted)).collect();
        if found == expected { Ok(()) } else { Err(differ(who, &found, filter)) }
    };
    check("Rust", &filter)?;
    check("the double negation", &filter.clone().negated().negated())?;

    let found = database.selected(&filter, records.len())?;
    if found != expected {
        return Err(differ("SQLite's WHERE", &found, &filter));
    }
    let found = database.values(&filter)?;
    if found != expected.iter().map(|selected| Some(i64::from(*selected))).collect::<Vec<_>>() {
        return Err(differ("SQLite's value", &found, &filter));
    }
    for (who, json) in [
        ("the filter JSON", to_json(predicate)),
        ("the filter JSON of queries", to_query_json(predicate)),
        ("the filter JSON of sync", to_sync_json(predicate)),
    ] {
        check(who, &through_text(&json, model)?)?;
    }
    Ok(expected.iter().filter(|selected| **selected).count())
}

fn through_text(json: &serde_json::Value, model: &Model) -> Result<Filter, String> {
    let text = json.to_string();
    let json = serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))?;
    let predicate = from_json(&json).map_err(|error| format!("{error}: {text}"))?;
    predicate.bind(model).map_err(|error| format!("{error}: {text}"))
}
