//! Where a scope is entered: what a record must be like to be worth a look.

use super::ranges::Range;
use syncline_core::predicate::{FieldRef, Filter, Op, Term};
use syncline_core::{Key, Value};

/// Where a scope is entered.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Place {
    /// Nowhere: it selects no record.
    Nowhere,
    /// Under the values that this field may have.
    Values(usize, Vec<Key>),
    /// Under the range that this field's value must be in.
    Range(usize, Range),
    /// Among those that every record is compared with.
    Anywhere,
}

impl Place {
    /// The place of `scope`: of the comparisons that all must hold, the first that names values, else the first that
    /// names a range. It depends on the scope alone, so that what was entered is found again.
    pub(super) fn of(scope: &Filter) -> Place {
        let terms = match scope {
            Filter::Nothing => return Place::Nowhere,
            Filter::And(terms) => terms.as_slice(),
            one => std::slice::from_ref(one),
        };
        let terms = || {
            terms.iter().filter_map(|filter| match filter {
                Filter::Term(Term { field: FieldRef::Stored(place), column, op }) if !column.list => {
                    Some((*place, op))
                }
                _ => None,
            })
        };
        let equal = terms().find_map(|(field, op)| Some((field, values(op)?)));
        let ranged = || terms().find_map(|(field, op)| Some((field, range(op)?)));
        match equal {
            Some((field, keys)) => Place::Values(field, keys),
            None => ranged().map_or(Place::Anywhere, |(field, range)| Place::Range(field, range)),
        }
    }
}

fn values(op: &Op) -> Option<Vec<Key>> {
    let key = |value: &Value| Key(vec![value.clone()]);
    match op {
        Op::Eq(value) => Some(vec![key(value)]),
        Op::In(values) => Some(values.iter().map(key).collect()),
        Op::Exists(false) => Some(vec![key(&Value::Null)]),
        _ => None,
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
        let range = |low: Option<i64>, high: Option<i64>| Range { low: low.map(int), high: high.map(int) };
        let key = |value: i64| Key(vec![int(value)]);
        let list = Column { storage: Storage::Int, list: true };
        let deleted = Filter::Term(Term {
            field: FieldRef::Deleted,
            column: Column { storage: Storage::Bool, list: false },
            op: Op::Eq(Value::Bool(true)),
        });
        for (scope, place) in [
            (Filter::All, Place::Anywhere),
            (Filter::Nothing, Place::Nowhere),
            (term(3, Op::Eq(int(1))), Place::Values(3, vec![key(1)])),
            (term(3, Op::In(vec![int(1), int(2)])), Place::Values(3, vec![key(1), key(2)])),
            (term(3, Op::Exists(false)), Place::Values(3, vec![Key(vec![Value::Null])])),
            (term(3, Op::Ne(int(1))), Place::Anywhere),
            (term(3, Op::Lt(int(1))), Place::Range(3, range(None, Some(1)))),
            (term(3, Op::Ge(int(1))), Place::Range(3, range(Some(1), None))),
            (term(3, between()), Place::Range(3, range(Some(1), Some(2)))),
            (Filter::And(vec![term(1, between()), term(2, Op::Eq(int(7)))]), Place::Values(2, vec![key(7)])),
            (
                Filter::And(vec![term(1, Op::Ne(int(7))), term(2, between())]),
                Place::Range(2, range(Some(1), Some(2))),
            ),
            (Filter::Or(vec![term(1, between()), term(2, between())]), Place::Anywhere),
            (Filter::Not(Box::new(term(1, between()))), Place::Anywhere),
            (deleted, Place::Anywhere),
            (
                Filter::Term(Term { field: FieldRef::Stored(1), column: list, op: Op::Eq(int(1)) }),
                Place::Anywhere,
            ),
        ] {
            assert_eq!(Place::of(&scope), place, "{scope:?}");
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
