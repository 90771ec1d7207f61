//! The `condition` of a mutation.
//!
//! AppSync's condition inputs do not know the fields of the key. Existing clients drop such a comparison, which
//! changes the meaning of whatever stands around it. A mutation is about one key, so what is said about the key is
//! settled here instead, and only the rest is sent.

use serde_json::{Value as Json, json};
use syncline_core::predicate::to_query_json;
use syncline_core::{Key, Model, Predicate, Record};

/// The condition as JSON; null if there is none, or nothing is left of it.
#[must_use]
pub fn condition(model: &Model, key: &Key, predicate: Option<&Predicate>) -> Json {
    let Some(predicate) = predicate else { return Json::Null };
    let mut record = Record::empty(model.fields.len());
    for (&field, value) in model.key.iter().zip(&key.0) {
        record[field] = value.clone();
    }
    match settle(model, &record, predicate) {
        Settled::Always => Json::Null,
        // Something that no record satisfies and every server accepts.
        Settled::Never => json!({
            "and": [{ "_deleted": { "attributeExists": true } }, { "_deleted": { "attributeExists": false } }]
        }),
        Settled::Depends(rest) => to_query_json(&rest),
    }
}

enum Settled {
    Always,
    Never,
    Depends(Predicate),
}

fn settle(model: &Model, key: &Record, predicate: &Predicate) -> Settled {
    match predicate {
        Predicate::All => Settled::Always,
        Predicate::Compare(comparison) => {
            let about_key = model.field(&comparison.field).is_some_and(|field| model.is_key(field));
            // A comparison that does not fit the model is left to the server, which says what is wrong with it.
            match predicate.bind(model) {
                Ok(filter) if about_key && filter.matches(key, false) => Settled::Always,
                Ok(_) if about_key => Settled::Never,
                _ => Settled::Depends(predicate.clone()),
            }
        }
        Predicate::And(terms) => {
            let mut rest = Vec::new();
            for term in terms {
                match settle(model, key, term) {
                    Settled::Always => {}
                    Settled::Never => return Settled::Never,
                    Settled::Depends(term) => rest.push(term),
                }
            }
            if rest.is_empty() { Settled::Always } else { Settled::Depends(join(rest, Predicate::And)) }
        }
        Predicate::Or(terms) if terms.is_empty() => Settled::Always,
        Predicate::Or(terms) => {
            let mut rest = Vec::new();
            for term in terms {
                match settle(model, key, term) {
                    Settled::Always => return Settled::Always,
                    Settled::Never => {}
                    Settled::Depends(term) => rest.push(term),
                }
            }
            if rest.is_empty() { Settled::Never } else { Settled::Depends(join(rest, Predicate::Or)) }
        }
        Predicate::Not(inner) => match settle(model, key, inner) {
            Settled::Always => Settled::Never,
            Settled::Never => Settled::Always,
            Settled::Depends(inner) => Settled::Depends(Predicate::Not(Box::new(inner))),
        },
    }
}

fn join(mut terms: Vec<Predicate>, group: fn(Vec<Predicate>) -> Predicate) -> Predicate {
    if terms.len() == 1 { terms.remove(0) } else { group(terms) }
}
