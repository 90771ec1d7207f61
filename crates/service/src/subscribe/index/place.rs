//! Where a scope is entered: what a record must be like to be worth a look.

use super::ranges::Range;
use syncline_core::predicate::{FieldRef, Filter, Op, Term};
use syncline_core::{Key, Value};

/// A place where a scope is entered.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Place {
    /// Under a value of this field.
    Value(usize, Key),
    /// Under the range that this field's value must be in.
    Range(usize, Range),
}

impl Place {
    pub(super) fn is_range(&self) -> bool {
        matches!(self, Place::Range(..))
    }
}

/// The places of `scope`: a record that is in the scope is found in one of them. Of comparisons that all must hold it is
/// those of the first that names values, else of the first that names a range, else of alternatives; of alternatives all
/// that each has. `None` if nothing is named, so that every record has to be looked at. It depends on the scope alone:
/// what was entered is found again.
pub(super) fn places(scope: &Filter) -> Option<Vec<Place>> {
    match scope {
        Filter::Nothing => Some(Vec::new()),
        Filter::All | Filter::Not(_) => None,
        Filter::Term(term) => of_term(term),
        Filter::And(terms) => {
            let each = || terms.iter().filter_map(places);
            each().find(|places| !places.iter().any(Place::is_range)).or_else(|| each().next())
        }
        // An empty list selects everything.
        Filter::Or(terms) if terms.is_empty() => None,
        Filter::Or(terms) => {
            let each: Option<Vec<Vec<Place>>> = terms.iter().map(places).collect();
            each.map(|each| each.into_iter().flatten().collect())
        }
    }
}

/// A value as it is entered and looked up: a value hashes as a key of one column, and numbers that compare as equal have
/// one name, whether they have a fraction of 0 or a sign before their 0.
pub(super) fn named(value: &Value) -> Key {
    /// Where doubles begin that are no `i64`; it is one itself.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    match value {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole, and within the range")]
        Value::Float(float) if float.trunc() == *float && (-LIMIT..LIMIT).contains(float) => {
            Key(vec![Value::Int(*float as i64)])
        }
        other => Key(vec![other.clone()]),
    }
}

fn of_term(term: &Term) -> Option<Vec<Place>> {
    let Term { field: FieldRef::Stored(field), column, op } = term else { return None };
    if column.list {
        return None;
    }
    let value = |value: &Value| Place::Value(*field, named(value));
    match op {
        Op::Eq(one) => Some(vec![value(one)]),
        Op::In(values) => Some(values.iter().map(value).collect()),
        Op::Exists(false) => Some(vec![value(&Value::Null)]),
        other => range(other).map(|range| vec![Place::Range(*field, range)]),
    }
}

/// Ends that do not belong to the range are taken for ends that do: the scope itself decides.
fn range(op: &Op) -> Option<Range> {
    let of = |low: Option<&Value>, high: Option<&Value>| Range { low: low.cloned(), high: high.cloned() };
    match op {
        Op::Lt(high) | Op::Le(high) => Some(of(None, Some(high))),
        Op::Gt(low) | Op::Ge(low) => Some(of(Some(low), None)),
        Op::Between(low, high) => Some(of(Some(low), Some(high))),
        Op::BeginsWith(prefix) if !prefix.is_empty() => {
            Some(Range { low: Some(Value::text(prefix.as_str())), high: after(prefix).map(Value::text) })
        }
        _ => None,
    }
}

