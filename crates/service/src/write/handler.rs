//! Asking a conflict handler: AppSync's request and reply (spec of its `LAMBDA` conflict resolution).

use super::decide::{Settled, Settlement};
use super::input::Input;
use super::mutate::{Answer, apply_settled};
use crate::answer::{Refusal, refused};
use crate::conflict::{ConflictHandler, HandlerError};
use crate::context::{Context, Halt};
use crate::exec::RootField;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;
use syncline_backend::{Applied, Rejection, Row};
use syncline_core::model::FieldKind;
use syncline_core::record::MutationOp;
use syncline_core::scalar::{canonical, check_field};
use syncline_core::value::{from_json, to_json};
use syncline_core::{Field, Key, Model, Record, Scalar, Value};
use syncline_protocol::ErrorType;

/// How often a handler is asked about one mutation, if the record changes while it answers (SYNC 3.3).
const MOST_ROUNDS: usize = 5;
/// Where AppSync's handlers believe the table to be. Clients' configurations name the same region.
const REGION: &str = "us-east-1";

/// Has `handler` settle the conflict of `input` with `row`, and applies what it says.
///
/// # Errors
/// If the store is at fault.
pub(super) async fn settle(
    ctx: &Context<'_>,
    handler: &dyn ConflictHandler,
    root: &RootField,
    input: &Arc<Input>,
    mut row: Row,
) -> Result<Answer, Halt> {
    for _ in 0..MOST_ROUNDS {
        let question = Question::of(input, &row);
        let reply = match handler.ask(question.to_json(root, input).to_string()).await {
            Ok(reply) => reply,
            Err(error) => return Ok(Answer::Refused(failed(&input.model, &error))),
        };
        let into = match question.read(input, &row, &reply) {
            Ok(Reply::Become(into)) => into,
            Ok(Reply::Reject) => {
                let rejection = Rejection::Conflict;
                return Ok(Answer::Applied(Applied::Rejected { rejection, current: Some(row) }));
            }
            Err(refusal) => return Ok(Answer::Refused(refusal)),
        };
        let settled = Settled { version: row.meta.version, into };
        match apply_settled(ctx, input, settled).await? {
            Applied::Rejected { rejection: Rejection::Undecided, current: Some(newer) } => row = newer,
            applied => return Ok(Answer::Applied(applied)),
        }
    }
    let message = format!(
        "The record changed {MOST_ROUNDS} times while its conflict was being resolved. Send the mutation again."
    );
    Ok(Answer::Refused(refused(ErrorType::MaxConflicts, message)))
}

/// What a handler is asked, besides what the request itself says.
struct Question {
    /// The record as it is, with what AppSync keeps about it.
    existing: Map<String, Json>,
    /// The record as it would be had there been no conflict; what is kept about it stays as it is.
    new: Map<String, Json>,
}

enum Reply {
    Become(Settlement),
    Reject,
}

impl Question {
    fn of(input: &Input, row: &Row) -> Question {
        let existing = item(&input.model, &row.record, row);
        let new = if input.op == MutationOp::Delete {
            let mut new = existing.clone();
            new.insert("_deleted".to_owned(), json!(true));
            new
        } else {
            let mut record = row.record.clone();
            if let Some(field) = input.model.timestamps.updated_at {
                record[field] = input.now.clone();
            }
            for (field, value) in &input.given {
                record[*field] = input.over(*field, value, &row.record[*field]).into_owned();
            }
            item(&input.model, &record, row)
        };
        Question { existing, new }
    }

    fn to_json(&self, root: &RootField, input: &Input) -> Json {
        json!({
            "newItem": self.new,
            "existingItem": self.existing,
            "arguments": input.arguments,
            "resolver": {
                "tableName": input.model.name,
                "awsRegion": REGION,
                "parentType": "Mutation",
                "field": root.name,
                "outputType": input.model.name,
            },
            // Only API keys are let in so far, and they are nobody.
            "identity": null,
        })
    }

    /// Reads a reply.
    ///
    /// # Errors
    /// If it is none, or changes what it may not.
    fn read(&self, input: &Input, row: &Row, reply: &[u8]) -> Result<Reply, Refusal> {
        let model = &input.model;
        let unreadable = |reason: &str| {
            tracing::warn!(model = model.name, reason, "a conflict handler's reply is none");
            let message = format!("The conflict handler of {} gave no answer that can be read.", model.name);
            refused(ErrorType::ConflictError, message)
        };
        let reply: Json =
            serde_json::from_slice(reply).map_err(|error| unreadable(&format!("it is not JSON: {error}")))?;
        match reply.get("action").and_then(Json::as_str) {
            Some("REJECT") => Ok(Reply::Reject),
            Some("REMOVE") => Ok(Reply::Become(Settlement::Gone)),
            Some("RESOLVE") => match reply.get("item") {
                Some(Json::Object(item)) => self.resolved(input, row, item).map(Reply::Become),
                _ => Err(unreadable("a RESOLVE needs an \"item\"")),
            },
            _ => Err(unreadable("its \"action\" must be RESOLVE, REJECT or REMOVE")),
        }
    }

