//! The conflict log.

use super::json::{read_patch, write_patch};
use crate::StoreError;
use serde_json::{Value as Json, json};
use syncline_core::record::{Conflict, ConflictKind, MutationOp, Resolution};
use syncline_core::value::{any_from_json, from_json, to_json};
use syncline_core::{Key, Model, Value};

/// What met what and who won, as JSON text.
pub(crate) fn write_conflict(model: &Model, conflict: &Conflict) -> String {
    let kind = match &conflict.kind {
        ConflictKind::Field { field, base, local, remote } => json!({
            "field": model.fields.get(*field).map_or("", |field| field.name.as_str()),
            "base": to_json(base),
            "local": to_json(local),
            "remote": to_json(remote),
        }),
        ConflictKind::DeleteMeetsUpdate => json!("deleteMeetsUpdate"),
        ConflictKind::UpdateMeetsDelete => json!("updateMeetsDelete"),
        ConflictKind::CreateMeetsRecord => json!("createMeetsRecord"),
        ConflictKind::Ambiguous => json!("ambiguous"),
        ConflictKind::Refused { op, wanted, reason } => json!({
            "refused": reason,
            "op": op_name(*op),
            "wanted": write_patch(model, wanted),
        }),
    };
    let resolution = match conflict.resolution {
        Resolution::Remote => "remote",
        Resolution::Local => "local",
        Resolution::Merged => "merged",
    };
    json!({ "kind": kind, "resolution": resolution }).to_string()
}

fn op_name(op: MutationOp) -> &'static str {
    match op {
        MutationOp::Create => "create",
        MutationOp::Update => "update",
        MutationOp::Delete => "delete",
    }
}

fn op_named(name: &str) -> Option<MutationOp> {
    let all = [MutationOp::Create, MutationOp::Update, MutationOp::Delete];
    all.into_iter().find(|op| op_name(*op) == name)
}

/// Reads what [`write_conflict`] wrote.
pub(crate) fn read_conflict(
    model: &Model,
    key: Key,
    mutation: String,
    text: &str,
) -> Result<Conflict, StoreError> {
    let parsed = serde_json::from_str(text).ok().and_then(|json| parse(model, &json));
    let Some((kind, resolution)) = parsed else {
        return Err(StoreError::damaged(format!("a conflict of {}", model.name), "it cannot be read"));
    };
    Ok(Conflict { model: model.id, key, mutation, kind, resolution })
}

fn parse(model: &Model, json: &Json) -> Option<(ConflictKind, Resolution)> {
    let resolution = match json.get("resolution")?.as_str()? {
        "remote" => Resolution::Remote,
        "local" => Resolution::Local,
        "merged" => Resolution::Merged,
        _ => return None,
    };
    let kind = json.get("kind")?;
    let kind = match kind.as_str() {
        Some("deleteMeetsUpdate") => ConflictKind::DeleteMeetsUpdate,
        Some("updateMeetsDelete") => ConflictKind::UpdateMeetsDelete,
        Some("createMeetsRecord") => ConflictKind::CreateMeetsRecord,
        Some("ambiguous") => ConflictKind::Ambiguous,
        Some(_) => return None,
        None if kind.get("refused").is_some() => ConflictKind::Refused {
            op: op_named(kind.get("op")?.as_str()?)?,
            wanted: read_patch(model, kind.get("wanted")?.as_str()?).ok()?,
            reason: kind.get("refused")?.as_str()?.to_owned(),
        },
        None => {
            let field = model.field(kind.get("field")?.as_str()?)?;
            let described = &model.fields[field];
            let value = |name: &str| -> Option<Value> {
                let json = kind.get(name)?;
                let hidden = || any_from_json(json).is_unreadable().then(|| Value::unreadable(described));
                from_json(described, json).or_else(hidden)
            };
            ConflictKind::Field {
                field,
                base: value("base")?,
                local: value("local")?,
                remote: value("remote")?,
            }
        }
    };
    Some((kind, resolution))
}
