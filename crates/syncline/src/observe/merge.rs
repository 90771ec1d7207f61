//! Several changes of a record as one.

use super::change::RecordChange;
use std::collections::HashMap;
use std::sync::Arc;
use syncline_core::{Key, Record};

/// What became of a record over some commits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Net<'a> {
    pub(super) key: &'a Key,
    pub(super) before: Option<&'a Record>,
    pub(super) after: Option<&'a Record>,
    pub(super) version: Option<i64>,
}

/// What `changes` come to, for each record once; those that come to nothing are left out.
pub(super) fn net(changes: &[Arc<RecordChange>]) -> Vec<Net<'_>> {
    let mut nets: Vec<Net<'_>> = Vec::with_capacity(changes.len());
    let mut places = HashMap::with_capacity(changes.len());
    for change in changes {
        let (after, version) = (change.after.as_ref(), change.version);
        let place = *places.entry(&change.key).or_insert(nets.len());
        match nets.get_mut(place) {
            Some(net) => (net.after, net.version) = (after, version),
            None => nets.push(Net { key: &change.key, before: change.before.as_ref(), after, version }),
        }
    }
    nets.retain(|net| net.before != net.after);
    nets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::ChangeSource;
    use syncline_core::Value;

    #[test]
    fn changes_of_a_record_come_to_one_or_to_none() {
        let record = |text: &str| (text != "-").then(|| Record(vec![Value::text(text)]));
        for (changes, expected) in [
            ("a:->x", "a:->x"),
            ("a:->x a:x>y b:u>v", "a:->y b:u>v"),
            ("a:->x b:u>- a:x>-", "b:u>-"),
            ("a:x>y a:y>x", ""),
            ("a:x>- a:->y a:y>z", "a:x>z"),
        ] {
            let changes: Vec<Arc<RecordChange>> = changes
                .split(' ')
                .map(|word| {
                    let (key, change) = word.split_once(':').unwrap();
                    let (before, after) = change.split_once('>').unwrap();
                    Arc::new(RecordChange {
                        key: Key::id(key),
                        before: record(before),
                        after: record(after),
                        version: None,
                        source: ChangeSource::Local,
                    })
                })
                .collect();
            let text = |record: Option<&Record>| match record {
                Some(record) => record[0].as_text().unwrap().to_owned(),
                None => "-".to_owned(),
            };
            let found: Vec<String> = net(&changes)
                .iter()
                .map(|net| format!("{}:{}>{}", net.key, text(net.before), text(net.after)))
                .collect();
            assert_eq!(found.join(" "), expected);
        }
    }
}