    /// What the record becomes: `item`, whole. The key and what is kept about the record may be left out, and must not
    /// be changed.
    fn resolved(&self, input: &Input, row: &Row, item: &Map<String, Json>) -> Result<Settlement, Refusal> {
        let model = &input.model;
        let wrong = |message: String| {
            refused(ErrorType::BadConflictReply, format!("The conflict handler of {}: {message}", model.name))
        };
        let mut record = Record::empty(model.fields.len());
        for (field, value) in model.key.iter().zip(&input.key.0) {
            record[*field] = value.clone();
        }
        for (name, json) in item {
            let kept = || {
                let was = |item: &Map<String, Json>| item.get(name).unwrap_or(&Json::Null) == json;
                was(&self.existing) || was(&self.new)
            };
            match model.field(name) {
                None if KEPT.contains(&name.as_str()) => {
                    let alive = name == "_deleted" && *json == json!(false);
                    if !alive && !kept() {
                        return Err(wrong(format!("it may not change '{name}'.")));
                    }
                }
                None => return Err(wrong(format!("{} has no field '{name}'.", model.name))),
                Some(field) if model.is_key(field) => {
                    if self.existing.get(name) != Some(json) {
                        return Err(wrong(format!("it may not change '{name}', which is part of the key.")));
                    }
                }
                Some(field) => record[field] = value(&model.fields[field], json).map_err(wrong)?,
            }
        }
        if item.get("_deleted") == Some(&json!(true)) {
            return Ok(Settlement::Gone);
        }
        fill_times(input, row, &mut record);
        debug_assert_eq!(Key::of(model, &record), input.key);
        match model.fields.iter().zip(&record.0).find_map(|(field, value)| check_field(field, value).err()) {
            Some(error) => Err(wrong(format!("{error}."))),
            None => Ok(Settlement::Record(record)),
        }
    }
}

/// What is kept about a record besides its fields.
const KEPT: [&str; 4] = ["__typename", "_version", "_lastChangedAt", "_deleted"];

/// A record as DynamoDB would hold it: without what is null.
fn item(model: &Model, record: &Record, row: &Row) -> Map<String, Json> {
    let fields = model.fields.iter().zip(&record.0).filter(|(_, value)| !value.is_null());
    let mut item: Map<String, Json> =
        fields.map(|(field, value)| (field.name.clone(), to_json(value))).collect();
    item.insert("__typename".to_owned(), json!(model.name));
    item.insert("_version".to_owned(), json!(row.meta.version));
    item.insert("_lastChangedAt".to_owned(), json!(row.meta.last_changed_at));
    item
}

/// A value of an item. `AWSJSON` is text on the wire, and a handler may give the JSON itself.
fn value(field: &Field, json: &Json) -> Result<Value, String> {
    let is_json = field.kind == FieldKind::Scalar(Scalar::AwsJson) && !field.is_list();
    let value = match json {
        Json::Array(_) | Json::Object(_) | Json::Number(_) | Json::Bool(_) if is_json => {
            Some(Value::Text(json.to_string()))
        }
        json => from_json(field, json),
    };
    value
        .map(|value| canonical(field, value))
        .ok_or_else(|| format!("'{}' is not a value of {}.", field.name, field.type_name()))
}

/// The times that the server keeps: a record was made when it was made, and is changed now unless somebody says so.
fn fill_times(input: &Input, row: &Row, record: &mut Record) {
    let times = input.model.timestamps;
    if let Some(field) = times.created_at
        && record[field].is_null()
    {
        record[field] = row.record[field].clone();
    }
    if let Some(field) = times.updated_at
        && (record[field].is_null() || record[field] == row.record[field])
    {
        record[field] = input.now.clone();
    }
}

fn failed(model: &Model, error: &HandlerError) -> Refusal {
    tracing::warn!(model = model.name, %error, "a conflict handler failed");
    let how = match error {
        HandlerError::Timeout(_) => "did not answer in time",
        HandlerError::Failed(_) => "failed",
    };
    let message = format!("The conflict handler of {} {how}. Send the mutation again.", model.name);
    refused(ErrorType::ConflictError, message)
}
