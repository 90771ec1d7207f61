//! What a list query selects and how it is ordered: the rules that every driver shares, as functions.

use std::cmp::Ordering;
use std::fmt::Write as _;

use syncline_core::model::KeyCondition;
use syncline_core::page::Direction;
use syncline_core::scalar::{Storage, is_held};
use syncline_core::{Model, Record, Value};

use crate::driver::{misfit, values_fit};
use crate::{Access, BackendError, List, ListCursor};

impl Access {
    /// The fields that must equal something, with their values.
    #[must_use]
    pub fn equalities<'a>(&'a self, model: &'a Model) -> Vec<(usize, &'a Value)> {
        let (fields, values): (&[usize], &[Value]) = match self {
            Access::All => (&[], &[]),
            Access::Key { equal, .. } | Access::Index { equal, .. } => (self.keys(model), equal),
            Access::Fields { fields, values } => (fields, values),
        };
        fields.iter().copied().zip(values).collect()
    }

    /// The fields after those that must equal something, which a sort condition is about and which must not be null: a
    /// record without one of an index's fields is not in that index (DynamoDB's sparse indexes).
    #[must_use]
    pub fn sort_fields<'a>(&self, model: &'a Model) -> &'a [usize] {
        match self {
            Access::Key { equal, .. } | Access::Index { equal, .. } => {
                self.keys(model).get(equal.len()..).unwrap_or(&[])
            }
            Access::All | Access::Fields { .. } => &[],
        }
    }

    /// The fields of the key or index that it goes by.
    fn keys<'a>(&self, model: &'a Model) -> &'a [usize] {
        match self {
            Access::Key { .. } => &model.key,
            Access::Index { index, .. } => model.indexes.get(*index).map_or(&[], |index| &index.fields),
            Access::All | Access::Fields { .. } => &[],
        }
    }

    /// Whether a condition on the sort fields compares them as one text, joined by `#`, as DynamoDB has the sort fields of
    /// a key that has several (SYNC 2.10). One alone compares as what it is.
    #[must_use]
    pub fn joins(&self, model: &Model) -> bool {
        self.keys(model).len() > 2
    }

    /// The sort condition.
    #[must_use]
    pub fn condition(&self) -> Option<&KeyCondition> {
        match self {
            Access::Key { sort, .. } | Access::Index { sort, .. } => sort.as_ref(),
            Access::All | Access::Fields { .. } => None,
        }
    }

    /// Whether the list goes through this record.
    #[must_use]
    pub fn selects(&self, model: &Model, record: &Record) -> bool {
        let fields = self.sort_fields(model);
        self.equalities(model).iter().all(|(field, value)| !value.is_null() && record[*field] == **value)
            && fields.iter().all(|&field| !record[field].is_null())
            && self
                .condition()
                .is_none_or(|condition| condition_selects(condition, fields, self.joins(model), record))
    }
}

impl List {
    /// The fields that order the list: the rest of the index if there is one, and the key. What the access holds
    /// constant is left out, except for the key's own fields.
    #[must_use]
    pub fn order(&self, model: &Model) -> Vec<usize> {
        let mut order = match &self.access {
            Access::Index { .. } => self.access.sort_fields(model).to_vec(),
            Access::All | Access::Key { .. } | Access::Fields { .. } => Vec::new(),
        };
        for &field in &model.key {
            if !order.contains(&field) {
                order.push(field);
            }
        }
        order
    }

    /// Where a page that ends with `record` ends.
    #[must_use]
    pub fn cursor(&self, model: &Model, record: &Record) -> ListCursor {
        ListCursor(self.order(model).into_iter().map(|field| record[field].clone()).collect())
    }