/// The first text behind all that begin with `prefix`, in the order of UTF-8 bytes, which is that of characters.
fn after(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        let next = match last {
            '\u{d7ff}' => Some('\u{e000}'),
            char => char::from_u32(u32::from(char) + 1),
        };
        if let Some(next) = next {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use syncline_core::predicate::Column;
    use syncline_core::scalar::Storage;

    fn term(field: usize, op: Op) -> Filter {
        let column = Column { storage: Storage::Int, list: false };
        Filter::Term(Term { field: FieldRef::Stored(field), column, op })
    }

    fn int(value: i64) -> Value {
        Value::Int(value)
    }

    #[test]
    fn the_most_telling_comparison_counts() {
        let between = || Op::Between(int(1), int(2));
        let of = |field: usize, low: Option<i64>, high: Option<i64>| {
            Place::Range(field, Range { low: low.map(int), high: high.map(int) })
        };
        let value = |field: usize, value: i64| Place::Value(field, Key(vec![int(value)]));
        let column = |storage: Storage, list: bool| Column { storage, list };
        let deleted = Filter::Term(Term {
            field: FieldRef::Deleted,
            column: column(Storage::Bool, false),
            op: Op::Eq(Value::Bool(true)),
        });
        let list = Filter::Term(Term {
            field: FieldRef::Stored(1),
            column: column(Storage::Int, true),
            op: Op::Eq(int(1)),
        });
        let or = |terms: &[Filter]| Filter::Or(terms.to_vec());
        let and = |terms: &[Filter]| Filter::And(terms.to_vec());
        for (scope, expected) in [
            (Filter::All, None),
            (Filter::Nothing, Some(vec![])),
            (term(3, Op::Eq(int(1))), Some(vec![value(3, 1)])),
            (term(3, Op::In(vec![int(1), int(2)])), Some(vec![value(3, 1), value(3, 2)])),
            (term(3, Op::Exists(false)), Some(vec![Place::Value(3, Key(vec![Value::Null]))])),
            (term(3, Op::Ne(int(1))), None),
            (term(3, Op::Lt(int(1))), Some(vec![of(3, None, Some(1))])),
            (term(3, Op::Ge(int(1))), Some(vec![of(3, Some(1), None)])),
            (term(3, between()), Some(vec![of(3, Some(1), Some(2))])),
            (and(&[term(1, between()), term(2, Op::Eq(int(7)))]), Some(vec![value(2, 7)])),
            (and(&[term(1, Op::Ne(int(7))), term(2, between())]), Some(vec![of(2, Some(1), Some(2))])),
            (and(&[term(1, Op::Ne(int(7)))]), None),
            (
                or(&[term(1, between()), term(2, Op::Eq(int(7)))]),
                Some(vec![of(1, Some(1), Some(2)), value(2, 7)]),
            ),
            (or(&[term(1, between()), term(2, Op::Ne(int(7)))]), None),
            (or(&[]), None),
            (
                and(&[or(&[term(1, between()), term(1, Op::Eq(int(9)))]), term(2, Op::Ne(int(7)))]),
                Some(vec![of(1, Some(1), Some(2)), value(1, 9)]),
            ),
            (Filter::Not(Box::new(term(1, between()))), None),
            (deleted, None),
            (list, None),
        ] {
            assert_eq!(places(&scope), expected, "{scope:?}");
        }
    }

    #[test]
    fn numbers_that_compare_as_equal_have_one_name() {
        let float = Value::Float;
        for (a, b, one) in [
            (float(0.0), float(-0.0), true),
            (float(1.0), int(1), true),
            (float(-9_223_372_036_854_775_808.0), int(i64::MIN), true),
            (float(9_223_372_036_854_775_808.0), int(i64::MAX), false),
            (float(1.5), int(1), false),
            (float(1.5), float(1.5), true),
        ] {
            let holds = Op::Eq(a.clone());
            let scope = term(0, holds);
            assert_eq!(named(&a) == named(&b), one, "{a:?} {b:?}");
            assert_eq!(scope.matches(&syncline_core::Record(vec![b.clone()]), false), one, "{a:?} {b:?}");
        }
    }

    #[test]
    fn what_begins_with_a_prefix_lies_before_what_comes_after() {
        for (prefix, end) in [
            ("a", Some("b")),
            ("az", Some("a{")),
            ("a\u{10ffff}", Some("b")),
            ("\u{d7ff}", Some("\u{e000}")),
            ("\u{10ffff}", None),
        ] {
            assert_eq!(after(prefix).as_deref(), end, "{prefix:?}");
        }
    }
}
