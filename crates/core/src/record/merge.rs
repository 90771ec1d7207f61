//! How a base, a local and a remote value become one. The only such function: the client's rebase and the server's
//! `AUTOMERGE` both call it (SYNC 1.6).

use super::bag::Bag;
use super::policy;
use crate::Value;
use crate::model::{Field, MergePolicy};
use crate::value::Object;

/// One value of three.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// The value.
    pub value: Value,
    /// Whether both sides had changed it, and it could not be settled from the three: the remote value stands.
    pub conflict: bool,
}

impl Merged {
    /// A value that both sides can live with.
    pub(super) fn clean(value: Value) -> Merged {
        Merged { value, conflict: false }
    }

    /// The remote value, because the three do not say what both sides meant.
    pub(super) fn conflict(remote: &Value) -> Merged {
        Merged { value: remote.clone(), conflict: true }
    }
}

/// Merges one value of `field`. It conflicts only if the remote *value* changed since the base.
///
/// `base` is `None` when it is not known: then the field counts as changed on both sides.
/// What both sides have changed is settled by the field's [`MergePolicy`]. Without one, lists merge item by item: what
/// the local side removed is removed, what it added is appended. Objects, in their canonical form, merge field by
/// field, so that two sides that changed different fields of one value do not meet.
#[must_use]
pub fn merge_value(field: &Field, base: Option<&Value>, local: &Value, remote: &Value) -> Merged {
    merge(Some(field), base, local, remote)
}

/// The same; without `field`, of a value that is of no field in particular.
fn merge(field: Option<&Field>, base: Option<&Value>, local: &Value, remote: &Value) -> Merged {
    if base == Some(local) {
        return Merged::clean(remote.clone());
    }
    if remote.is_unreadable() {
        return match base {
            // What the server does not show has not changed, as far as is known (SYNC 1.8).
            Some(_) => Merged::clean(local.clone()),
            // A create that meets a record was made without knowing that somebody else may have written it.
            None => Merged::conflict(remote),
        };
    }
    if base == Some(remote) {
        return Merged::clean(local.clone());
    }
    let base = base.filter(|base| !base.is_unreadable());
    let alike = local == remote;
    match field.and_then(|field| Some((field, field.merge?))) {
        // Two sides that count or append the same have done it twice, as far as is known.
        Some((field, policy)) if !alike || policy::adds_up(field) => {
            policy::settle(field, policy, base, local, remote)
        }
        _ if alike => Merged::clean(remote.clone()),
        _ => by_kind(field, base, local, remote),
    }
}

fn by_kind(field: Option<&Field>, base: Option<&Value>, local: &Value, remote: &Value) -> Merged {
    match (base, local, remote) {
        (Some(Value::List(base)), Value::List(local), Value::List(remote)) => {
            merge_lists(base, local, remote)
        }
        (None | Some(Value::Null), Value::List(local), Value::List(remote)) => {
            merge_lists(&[], local, remote)
        }
        (base, Value::Object(local), Value::Object(remote)) => merge_objects(field, base, local, remote),
        // Nothing is known of the base and the server has nothing: nothing can be overwritten.
        (None, local, Value::Null) => Merged::clean(local.clone()),
        _ => Merged::conflict(remote),
    }
}

/// Three-way over multisets, in the remote order: `[a,b]`, local removes `a`, remote adds `c`: `[b,c]`.
fn merge_lists(base: &[Value], local: &[Value], remote: &[Value]) -> Merged {
    // What both sides added or removed is one change, not two.
    let removed = minus(&minus(base, local), &minus(base, remote));
    let added = minus(&minus(local, base), &minus(remote, base));
    let mut items = minus(remote, &removed);
    items.extend(added);
    Merged::clean(Value::List(items))
}

/// Three-way over the fields, each as if it stood for itself. A base that is null had none of them. Where the base is
/// not known, a field that the local side leaves empty says nothing: who writes an object without knowing the one that
/// is there does not clear what they never saw.
fn merge_objects(field: Option<&Field>, base: Option<&Value>, local: &Object, remote: &Object) -> Merged {
    let mut conflict = false;
    let fields = remote.0.iter().map(|(name, remote)| {
        let base = base.map(|base| match base {
            Value::Object(base) => base.get(name).unwrap_or(&Value::Null),
            _ => &Value::Null,
        });
        let value = match (base, local.get(name)) {
            (None, None | Some(Value::Null)) => remote.clone(),
            (base, local) => {
                let merged = merge(
                    field.and_then(|field| inner(field, name)),
                    base,
                    local.unwrap_or(&Value::Null),
                    remote,
                );
                conflict |= merged.conflict;
                merged.value
            }
        };
        (name.clone(), value)
    });
    let fields = fields.collect();
    Merged { value: Value::Object(Object(fields)), conflict }
}

/// Whether a merge left something of the local change out, as the merged value shows: a value that was changed and is
/// not there, an item of a list that was added and is missing, or either of them inside an object. What a policy of the
/// field has made of a change is not left out.
pub(super) fn is_overridden(field: &Field, base: &Value, local: &Value, merged: &Value) -> bool {
    overridden(Some(field), base, local, merged)
}

