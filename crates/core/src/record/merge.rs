//! How a base, a local and a remote value become one. The only such function: the client's rebase and the server's
//! `AUTOMERGE` both call it (SYNC 1.6).

use crate::Value;

/// One value of three.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// The value.
    pub value: Value,
    /// Whether both sides had changed it, and it could not be settled from the three: the remote value stands.
    pub conflict: bool,
}

/// Merges one field. It conflicts only if the remote *value* changed since the base.
///
/// `base` is `None` when it is not known: then the field counts as changed on both sides.
/// Lists merge item by item: what the local side removed is removed, what it added is appended.
#[must_use]
pub fn merge_value(base: Option<&Value>, local: &Value, remote: &Value) -> Merged {
    let clean = |value: &Value| Merged { value: value.clone(), conflict: false };
    if local == remote || base == Some(local) {
        return clean(remote);
    }
    if base == Some(remote) {
        return clean(local);
    }
    match (base, local, remote) {
        (Some(Value::List(base)), Value::List(local), Value::List(remote)) => {
            merge_lists(base, local, remote)
        }
        (None | Some(Value::Null), Value::List(local), Value::List(remote)) => {
            merge_lists(&[], local, remote)
        }
        // Nothing is known of the base and the server has nothing: nothing can be overwritten.
        (None, local, Value::Null) => clean(local),
        _ => Merged { value: remote.clone(), conflict: true },
    }
}

/// Three-way over multisets, in the remote order: `[a,b]`, local removes `a`, remote adds `c`: `[b,c]`.
fn merge_lists(base: &[Value], local: &[Value], remote: &[Value]) -> Merged {
    // What both sides added or removed is one change, not two.
    let removed = minus(&minus(base, local), &minus(base, remote));
    let added = minus(&minus(local, base), &minus(remote, base));
    let mut items = minus(remote, &removed);
    items.extend(added);
    Merged { value: Value::List(items), conflict: false }
}

/// The items of `all` without one occurrence for each of `gone`.
fn minus(all: &[Value], gone: &[Value]) -> Vec<Value> {
    let mut gone = gone.to_vec();
    let keep = |item: &&Value| match gone.iter().position(|other| other == *item) {
        Some(place) => {
            gone.swap_remove(place);
            false
        }
        None => true,
    };
    all.iter().filter(keep).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(items: &str) -> Value {
        Value::List(items.chars().map(|item| Value::from(item.to_string())).collect())
    }

    #[test]
    fn three_values_become_one() {
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
        ];
        for (name, base, local, remote, value, conflict) in cases {
            assert_eq!(merge_value(base.as_ref(), &local, &remote), Merged { value, conflict }, "{name}");
        }
    }
}
