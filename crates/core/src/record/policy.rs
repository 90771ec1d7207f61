//! How a field with a `@merge` policy is settled that two sides have changed.

use super::bag::Bag;
use super::merge::{Merged, minus};
use crate::model::{Field, FieldKind, MergePolicy};
use crate::{Scalar, Value};

/// Whether every change of the field counts: two sides that made the same one have made it twice.
pub(super) fn adds_up(field: &Field) -> bool {
    matches!(field.merge, Some(MergePolicy::Counter | MergePolicy::Append))
}

/// Settles what both sides have changed. Without a known base, nothing can be said of differences: a counter then
/// keeps the remote value, and lists lose nothing.
///
/// | policy | the value |
/// |---|---|
/// | server | the remote one: a conflict |
/// | client | the local one |
/// | max, min | the greater, the smaller; none loses against any |
/// | union | the remote set without what the local side removed, then what it added |
/// | append | the remote list, then what the local side appended |
/// | counter | the remote number and the local difference; none counts as zero, a side that clears it is a conflict |
pub(super) fn settle(
    field: &Field,
    policy: MergePolicy,
    base: Option<&Value>,
    local: &Value,
    remote: &Value,
) -> Merged {
    let blank = base.is_none() && remote.is_null();
    match policy {
        // Nothing is known of the base and the server has nothing: nothing can be overwritten.
        MergePolicy::Server if blank => Merged::clean(local.clone()),
        MergePolicy::Server => Merged::conflict(remote),
        MergePolicy::Client => Merged::clean(local.clone()),
        MergePolicy::Max | MergePolicy::Min => Merged::clean(extreme(policy, local, remote).clone()),
        MergePolicy::Union => Merged::clean(union(base.map_or(&[], items), items(local), items(remote))),
        MergePolicy::Append => Merged::clean(append(base, items(local), items(remote))),
        MergePolicy::Counter if blank => Merged::clean(local.clone()),
        MergePolicy::Counter => match base.and_then(|base| count(field, base, local, remote)) {
            Some(value) => Merged::clean(value),
            None if local == remote => Merged::clean(remote.clone()),
            None => Merged::conflict(remote),
        },
    }
}

fn extreme<'v>(policy: MergePolicy, local: &'v Value, remote: &'v Value) -> &'v Value {
    let order = local.total_cmp(remote);
    let local_wins = if policy == MergePolicy::Max { order.is_gt() } else { order.is_lt() };
    match (local.is_null(), remote.is_null()) {
        (true, _) => remote,
        (_, true) => local,
        _ if local_wins => local,
        _ => remote,
    }
}

/// The items of a list; a list that is not there has none.
pub(super) fn items(value: &Value) -> &[Value] {
    match value {
        Value::List(items) => items,
        _ => &[],
    }
}

fn union(base: &[Value], local: &[Value], remote: &[Value]) -> Value {
    let (known, ours) = (Bag::of(base), Bag::of(local));
    let kept = remote.iter().filter(|item| ours.contains(item) || !known.contains(item));
    let added = local.iter().filter(|item| !known.contains(item));
    let mut set = Bag::default();
    Value::List(kept.chain(added).filter(|item| set.put(item)).cloned().collect())
}

fn append(base: Option<&Value>, local: &[Value], remote: &[Value]) -> Value {
    let appended = match base.map(items) {
        Some(base) => match local.strip_prefix(base) {
            Some(appended) => appended.to_vec(),
            // Edited in another way, too: what is new in it.
            None => minus(local, base),
        },
        None => minus(local, remote),
    };
    let mut list = remote.to_vec();
    list.extend(appended);
    Value::List(list)
}

/// `remote + (local - base)`, kept within what the field holds; `None` if one of them is no number.
fn count(field: &Field, base: &Value, local: &Value, remote: &Value) -> Option<Value> {
    let zero = |value: &Value| value.is_null();
    match (base, local, remote) {
        (base, Value::Int(local), Value::Int(remote)) => {
            let base = if zero(base) { 0 } else { base.as_int()? };
            let sum = i128::from(*remote) + i128::from(*local) - i128::from(base);
            let (low, high) = match field.kind {
                FieldKind::Scalar(Scalar::Int) => (i32::MIN.into(), i32::MAX.into()),
                // The least of all stands for what is not shown.
                _ => (i64::MIN + 1, i64::MAX),
            };
            // Within 64 bits once it is clamped.
            i64::try_from(sum.clamp(low.into(), high.into())).ok().map(Value::Int)
        }
        (base, Value::Float(local), Value::Float(remote)) => {
            let base = if zero(base) { 0.0 } else { float(base)? };
            // Adding zero changes the sign of minus zero and nothing else.
            Some(Value::Float((remote + (local - base)).clamp(f64::MIN.next_up(), f64::MAX) + 0.0))
        }
        _ => None,
    }
}

fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Float(float) => Some(*float),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::merge_value;
    use super::*;
    use crate::model::FieldSource;

    fn list(items: &str) -> Value {
        Value::List(items.chars().map(|item| Value::from(item.to_string())).collect())
    }

    fn field(policy: MergePolicy, scalar: Scalar) -> Field {
        Field { merge: Some(policy), ..Field::new("f", FieldKind::Scalar(scalar), FieldSource::Declared) }
    }

    type Case = (&'static str, Option<Value>, Value, Value, Value, bool);

    fn check(policy: MergePolicy, scalar: Scalar, cases: &[Case]) {
        for (name, base, local, remote, value, conflict) in cases {
            let merged = merge_value(&field(policy, scalar), base.as_ref(), local, remote);
            assert_eq!(merged, Merged { value: value.clone(), conflict: *conflict }, "{policy:?}: {name}");
        }
    }

    #[test]
    fn a_policy_settles_what_both_sides_changed() {
        let int = Value::Int;
        let nil = || Value::Null;
        check(
            MergePolicy::Counter,
            Scalar::Int,
            &[
                ("up and up", Some(int(5)), int(6), int(6), int(7), false),
                ("up and down", Some(int(5)), int(8), int(4), int(7), false),
                ("here alone", Some(int(5)), int(6), int(5), int(6), false),
                ("there alone", Some(int(5)), int(5), int(6), int(6), false),
                ("begun by both", Some(nil()), int(1), int(2), int(3), false),
                ("cleared there", Some(int(5)), int(6), nil(), nil(), true),
                ("cleared here", Some(int(5)), nil(), int(6), int(6), true),
                ("cleared by both", Some(int(5)), nil(), nil(), nil(), false),
                ("unknown base", None, int(6), int(7), int(7), true),
                ("unknown base, alike", None, int(6), int(6), int(6), false),
                ("unknown base, nothing there", None, int(6), nil(), int(6), false),
                (
                    "not beyond 32 bits",
                    Some(int(0)),
                    int(i32::MAX.into()),
                    int(1),
                    int(i32::MAX.into()),
                    false,
                ),
            ],
        );
        check(
            MergePolicy::Counter,
            Scalar::AwsTimestamp,
            &[
                ("not beyond 64 bits", Some(int(0)), int(i64::MIN + 1), int(-2), int(i64::MIN + 1), false),
                (
                    "exact between them",
                    Some(int(i64::MAX)),
                    int(i64::MAX - 1),
                    int(i64::MIN + 2),
                    int(i64::MIN + 1),
                    false,
                ),
            ],
        );
        check(
            MergePolicy::Counter,
            Scalar::Float,
            &[
                ("floats", Some(1.5.into()), 2.0.into(), 4.0.into(), 4.5.into(), false),
                ("floats begun by both", Some(nil()), 0.5.into(), 0.25.into(), 0.75.into(), false),
                (
                    "floats stay finite",
                    Some((-1e308).into()),
                    f64::MAX.into(),
                    1.0.into(),
                    f64::MAX.into(),
                    false,
                ),
            ],
        );
        check(
            MergePolicy::Max,
            Scalar::Int,
            &[
                ("here", Some(int(5)), int(9), int(7), int(9), false),
                ("there", Some(int(5)), int(6), int(7), int(7), false),
                ("lower, here alone", Some(int(5)), int(1), int(5), int(1), false),
                ("cleared here", Some(int(5)), nil(), int(1), int(1), false),
                ("cleared there", Some(int(5)), int(1), nil(), int(1), false),
                ("unknown base", None, int(6), int(5), int(6), false),
            ],
        );
        check(
            MergePolicy::Min,
            Scalar::String,
            &[
                ("here", Some("m".into()), "a".into(), "b".into(), "a".into(), false),
                ("there", Some("m".into()), "b".into(), "a".into(), "a".into(), false),
                ("cleared here", Some("m".into()), nil(), "b".into(), "b".into(), false),
                ("cleared there", Some("m".into()), "b".into(), nil(), "b".into(), false),
            ],
        );
        check(
            MergePolicy::Server,
            Scalar::String,
            &[
                ("both", Some("a".into()), "b".into(), "c".into(), "c".into(), true),
                ("here alone", Some("a".into()), "b".into(), "a".into(), "b".into(), false),
                ("unknown base, nothing there", None, "b".into(), nil(), "b".into(), false),
                ("a list", Some(list("a")), list("ab"), list("ac"), list("ac"), true),
            ],
        );
        check(
            MergePolicy::Client,
            Scalar::String,
            &[
                ("both", Some("a".into()), "b".into(), "c".into(), "b".into(), false),
                ("there alone", Some("a".into()), "a".into(), "c".into(), "c".into(), false),
                ("cleared here", Some("a".into()), nil(), "c".into(), nil(), false),
                ("unknown base", None, "b".into(), "c".into(), "b".into(), false),
            ],
        );
        check(
            MergePolicy::Union,
            Scalar::String,
            &[
                ("both add", Some(list("a")), list("ax"), list("ay"), list("ayx"), false),
                ("both add the same", Some(list("a")), list("ax"), list("ax"), list("ax"), false),
                ("removed here", Some(list("ab")), list("b"), list("abc"), list("bc"), false),
                ("removed there", Some(list("ab")), list("abx"), list("b"), list("bx"), false),
                ("doubles meet", Some(list("a")), list("axx"), list("ayy"), list("ayx"), false),
                ("cleared here", Some(list("ab")), nil(), list("abc"), list("c"), false),
                ("cleared there", Some(list("a")), list("ab"), nil(), list("b"), false),
                ("unknown base", None, list("ab"), list("bc"), list("bca"), false),
            ],
        );
        check(
            MergePolicy::Append,
            Scalar::String,
            &[
                ("both", Some(list("a")), list("ax"), list("ay"), list("ayx"), false),
                ("both the same", Some(list("a")), list("ax"), list("ax"), list("axx"), false),
                ("removed here", Some(list("ab")), list("b"), list("abc"), list("abc"), false),
                ("removed and appended", Some(list("ab")), list("bx"), list("abc"), list("abcx"), false),
                ("begun by both", Some(nil()), list("x"), list("y"), list("yx"), false),
                ("cleared there", Some(list("a")), list("ab"), nil(), list("b"), false),
                ("unknown base", None, list("abx"), list("ab"), list("abx"), false),
            ],
        );
    }
}