fn overridden(field: Option<&Field>, base: &Value, local: &Value, merged: &Value) -> bool {
    if local == base || local == merged {
        return false;
    }
    match field.and_then(|field| field.merge) {
        Some(MergePolicy::Counter) => return merged.is_null(),
        Some(MergePolicy::Max) => return merged.total_cmp(local).is_lt(),
        Some(MergePolicy::Min) => return !local.is_null() && merged.total_cmp(local).is_gt(),
        Some(MergePolicy::Server | MergePolicy::Client) => return true,
        Some(MergePolicy::Union | MergePolicy::Append) | None => {}
    }
    match (base, local, merged) {
        (Value::List(_), ..) | (_, Value::List(_), _) | (.., Value::List(_)) => {
            let (base, merged) = (Bag::of(policy::items(base)), Bag::of(policy::items(merged)));
            !policy::items(local).iter().all(|item| base.contains(item) || merged.contains(item))
        }
        (base, Value::Object(local), Value::Object(merged)) => local.0.iter().any(|(name, local)| {
            let base = match base {
                Value::Object(base) => base.get(name).unwrap_or(&Value::Null),
                _ => &Value::Null,
            };
            let inner = field.and_then(|field| inner(field, name));
            overridden(inner, base, local, merged.get(name).unwrap_or(&Value::Null))
        }),
        _ => true,
    }
}

/// The field called `name` of the custom type that `field` holds.
fn inner<'f>(field: &'f Field, name: &str) -> Option<&'f Field> {
    field.kind.custom()?.fields.iter().find(|field| field.name == name)
}

