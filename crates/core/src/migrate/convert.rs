//! Values of one type as values of another.

use crate::Value;
use crate::model::{CustomType, Field, FieldKind, ListKind};
use crate::scalar::{Scalar, Storage, canonical};
use crate::value::{Object, to_json};
use std::sync::Arc;

/// How the values of a field become those of its successor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conversion {
    /// They stay as they are.
    Same,
    /// Each has a counterpart.
    Exact,
    /// Some have one: whole numbers, text that says one, objects whose fields are all kept.
    Checked,
    /// None has.
    Never,
}

impl Conversion {
    /// From the type of one field to that of another; whether they may be null does not matter here.
    #[must_use]
    pub fn of(from: &Field, to: &Field) -> Conversion {
        let item = of_kind(&from.kind, &to.kind);
        match (from.is_list(), to.is_list()) {
            (true, false) => Conversion::Never,
            (false, true) => item.max(Conversion::Exact),
            _ => item,
        }
    }
}

fn of_kind(from: &FieldKind, to: &FieldKind) -> Conversion {
    match (from, to) {
        (FieldKind::Scalar(from), FieldKind::Scalar(to)) => of_scalar(*from, *to),
        // A value that the enum no longer has is kept: the server, or a person, says what becomes of it.
        (FieldKind::Enum(_), FieldKind::Enum(_) | FieldKind::Scalar(Scalar::String | Scalar::Id)) => {
            Conversion::Same
        }
        (FieldKind::Scalar(from), FieldKind::Enum(_)) if from.storage() == Storage::Text => {
            Conversion::Checked
        }
        (FieldKind::Custom(from), FieldKind::Custom(to)) => of_custom(from, to),
        _ => Conversion::Never,
    }
}

fn of_scalar(from: Scalar, to: Scalar) -> Conversion {
    let is_text = |scalar: Scalar| matches!(scalar, Scalar::String | Scalar::Id);
    match (from, to) {
        (from, to) if from == to => Conversion::Same,
        (from, to) if is_text(to) && from.storage() == Storage::Text => Conversion::Same,
        (Scalar::Int, Scalar::AwsTimestamp) => Conversion::Same,
        (Scalar::Int, Scalar::Float) => Conversion::Exact,
        (_, to) if is_text(to) => Conversion::Exact,
        (Scalar::AwsTimestamp | Scalar::Float, Scalar::Int)
        | (Scalar::AwsTimestamp, Scalar::Float)
        | (Scalar::Float, Scalar::AwsTimestamp) => Conversion::Checked,
        (from, _) if from.storage() == Storage::Text => Conversion::Checked,
        _ => Conversion::Never,
    }
}

/// Fields that are new in `to` are null until they are fetched.
fn of_custom(from: &CustomType, to: &CustomType) -> Conversion {
    let twin = |field: &Field| to.fields.iter().find(|twin| twin.name == field.name);
    let stays =
        |field: &Field| twin(field).is_some_and(|twin| Conversion::of(field, twin) == Conversion::Same);
    if from.fields.iter().all(stays) { Conversion::Same } else { Conversion::Checked }
}

/// What became of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Converted {
    /// It has a counterpart.
    Whole(Value),
    /// A part of it has: an object loses a field.
    Part(Value),
    /// It has none.
    Not,
}

impl Converted {
    /// What is left of it, if only a part; null if nothing.
    #[must_use]
    pub fn rest(self) -> Value {
        match self {
            Converted::Whole(value) | Converted::Part(value) => value,
            Converted::Not => Value::Null,
        }
    }

    /// The counterpart, if all of it has one.
    #[must_use]
    pub fn whole(self) -> Option<Value> {
        match self {
            Converted::Whole(value) => Some(value),
            Converted::Part(_) | Converted::Not => None,
        }
    }

    fn map(self, to: impl FnOnce(Value) -> Value) -> Converted {
        match self {
            Converted::Whole(value) => Converted::Whole(to(value)),
            Converted::Part(value) => Converted::Part(to(value)),
            Converted::Not => Converted::Not,
        }
    }
}