    /// How two records order in this list, its direction included.
    #[must_use]
    pub fn compare(&self, a: &ListCursor, b: &ListCursor) -> Ordering {
        let order = a.0.iter().zip(&b.0).map(|(a, b)| a.total_cmp(b));
        let order = order.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal);
        match self.direction {
            Direction::Ascending => order,
            Direction::Descending => order.reverse(),
        }
    }

    /// Checks that the query fits `model`.
    ///
    /// # Errors
    /// [`BackendError::Misfit`] if it names an index or a value that the model cannot have, [`BackendError::Cursor`] if
    /// its cursor is not one of such a list.
    pub fn check(&self, model: &Model) -> Result<(), BackendError> {
        match &self.access {
            Access::Index { index, .. } if *index >= model.indexes.len() => {
                return Err(misfit(model, "there is no such index"));
            }
            Access::Key { equal, .. } | Access::Index { equal, .. }
                if equal.is_empty() || equal.len() > self.access.keys(model).len() =>
            {
                return Err(misfit(model, "the key needs a value for its first fields"));
            }
            Access::Fields { fields, values } if fields.len() != values.len() => {
                return Err(misfit(model, "each field of a relation needs one value"));
            }
            _ => {}
        }
        let equal = self.access.equalities(model);
        let known = |(field, value): &(usize, &Value)| {
            model.fields.get(*field).is_some_and(|field| is_held(field, value))
        };
        if !equal.iter().all(known) {
            return Err(misfit(model, "a value is not one of its field's"));
        }
        if let Some(condition) = self.access.condition() {
            let (low, high) = operands(condition);
            let fields = self.access.sort_fields(model);
            let fits = |values: &[Value]| !values.is_empty() && values_fit(model, fields, values);
            if !fits(low) || !high.is_none_or(fits) {
                return Err(misfit(model, "the condition does not fit the sort fields"));
            }
            let text = |&field: &usize| model.fields[field].kind.storage() == Storage::Text;
            if matches!(condition, KeyCondition::BeginsWith(_))
                && !self.access.joins(model)
                && !fields.iter().all(text)
            {
                return Err(misfit(model, "only text has a beginning"));
            }
        }
        if let Some(after) = &self.after {
            let order = self.order(model);
            if after.0.len() != order.len() || !values_fit(model, &order, &after.0) {
                return Err(BackendError::Cursor("it belongs to another list".to_owned()));
            }
        }
        Ok(())
    }
}

fn operands(condition: &KeyCondition) -> (&[Value], Option<&[Value]>) {
    match condition {
        KeyCondition::Eq(values)
        | KeyCondition::Lt(values)
        | KeyCondition::Le(values)
        | KeyCondition::Gt(values)
        | KeyCondition::Ge(values)
        | KeyCondition::BeginsWith(values) => (values, None),
        KeyCondition::Between(low, high) => (low, Some(high)),
    }
}

fn condition_selects(condition: &KeyCondition, fields: &[usize], joins: bool, record: &Record) -> bool {
    match fields {
        [] => false,
        [field] if !joins => condition_holds(condition, &|values| {
            values.first().map(|value| (record[*field].total_cmp(value), begins_with(&record[*field], value)))
        }),
        fields => {
            let own = joined(fields.iter().map(|&field| &record[field]));
            condition_holds(condition, &|values| {
                let other = joined(values);
                Some((own.as_bytes().cmp(other.as_bytes()), own.starts_with(&other)))
            })
        }
    }
}

/// How a record's sort value orders against an operand, and whether it begins with it.
type Against = Option<(Ordering, bool)>;

fn condition_holds(condition: &KeyCondition, compare: &dyn Fn(&[Value]) -> Against) -> bool {
    let order = |values: &[Value], holds: fn(Ordering) -> bool| {
        compare(values).is_some_and(|(order, _)| holds(order))
    };
    match condition {
        KeyCondition::Eq(values) => order(values, Ordering::is_eq),
        KeyCondition::Lt(values) => order(values, Ordering::is_lt),
        KeyCondition::Le(values) => order(values, Ordering::is_le),
        KeyCondition::Gt(values) => order(values, Ordering::is_gt),
        KeyCondition::Ge(values) => order(values, Ordering::is_ge),
        KeyCondition::Between(low, high) => order(low, Ordering::is_ge) && order(high, Ordering::is_le),
        KeyCondition::BeginsWith(values) => compare(values).is_some_and(|(_, begins)| begins),
    }
}

fn begins_with(value: &Value, prefix: &Value) -> bool {
    match (value, prefix) {
        (Value::Text(value), Value::Text(prefix)) => value.starts_with(prefix.as_str()),
        _ => false,
    }
}

fn joined<'a>(values: impl IntoIterator<Item = &'a Value>) -> String {
    let mut text = String::new();
    for (place, value) in values.into_iter().enumerate() {
        if place > 0 {
            text.push('#');
        }
        // Writing into a String cannot fail.
        let _ = match value {
            Value::Text(part) => text.write_str(part),
            Value::Int(part) => write!(text, "{part}"),
            Value::Float(part) => write!(text, "{part}"),
            Value::Bool(part) => write!(text, "{part}"),
            Value::Null | Value::List(_) | Value::Object(_) => Ok(()),
        };
    }
    text
}