/// The items of `all` without one occurrence for each of `gone`.
pub(super) fn minus(all: &[Value], gone: &[Value]) -> Vec<Value> {
    let mut gone = Bag::of(gone);
    all.iter().filter(|item| !gone.take(item)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scalar;
    use crate::model::{FieldKind, FieldSource};
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

    fn list(items: &str) -> Value {
        Value::List(items.chars().map(|item| Value::from(item.to_string())).collect())
    }

    /// A field without a policy. What is merged shows of which kind it is.
    fn plain() -> Field {
        Field::new("plain", FieldKind::Scalar(Scalar::String), FieldSource::Declared)
    }

    fn merge_plain(base: Option<&Value>, local: &Value, remote: &Value) -> Merged {
        merge_value(&plain(), base, local, remote)
    }

    fn object(fields: [Value; 3]) -> Value {
        let names = ["one", "two", "three"].map(Into::into);
        Value::Object(Object(names.into_iter().zip(fields).collect()))
    }

    fn same(value: Value) -> Value {
        object([value.clone(), value.clone(), value])
    }

    #[test]
    fn three_values_become_one() {
        let (a, b, c, nil) = (|| Value::from("a"), || Value::from("b"), || Value::from("c"), || Value::Null);
        let text = |text: &str| Value::from(text);
        let cases = [
            ("only local", Some(text("a")), text("b"), text("a"), text("b"), false),
            ("only remote", Some(text("a")), text("a"), text("b"), text("b"), false),
            ("both, alike", Some(text("a")), text("b"), text("b"), text("b"), false),
            ("both, apart", Some(text("a")), text("b"), text("c"), text("c"), true),
            ("local clears", Some(text("a")), Value::Null, text("a"), Value::Null, false),
            ("both, local clears", Some(text("a")), Value::Null, text("b"), text("b"), true),
            ("unknown base", None, text("b"), text("c"), text("c"), true),
            ("unknown base, nothing there", None, text("b"), Value::Null, text("b"), false),
            ("lists", Some(list("ab")), list("b"), list("abc"), list("bc"), false),
            ("lists, both add", Some(list("a")), list("ax"), list("ay"), list("ayx"), false),
            ("lists, both add the same", Some(list("a")), list("axz"), list("ax"), list("axz"), false),
            (
                "lists, both remove the same of two",
                Some(list("aa")),
                list("a"),
                list("ac"),
                list("ac"),
                false,
            ),
            ("lists, no base", None, list("ab"), list("bc"), list("bca"), false),
            (
                "objects, each its own field",
                Some(object([a(), b(), list("x")])),
                object([c(), b(), list("x")]),
                object([a(), c(), list("xy")]),
                object([c(), c(), list("xy")]),
                false,
            ),
            (
                "objects, one field both, one alone",
                Some(object([a(), a(), nil()])),
                object([b(), b(), nil()]),
                object([c(), a(), nil()]),
                object([c(), b(), nil()]),
                true,
            ),
            (
                "objects in objects, with a list",
                Some(object([object([a(), b(), list("ab")]), nil(), nil()])),
                object([object([c(), b(), list("b")]), nil(), nil()]),
                object([object([a(), c(), list("abc")]), nil(), nil()]),
                object([object([c(), c(), list("bc")]), nil(), nil()]),
                false,
            ),
            (
                "objects, both made anew",
                Some(nil()),
                object([a(), b(), nil()]),
                object([nil(), c(), c()]),
                object([a(), c(), c()]),
                true,
            ),
            (
                "objects, unknown base",
                None,
                object([a(), nil(), nil()]),
                object([nil(), b(), nil()]),
                object([a(), b(), nil()]),
                false,
            ),
            ("objects, unknown base, both say", None, object([a(), b(), c()]), same(b()), same(b()), true),
            ("an object cleared there", Some(same(a())), same(b()), nil(), nil(), true),
            ("an object cleared here", Some(same(a())), nil(), same(b()), same(b()), true),
            ("an object cleared here alone", Some(same(a())), nil(), same(a()), nil(), false),
        ];
        for (name, base, local, remote, value, conflict) in cases {
            assert_eq!(merge_plain(base.as_ref(), &local, &remote), Merged { value, conflict }, "{name}");
        }
    }

    /// Few values, so that equal ones, changes and changes back occur.
    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![Just(Value::Null), (0..3_i64).prop_map(Value::Int)];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                vec(0..3_i64, 0..4)
                    .prop_map(|items| Value::List(items.into_iter().map(Value::Int).collect())),
                [inner.clone(), inner.clone(), inner].prop_map(object),
            ]
        })
    }

    fn check(cases: u32, test: impl Fn(Option<Value>, Value, Value)) {
        let config = Config { cases, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let values = (proptest::option::of(any_value()), any_value(), any_value());
        let run = runner.run(&values, |(base, local, remote)| {
            test(base, local, remote);
            Ok(())
        });
        if let Err(error) = run {
            panic!("{error}");
        }
    }

    #[test]
    fn a_side_that_changed_nothing_has_no_say() {
        check(5_000, |base, local, remote| {
            let clean = |value: &Value| Merged { value: value.clone(), conflict: false };
            assert_eq!(merge_plain(base.as_ref(), &local, &local), clean(&local));
            assert_eq!(merge_plain(Some(&local), &local, &remote), clean(&remote));
            assert_eq!(merge_plain(Some(&remote), &local, &remote), clean(&local));
        });
    }

    /// What a device makes of a newer record and sends on top of it is what the server would have made of the stale
    /// change (SYNC 1.6): merged once is merged.
    #[test]
    fn what_is_merged_needs_no_second_merge() {
        check(5_000, |base, local, remote| {
            let merged = merge_plain(base.as_ref(), &local, &remote);
            let again = merge_plain(Some(&remote), &merged.value, &remote);
            assert_eq!(again, Merged { value: merged.value, conflict: false });
        });
    }

    #[test]
    fn what_a_merge_leaves_out_shows() {
        let (a, b, c, nil) = (|| Value::from("a"), || Value::from("b"), || Value::from("c"), || Value::Null);
        for (name, base, local, merged, overridden) in [
            ("there", a(), b(), b(), false),
            ("not there", a(), b(), c(), true),
            ("not changed here", a(), a(), c(), false),
            ("an item", list("a"), list("ab"), list("abc"), false),
            ("an item is missing", list("a"), list("ab"), list("ac"), true),
            ("an object, all there", same(a()), object([b(), a(), a()]), object([b(), c(), c()]), false),
            ("an object, one is not", same(a()), object([b(), b(), a()]), object([b(), c(), c()]), true),
            ("an object that is gone", same(a()), same(b()), nil(), true),
            ("an object made anew", nil(), object([a(), nil(), nil()]), object([a(), b(), nil()]), false),
            (
                "an item in an object",
                object([list("a"), nil(), nil()]),
                object([list("ab"), nil(), nil()]),
                object([list("ca"), nil(), nil()]),
                true,
            ),
        ] {
            assert_eq!(is_overridden(&plain(), &base, &local, &merged), overridden, "{name}");
        }
    }

    /// A merge without a conflict keeps what the local side changed.
    #[test]
    fn what_merges_without_a_conflict_overrides_nothing() {
        check(5_000, |base, local, remote| {
            let base = base.unwrap_or_default();
            let merged = merge_plain(Some(&base), &local, &remote);
            assert!(
                merged.conflict || !is_overridden(&plain(), &base, &local, &merged.value),
                "{base:?} {local:?} {remote:?}"
            );
        });
    }

    #[test]
    fn a_field_of_an_object_merges_as_if_it_stood_for_itself() {
        check(5_000, |base, local, remote| {
            let other = |value: &Value| object([Value::Int(7), value.clone(), Value::Null]);
            let alone = merge_plain(base.as_ref(), &local, &remote);
            let inside = merge_plain(base.as_ref().map(other).as_ref(), &other(&local), &other(&remote));
            // Without a base, an empty field says nothing.
            if base.is_some() || !local.is_null() {
                assert_eq!(inside, Merged { value: other(&alone.value), conflict: alone.conflict });
            } else {
                assert_eq!(inside, Merged { value: other(&remote), conflict: false });
            }
        });
    }
}
