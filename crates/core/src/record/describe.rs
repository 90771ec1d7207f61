//! Entries and conflicts in a line for people: by the names of models and fields, as a list of them is shown or logged.

use super::{Conflict, ConflictKind, Entry, EntryState, MutationOp, Patch, Resolution};
use crate::value::to_json;
use crate::{Model, Schema, Value};

/// The most characters of a value that are shown.
const LONGEST: usize = 60;

impl Entry {
    /// What it does to which record, and how far it has come, in a line. Which fields it writes is said, their values are
    /// not. `schema` is the store's.
    #[must_use]
    pub fn describe(&self, schema: &Schema) -> String {
        let model = schema.model(self.model);
        let state = match &self.state {
            EntryState::Unsent => "waits".to_owned(),
            EntryState::Sent => "sent".to_owned(),
            EntryState::Parked(reason) => format!("parked: {reason}"),
        };
        format!("{} {} {}{}, {state}", verb(self.op), model.name, self.key, fields(model, &self.patch))
    }
}

impl Conflict {
    /// What met what and who won, in a line, with the values of a field that both sides changed. `schema` is the store's.
    #[must_use]
    pub fn describe(&self, schema: &Schema) -> String {
        let model = schema.model(self.model);
        let met = match &self.kind {
            ConflictKind::Field { field, base, local, remote } => {
                let name = model.fields.get(*field).map_or("a field", |field| &field.name);
                let [base, local, remote] = [base, local, remote].map(shown);
                format!("{name} was {base}, here {local}, at the server {remote}")
            }
            ConflictKind::DeleteMeetsUpdate => "deleted here, changed at the server".to_owned(),
            ConflictKind::UpdateMeetsDelete => "changed here, deleted at the server".to_owned(),
            ConflictKind::CreateMeetsRecord => "created here, and at the server before".to_owned(),
            ConflictKind::Refused { op, wanted, reason } => {
                format!("the server refused to {}{}: {reason}", verb(*op), fields(model, wanted))
            }
            ConflictKind::Ambiguous => "nobody can tell whether it was applied".to_owned(),
        };
        let won = match self.resolution {
            Resolution::Remote => "the server's stays",
            Resolution::Local => "this device's is sent",
            Resolution::Merged => "what the application made of both is sent",
        };
        format!("{} {}: {met}; {won}", model.name, self.key)
    }
}

fn verb(op: MutationOp) -> &'static str {
    match op {
        MutationOp::Create => "create",
        MutationOp::Update => "update",
        MutationOp::Delete => "delete",
    }
}

/// The names of the fields that are written, if there are any.
fn fields(model: &Model, patch: &Patch) -> String {
    let named = patch.0.iter().filter_map(|change| model.fields.get(change.field));
    let names: Vec<&str> = named.map(|field| field.name.as_str()).collect();
    if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) }
}

fn shown(value: &Value) -> String {
    let text = to_json(value).to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::super::FieldChange;
    use super::*;
    use crate::model::{Field, FieldKind, FieldSource, Names};
    use crate::{Key, ModelId, Scalar};

    fn schema() -> Schema {
        let field = |name| Field::new(name, FieldKind::Scalar(Scalar::String), FieldSource::Declared);
        let fields = vec![field("id"), field("title"), field("body")];
        let post = Model::new(ModelId(0), "Post", Names::new("Post", "Posts"), fields, vec![0]);
        Schema::new(vec![post], Vec::new()).unwrap()
    }

    fn wanted() -> Patch {
        let change = |field| FieldChange { field, base: Value::Null, value: "secret".into() };
        Patch(vec![change(1), change(2)])
    }

    #[test]
    fn entries_are_told_by_names_and_without_values() {
        let entry = |op, patch, state| Entry {
            seq: 1,
            id: "m".to_owned(),
            model: ModelId(0),
            key: Key::id("p1"),
            op,
            patch,
            base_version: None,
            condition: None,
            group: None,
            state,
        };
        let parked = EntryState::Parked("too long".to_owned());
        for (entry, expected) in [
            (entry(MutationOp::Create, wanted(), EntryState::Unsent), "create Post p1 (title, body), waits"),
            (entry(MutationOp::Delete, Patch::default(), EntryState::Sent), "delete Post p1, sent"),
            (entry(MutationOp::Update, wanted(), parked), "update Post p1 (title, body), parked: too long"),
        ] {
            assert_eq!(entry.describe(&schema()), expected);
        }
    }

    #[test]
    fn conflicts_are_told_with_both_values_and_who_won() {
        let field = |local: &str| ConflictKind::Field {
            field: 1,
            base: Value::Null,
            local: local.into(),
            remote: "R".into(),
        };
        let refused =
            ConflictKind::Refused { op: MutationOp::Update, wanted: wanted(), reason: "no".to_owned() };
        let long =
            format!("title was null, here \"{}…, at the server \"R\"; the server's stays", "ä".repeat(59));
        for (kind, resolution, expected) in [
            (
                field("L"),
                Resolution::Merged,
                "title was null, here \"L\", at the server \"R\"; what the application made of both is sent",
            ),
            (field(&"ä".repeat(100)), Resolution::Remote, long.as_str()),
            (
                ConflictKind::DeleteMeetsUpdate,
                Resolution::Local,
                "deleted here, changed at the server; this device's is sent",
            ),
            (
                refused,
                Resolution::Remote,
                "the server refused to update (title, body): no; the server's stays",
            ),
        ] {
            let mutation = "m".to_owned();
            let conflict = Conflict { model: ModelId(0), key: Key::id("p1"), mutation, kind, resolution };
            assert_eq!(conflict.describe(&schema()), format!("Post p1: {expected}"));
        }
    }
}
