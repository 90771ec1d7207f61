//! What a scope is, as a short text (SYNC 2.7), and the tokens of its pages.

use crate::answer::{Refusal, bad_request};
use crate::caller::{Caller, Principal};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::{digest, hmac};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::fmt::Write;
use syncline_backend::{Access, ListCursor, SyncCursor, SyncPlace};
use syncline_core::model::{Allow, AuthRule, KeyCondition, Operation, Provider};
use syncline_core::predicate::to_json;
use syncline_core::{Key, Model, Predicate, Value};

/// The first eight bytes of a SHA-256, in hexadecimal digits.
fn short_hash(text: &str) -> String {
    digest::digest(&digest::SHA256, text.as_bytes()).as_ref()[..8].iter().fold(
        String::new(),
        |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        },
    )
}

/// The fingerprint of a model's scope: its rules, the kind of caller, and the request's filter. Each is written in words
/// of this file, so that no restart and no new version of the server changes it.
pub(crate) fn fingerprint(model: &Model, caller: &Caller, filter: &Predicate) -> String {
    let principal = match caller.principal {
        Principal::ApiKey => "apiKey",
    };
    // Rules are alternatives: neither their order nor a repetition says anything.
    let rules: BTreeSet<String> = model.auth.iter().map(rule_text).collect();
    short_hash(&json!([model.name, rules, principal, to_json(filter)]).to_string())
}

/// A rule as text.
fn rule_text(rule: &AuthRule) -> String {
    let allow = match rule.allow {
        Allow::Public => "public",
        Allow::Private => "private",
        Allow::Owner => "owner",
        Allow::Groups => "groups",
        Allow::Custom => "custom",
    };
    let provider = match rule.provider {
        Provider::ApiKey => "apiKey",
        Provider::Iam => "iam",
        Provider::UserPools => "userPools",
        Provider::Oidc => "oidc",
        Provider::Function => "function",
    };
    let operation = |operation: &Operation| match operation {
        Operation::Create => "create",
        Operation::Update => "update",
        Operation::Delete => "delete",
        Operation::Get => "get",
        Operation::List => "list",
        Operation::Listen => "listen",
        Operation::Sync => "sync",
        Operation::Search => "search",
    };
    let operations: BTreeSet<&str> = rule.operations.iter().map(operation).collect();
    let groups: BTreeSet<&String> = rule.groups.iter().collect();
    let AuthRule { owner_field, identity_claim, group_claim, groups_field, .. } = rule;
    json!([allow, provider, operations, owner_field, identity_claim, group_claim, groups, groups_field])
        .to_string()
}

/// What a page token is about: it fits only the query that it was made for.
pub(crate) fn query_hash(operation: &str, arguments: &str, fingerprint: &str) -> String {
    short_hash(&format!("{operation}\n{arguments}\n{fingerprint}"))
}

/// Which records a list goes through, as a text for [`query_hash`].
pub(crate) fn access_text(access: &Access) -> String {
    let values = |values: &[Value]| values.iter().map(scalar_json).collect::<Json>();
    let sort = |sort: &Option<KeyCondition>| match sort {
        None => Json::Null,
        Some(KeyCondition::Eq(of)) => json!(["eq", values(of)]),
        Some(KeyCondition::Lt(of)) => json!(["lt", values(of)]),
        Some(KeyCondition::Le(of)) => json!(["le", values(of)]),
        Some(KeyCondition::Gt(of)) => json!(["gt", values(of)]),
        Some(KeyCondition::Ge(of)) => json!(["ge", values(of)]),
        Some(KeyCondition::Between(low, high)) => json!(["between", values(low), values(high)]),
        Some(KeyCondition::BeginsWith(of)) => json!(["beginsWith", values(of)]),
    };
    match access {
        Access::All => json!("all"),
        Access::Key { equal, sort: of } => json!(["key", values(equal), sort(of)]),
        Access::Index { index, equal, sort: of } => json!(["index", index, values(equal), sort(of)]),
        Access::Fields { fields, values: of } => json!(["fields", fields, values(of)]),
    }
    .to_string()
}

/// Seals and opens page tokens.
pub(crate) struct Tokens(hmac::Key);

/// The bytes of a seal that are kept.
const SEAL: usize = 16;
/// The longest token that is looked at, in bytes: those of some of the longest keys there can be, every byte escaped.
const LONGEST: usize = 256 << 10;

