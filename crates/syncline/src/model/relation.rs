//! Relations: which records belong to one another.

use syncline_core::predicate::Op;
use syncline_core::{Key, Predicate, Value};

/// The key that these values of another record make; `None` if it leads nowhere, because one of them is null.
pub(crate) fn key(values: Vec<Value>) -> Option<Key> {
    (!values.iter().any(Value::is_null)).then_some(Key(values))
}

/// The records whose fields of these names have these values; none, if one of the values is null.
pub(crate) fn filter<'a>(pairs: impl IntoIterator<Item = (&'a str, Value)>) -> Predicate {
    let mut all = Predicate::All;
    for (name, value) in pairs {
        if value.is_null() {
            return Predicate::All.not();
        }
        all = all.and(Predicate::compare(name, Op::Eq(value)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_leads_nowhere() {
        let name = |name: &str| Predicate::compare(name, Op::Eq(name.into()));
        for (pairs, expected) in [
            (vec![("a", "a".into())], name("a")),
            (vec![("a", "a".into()), ("b", "b".into())], name("a").and(name("b"))),
            (vec![("a", "a".into()), ("b", Value::Null)], Predicate::All.not()),
        ] {
            assert_eq!(filter(pairs), expected);
        }
        assert_eq!(key(vec!["a".into(), Value::Int(1)]), Some(Key(vec!["a".into(), Value::Int(1)])));
        assert_eq!(key(vec!["a".into(), Value::Null]), None);
    }
}