/// A value of the field `from` as one of the field `to`. Null stays null, and what the server does not show is not shown.
#[must_use]
pub fn convert(from: &Field, to: &Field, value: &Value) -> Converted {
    if value.is_unreadable() {
        return Converted::Whole(Value::unreadable(to));
    }
    let converted = match (from.is_list(), to.is_list(), value) {
        (_, _, Value::Null) => return Converted::Whole(Value::Null),
        (true, false, _) => Converted::Not,
        (_, true, Value::List(items)) => {
            all(items.iter().map(|item| one(&from.kind, &to.kind, item)), Value::List)
        }
        (false, true, value) => one(&from.kind, &to.kind, value).map(|value| Value::List(vec![value])),
        (_, _, value) => one(&from.kind, &to.kind, value),
    };
    converted.map(|value| canonical(to, value))
}

/// All of them as one; without those that have no counterpart it is a part.
fn all(parts: impl Iterator<Item = Converted>, whole: impl FnOnce(Vec<Value>) -> Value) -> Converted {
    let mut complete = true;
    let values = parts.map(|part| {
        complete &= matches!(part, Converted::Whole(_));
        part.rest()
    });
    let value = whole(values.collect());
    if complete { Converted::Whole(value) } else { Converted::Part(value) }
}

fn one(from: &FieldKind, to: &FieldKind, value: &Value) -> Converted {
    if value.is_null() {
        return Converted::Whole(Value::Null);
    }
    match (of_kind(from, to), to, value) {
        (_, FieldKind::Custom(ty), Value::Object(object)) => match from {
            FieldKind::Custom(from) => of_object(from, ty, object),
            _ => Converted::Not,
        },
        (Conversion::Same, _, value) => Converted::Whole(value.clone()),
        (Conversion::Never, ..) => Converted::Not,
        (_, FieldKind::Enum(ty), Value::Text(text)) if ty.values.contains(text) => {
            Converted::Whole(value.clone())
        }
        (_, FieldKind::Scalar(scalar), value) => {
            let found = scalar_of(*scalar, value).filter(|value| scalar.validate(value).is_ok());
            found.map_or(Converted::Not, Converted::Whole)
        }
        _ => Converted::Not,
    }
}

fn of_object(from: &Arc<CustomType>, to: &Arc<CustomType>, object: &Object) -> Converted {
    let field = |ty: &CustomType, name: &str| ty.fields.iter().find(|field| field.name == name).cloned();
    let left = object.0.iter().filter(|(name, value)| !value.is_null() && field(to, name).is_none());
    let lost = left.count() > 0;
    let parts = to.fields.iter().map(|twin| match (field(from, &twin.name), object.get(&twin.name)) {
        (Some(was), Some(value)) => convert(&was, twin, value),
        _ => Converted::Whole(Value::Null),
    });
    let names = to.fields.iter().map(|field| Arc::<str>::from(field.name.as_str()));
    let whole = all(parts, |values| Value::Object(Object(names.zip(values).collect())));
    match whole {
        Converted::Whole(value) if lost => Converted::Part(value),
        other => other,
    }
}

/// A value that is none of `scalar` yet, as such: numbers that are equal, text that says it, and everything as text.
fn scalar_of(scalar: Scalar, value: &Value) -> Option<Value> {
    match (scalar.storage(), value) {
        (Storage::Text, Value::Text(_)) => Some(value.clone()),
        (Storage::Text, value) => Some(Value::Text(to_json(value).to_string())),
        (Storage::Int, Value::Int(_)) | (Storage::Float, Value::Float(_)) => Some(value.clone()),
        (Storage::Float, Value::Int(int)) => {
            let float = *int as f64;
            // 2^53: beyond it not every whole number is a double.
            (int.unsigned_abs() <= 1 << 53).then_some(Value::Float(float))
        }
        (Storage::Int, Value::Float(float)) => {
            let whole = float.fract() == 0.0 && float.abs() <= (1_u64 << 53) as f64;
            whole.then_some(Value::Int(*float as i64))
        }
        (Storage::Int, Value::Text(text)) => text.parse().ok().map(Value::Int),
        (Storage::Float, Value::Text(text)) => {
            text.parse::<f64>().ok().filter(|float| float.is_finite()).map(Value::Float)
        }
        (Storage::Bool, Value::Text(text)) => text.parse().ok().map(Value::Bool),
        _ => None,
    }
}

/// The field as one item of its list.
pub(super) fn item_of(field: &Field) -> Field {
    Field {
        list: None,
        required: field.list.is_some_and(|ListKind { item_required }| item_required),
        ..field.clone()
    }
}