impl Tokens {
    pub(crate) fn new(key: &[u8; 32]) -> Tokens {
        Tokens(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// A token that holds `cursor` and fits the query `query` only.
    pub(crate) fn seal(&self, query: &str, cursor: &Json) -> String {
        let text = json!({ "q": query, "c": cursor }).to_string();
        let seal = hmac::sign(&self.0, text.as_bytes());
        let mut bytes = seal.as_ref()[..SEAL].to_vec();
        bytes.extend_from_slice(text.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The cursor in `token`.
    ///
    /// # Errors
    /// If we did not make it, or it belongs to another query.
    pub(crate) fn open(&self, query: &str, token: &str) -> Result<Json, Refusal> {
        let foreign = || {
            bad_request(
                "Invalid pagination token given: nextToken is not one of this API. Start again without it.",
            )
        };
        if token.len() > LONGEST {
            return Err(foreign());
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| foreign())?;
        let (seal, text) = bytes.split_at_checked(SEAL).ok_or_else(foreign)?;
        let real = hmac::sign(&self.0, text);
        let same = real.as_ref().iter().zip(seal).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0;
        let held: Json = serde_json::from_slice(text).ok().filter(|_| same).ok_or_else(foreign)?;
        if held["q"].as_str() != Some(query) {
            return Err(bad_request(
                "Invalid pagination token given: nextToken belongs to another query, filter or caller. \
                 Start again without it.",
            ));
        }
        Ok(held["c"].clone())
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens")
    }
}

/// A list cursor as JSON.
pub(crate) fn list_cursor(cursor: &ListCursor) -> Json {
    cursor.0.iter().map(scalar_json).collect()
}

/// Reads what [`list_cursor`] wrote.
pub(crate) fn read_list_cursor(json: &Json) -> Option<ListCursor> {
    json.as_array()?.iter().map(scalar_value).collect::<Option<_>>().map(ListCursor)
}

/// A sync cursor as JSON. `bounds` are the keys with which the page that begins there and those after it end, where they
/// may be asked for at once (SYNC 2.10).
pub(crate) fn sync_cursor(cursor: &SyncCursor, bounds: &[Key]) -> Json {
    match &cursor.place {
        SyncPlace::Base { after, .. } if bounds.is_empty() => {
            json!({ "s": cursor.started_at, "k": after.to_text() })
        }
        SyncPlace::Base { after, .. } => {
            let bounds: Vec<String> = bounds.iter().map(Key::to_text).collect();
            json!({ "s": cursor.started_at, "k": after.to_text(), "b": bounds })
        }
        SyncPlace::Delta { since, after, until } => {
            json!({ "s": cursor.started_at, "l": since, "a": after, "u": until })
        }
    }
}

/// Reads what [`sync_cursor`] wrote.
pub(crate) fn read_sync_cursor(json: &Json) -> Option<(SyncCursor, Vec<Key>)> {
    let bounds = json["b"].as_array().into_iter().flatten();
    let bounds: Vec<Key> = bounds.map(|key| Key::from_text(key.as_str()?)).collect::<Option<_>>()?;
    let place = match json["k"].as_str() {
        Some(key) => SyncPlace::Base { after: Key::from_text(key)?, until: bounds.first().cloned() },
        None => SyncPlace::Delta {
            since: json["l"].as_i64()?,
            after: json["a"].as_i64()?,
            until: json["u"].as_i64()?,
        },
    };
    Some((SyncCursor { started_at: json["s"].as_i64()?, place }, bounds))
}

fn scalar_json(value: &Value) -> Json {
    match value {
        Value::Text(text) => Json::from(text.as_str()),
        Value::Int(int) => Json::from(*int),
        Value::Float(float) => Json::from(*float),
        Value::Bool(bool) => Json::from(*bool),
        Value::Null | Value::List(_) | Value::Object(_) => Json::Null,
    }
}

fn scalar_value(json: &Json) -> Option<Value> {
    Some(match json {
        Json::Null => Value::Null,
        Json::Bool(bool) => Value::Bool(*bool),
        Json::String(text) => Value::Text(text.clone()),
        Json::Number(number) => {
            number.as_i64().map(Value::Int).or_else(|| number.as_f64().map(Value::Float))?
        }
        Json::Array(_) | Json::Object(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use syncline_core::predicate::Op;

    /// The fingerprint of a model with these rules.
    fn of(rules: &str, filter: &Predicate) -> String {
        let source =
            format!("type Note @model @auth(rules: [{rules}]) {{ id: ID! text: String owner: String }}");
        let schema = syncline_schema::compile(&source, "notes.graphql").unwrap();
        fingerprint(&schema.models()[0], &Caller::api_key(), filter)
    }

    #[test]
    fn equal_scopes_have_equal_fingerprints() {
        let public = of("{ allow: public }", &Predicate::All);
        // It is stored by clients: it must not change with a version of the server.
        assert_eq!(public, "4d223fb157f97dbd");
        for (same, as_this) in [
            ("{ allow: public, provider: apiKey }", "{ allow: public }"),
            ("{ allow: public }, { allow: public }", "{ allow: public }"),
            ("{ allow: owner }, { allow: public }", "{ allow: public }, { allow: owner }"),
            (
                "{ allow: public, operations: [read, create] }",
                "{ allow: public, operations: [create, read] }",
            ),
        ] {
            assert_eq!(of(same, &Predicate::All), of(as_this, &Predicate::All), "{same}");
        }
    }

    #[test]
    fn other_scopes_have_others() {
        let eq = |field: &str, text: &str| Predicate::compare(field, Op::Eq(text.into()));
        let mut seen = BTreeSet::new();
        for rules in [
            "{ allow: public }",
            "{ allow: private }",
            "{ allow: owner }",
            "{ allow: owner, ownerField: \"text\" }",
            "{ allow: owner, identityClaim: \"email\" }",
            "{ allow: groups, groups: [\"a\"] }",
            "{ allow: groups, groups: [\"a\", \"b\"] }",
            "{ allow: groups, groups: [\"a\"], groupClaim: \"g\" }",
            "{ allow: groups, groupsField: \"text\" }",
            "{ allow: public }, { allow: owner }",
            "{ allow: public, operations: [read] }",
            "{ allow: public, operations: [read, create] }",
        ] {
            for filter in [
                Predicate::All,
                eq("text", "a"),
                eq("text", "b"),
                eq("owner", "a"),
                eq("text", "a").not(),
                eq("text", "a").and(eq("owner", "b")),
                eq("text", "a").or(eq("owner", "b")),
            ] {
                assert!(seen.insert(of(rules, &filter)), "{rules} {filter:?}");
            }
        }
    }
}
