//! Binding: from names to places, with every operator and value checked against the model.

use super::error::{PredicateError, PredicateProblem};
use super::filter::{Column, FieldRef, Filter, Term};
use super::fit::{Fit, check_text, fit};
use super::limits::{Budget, MAX_LIST_OPERAND};
use super::names::{DELETED, OPERATORS};
use super::{Comparison, Op, Predicate, SizeOp};
use crate::model::{Field, FieldKind};
use crate::scalar::{Storage, shorten};
use crate::{Model, Value};

impl Predicate {
    /// Checks it against `model` and resolves its names.
    ///
    /// # Errors
    /// A field that the model does not have, an operator that the field's type does not support, a value that does not
    /// fit, or a predicate beyond the limits ([`MAX_DEPTH`](super::MAX_DEPTH) and its neighbours).
    pub fn bind(&self, model: &Model) -> Result<Filter, PredicateError> {
        self.bind_as(model, Misfits::Refused)
    }

    /// The same, but a comparison that does not fit its field's type is no error: as in DynamoDB, nothing is equal to a
    /// value of another type, in order with it, or part of it, and everything differs from it.
    ///
    /// # Errors
    /// A field that the model does not have, or a predicate beyond the limits.
    pub fn bind_as_stored(&self, model: &Model) -> Result<Filter, PredicateError> {
        self.bind_as(model, Misfits::False)
    }

    fn bind_as(&self, model: &Model, misfits: Misfits) -> Result<Filter, PredicateError> {
        let mut binder = Binder { model, misfits, budget: Budget::default(), trail: Vec::new() };
        binder.predicate(self).map_err(|problem| PredicateError { path: binder.path(), problem })
    }
}

/// What is made of a comparison that does not fit its field's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Misfits {
    Refused,
    False,
}

/// A step on the way from the root to the place of an error.
enum Step<'a> {
    And(usize),
    Or(usize),
    Not,
    Leaf(&'a Comparison),
}

struct Binder<'a> {
    model: &'a Model,
    misfits: Misfits,
    budget: Budget,
    trail: Vec<Step<'a>>,
}

type Bound = Result<Filter, PredicateProblem>;

impl<'a> Binder<'a> {
    fn path(&self) -> String {
        let steps = self.trail.iter().map(|step| match step {
            Step::And(place) => format!("and[{place}]"),
            Step::Or(place) => format!("or[{place}]"),
            Step::Not => "not".to_owned(),
            Step::Leaf(Comparison { field, op }) => format!("{}.{}", shorten(field), op.name()),
        });
        let path = steps.collect::<Vec<_>>().join(".");
        if path.is_empty() { "predicate".to_owned() } else { path }
    }

    /// On an error the trail is left where it happened.
    fn below(&mut self, step: Step<'a>, predicate: &'a Predicate) -> Bound {
        self.trail.push(step);
        let filter = self.predicate(predicate)?;
        self.trail.pop();
        Ok(filter)
    }

    fn predicate(&mut self, predicate: &'a Predicate) -> Bound {
        Budget::level(self.trail.len())?;
        self.budget.term()?;
        match predicate {
            Predicate::All => Ok(Filter::All),
            Predicate::Compare(comparison) => {
                self.trail.push(Step::Leaf(comparison));
                let filter = self.comparison(comparison)?;
                self.trail.pop();
                Ok(filter)
            }
            Predicate::And(terms) => {
                let terms = terms.iter().enumerate().map(|(place, term)| self.below(Step::And(place), term));
                Ok(Filter::conjunction(terms.collect::<Result<Vec<_>, _>>()?))
            }
            Predicate::Or(terms) if terms.is_empty() => Ok(Filter::All),
            Predicate::Or(terms) => {
                let terms = terms.iter().enumerate().map(|(place, term)| self.below(Step::Or(place), term));
                Ok(Filter::disjunction(terms.collect::<Result<Vec<_>, _>>()?))
            }
            Predicate::Not(inner) => Ok(self.below(Step::Not, inner)?.negated()),
        }
    }

    fn comparison(&mut self, comparison: &Comparison) -> Bound {
        let Comparison { field: name, op } = comparison;
        self.count(op)?;
        if name == DELETED {
            return deleted(op);
        }
        let Some(place) = self.model.field(name) else {
            return Err(PredicateProblem::UnknownField {
                model: self.model.name.clone(),
                field: shorten(name),
                known: self.model.fields.iter().map(|field| field.name.clone()).collect(),
            });
        };
        let field = &self.model.fields[place];
        let column = Column { storage: field.kind.storage(), list: field.is_list() };
        let operand = Operand { field, place: FieldRef::Stored(place), column };
        match self.misfits {
            Misfits::Refused => check_operator(field, op).and_then(|()| operand.bind(op)),
            Misfits::False => operand.bind_loosely(op),
        }
    }

    fn count(&mut self, op: &Op) -> Result<(), PredicateProblem> {
        let items = |value: &Value| match value {
            Value::List(items) => items.len(),
            _ => 1,
        };
        let count = match op {
            Op::In(values) | Op::NotIn(values) => {
                // They may have to be written as a group of equalities: the comparison's own step is one level.
                Budget::level(self.trail.len())?;
                values.iter().map(items).sum()
            }
            Op::Eq(value) | Op::Ne(value) => items(value),
            _ => 2,
        };
        self.budget.values(count)
    }
}

/// A text, number or list that is compared as a whole, in parts or by its length: what each type supports.
fn supports(kind: &FieldKind, list: bool, operator: &str) -> bool {
    // A custom type is a whole without an order: it is there or it is not.
    if kind.storage() == Storage::Object {
        return matches!(operator, "attributeExists" | "attributeType") || (list && operator == "size");
    }
    let is_enum = matches!(kind, FieldKind::Enum(_));
    let text = kind.storage() == Storage::Text && !is_enum;
    match operator {
        "eq" | "ne" | "in" | "notIn" | "attributeExists" | "attributeType" => true,
        "contains" | "notContains" | "size" => list || text,
        "beginsWith" => text && !list,
        _ => !list && !is_enum && kind.storage() != Storage::Bool,
    }
}

fn check_operator(field: &Field, op: &Op) -> Result<(), PredicateProblem> {
    if supports(&field.kind, field.is_list(), op.name()) {
        return Ok(());
    }
    Err(PredicateProblem::Operator {
        operator: op.name(),
        type_name: field.type_name(),
        allowed: OPERATORS.into_iter().filter(|name| supports(&field.kind, field.is_list(), name)).collect(),
    })
}

/// `_deleted` is true or null, so that two questions say all there is to say.
fn deleted(op: &Op) -> Bound {
    let allowed = || vec!["eq", "ne", "in", "notIn", "attributeExists"];
    let values: &[Value] = match op {
        Op::Eq(value) | Op::Ne(value) => std::slice::from_ref(value),
        Op::In(values) | Op::NotIn(values) => values,
        Op::Exists(_) | Op::Type(_) => &[],
        _ => {
            let (operator, type_name) = (op.name(), "Boolean".to_owned());
            return Err(PredicateProblem::Operator { operator, type_name, allowed: allowed() });
        }
    };
    if let Some(value) = values.iter().find(|value| !matches!(value, Value::Bool(_) | Value::Null)) {
        return Err(wrong_value(value, "Boolean", "expected true or false"));
    }
    let term = |op: Op| {
        let column = Column { storage: Storage::Bool, list: false };
        Filter::Term(Term { field: FieldRef::Deleted, column, op })
    };
    Ok(match (op.holds(&Value::Bool(true)), op.holds(&Value::Null)) {
        (true, true) => Filter::All,
        (false, false) => Filter::Nothing,
        (true, false) => term(Op::Eq(Value::Bool(true))),
        (false, true) => term(Op::Ne(Value::Bool(true))),
    })
}

fn wrong_value(value: &Value, type_name: &str, reason: &str) -> PredicateProblem {
    PredicateProblem::Value {
        value: crate::scalar::show(value),
        type_name: type_name.to_owned(),
        reason: reason.to_owned(),
    }
}

/// Binds one operator to one field.
struct Operand<'a> {
    field: &'a Field,
    place: FieldRef,
    column: Column,
}

impl Operand<'_> {
    fn term(&self, op: Op) -> Filter {
        Filter::Term(Term { field: self.place, column: self.column, op })
    }

    /// The comparison with a value that the field can hold, or nothing.
    fn with(&self, value: Option<Value>, op: impl FnOnce(Value) -> Op) -> Filter {
        value.map_or(Filter::Nothing, |value| self.term(op(value)))
    }

    fn wrong(&self, value: &Value, reason: &str) -> PredicateProblem {
        wrong_value(value, &self.field.type_name(), reason)
    }

    /// One value or item that is not null.
    fn fit(&self, value: &Value) -> Result<Fit, PredicateProblem> {
        if value.is_null() {
            return Err(self.wrong(value, "only eq, ne, in and notIn compare with null"));
        }
        fit(&self.field.kind, value).map_err(|reason| self.wrong(value, &reason))
    }

    /// A value that the whole field is compared with, null included. `None` if the field cannot hold it.
    fn whole(&self, value: &Value) -> Result<Option<Value>, PredicateProblem> {
        match (self.column.list, value) {
            (_, Value::Null) => Ok(Some(Value::Null)),
            (true, Value::List(items)) if items.len() > MAX_LIST_OPERAND => {
                Err(PredicateProblem::TooLarge { what: "items in a list", limit: MAX_LIST_OPERAND })
            }
            (true, Value::List(items)) => {
                let items: Result<Option<Vec<Value>>, _> = items.iter().map(|item| self.item(item)).collect();
                Ok(items?.map(Value::List))
            }
            (true, _) => Err(self.wrong(value, "expected a list")),
            (false, _) => Ok(self.fit(value)?.exact()),
        }
    }

    /// An item of a list field, null included. `None` if the field cannot hold it.
    fn item(&self, value: &Value) -> Result<Option<Value>, PredicateProblem> {
        if value.is_null() { Ok(Some(Value::Null)) } else { Ok(self.fit(value)?.exact()) }
    }

    /// As [`Operand::bind`], with nothing for what does not fit.
    fn bind_loosely(&self, op: &Op) -> Bound {
        let fits = |value: &&Value| self.whole(value).is_ok();
        let positive = match op {
            Op::Ne(value) => return Ok(self.bind_loosely(&Op::Eq(value.clone()))?.negated()),
            Op::NotContains(part) => return Ok(self.bind_loosely(&Op::Contains(part.clone()))?.negated()),
            Op::NotIn(values) => return Ok(self.bind_loosely(&Op::In(values.clone()))?.negated()),
            Op::In(values) => Op::In(values.iter().filter(fits).cloned().collect()),
            other => other.clone(),
        };
        match check_operator(self.field, &positive).and_then(|()| self.bind(&positive)) {
            Err(PredicateProblem::Operator { .. } | PredicateProblem::Value { .. }) => Ok(Filter::Nothing),
            bound => bound,
        }
    }

    fn bind(&self, op: &Op) -> Bound {
        Ok(match op {
            Op::Eq(value) => self.with(self.whole(value)?, Op::Eq),
            Op::Ne(value) => self.with(self.whole(value)?, Op::Eq).negated(),
            Op::Lt(value) => match self.fit(value)? {
                Fit::Exact(value) => self.term(Op::Lt(value)),
                gap => self.with(gap.floor(), Op::Le),
            },
            Op::Le(value) => self.with(self.fit(value)?.floor(), Op::Le),
            Op::Gt(value) => match self.fit(value)? {
                Fit::Exact(value) => self.term(Op::Gt(value)),
                gap => self.with(gap.ceil(), Op::Ge),
            },
            Op::Ge(value) => self.with(self.fit(value)?.ceil(), Op::Ge),
            Op::Between(low, high) => match (self.fit(low)?.ceil(), self.fit(high)?.floor()) {
                (Some(low), Some(high)) if low.total_cmp(&high).is_le() => self.term(Op::Between(low, high)),
                _ => Filter::Nothing,
            },
            Op::BeginsWith(prefix) => {
                check_text(prefix).map_err(|reason| self.wrong(&Value::text(prefix.as_str()), &reason))?;
                self.term(Op::BeginsWith(prefix.clone()))
            }
            Op::Contains(part) => self.contains(part)?,
            Op::NotContains(part) => self.contains(part)?.negated(),
            Op::In(values) => self.one_of(values)?,
            Op::NotIn(values) => self.one_of(values)?.negated(),
            Op::Exists(exists) => self.term(Op::Exists(*exists)),
            Op::Size(SizeOp::Between(low, high)) if low > high => Filter::Nothing,
            Op::Size(size) => self.term(Op::Size(*size)),
            Op::Type(kind) => match self.column.is_of(*kind) {
                Some(exists) => self.term(Op::Exists(exists)),
                None => Filter::Nothing,
            },
        })
    }

    fn contains(&self, part: &Value) -> Bound {
        let part = if self.column.list { self.item(part)? } else { self.fit(part)?.exact() };
        Ok(self.with(part, Op::Contains))
    }

    fn one_of(&self, values: &[Value]) -> Bound {
        let held: Vec<Option<Value>> =
            values.iter().map(|value| self.whole(value)).collect::<Result<_, _>>()?;
        let held = held.into_iter().flatten();
        Ok(if self.column.list {
            Filter::disjunction(held.map(|value| self.term(Op::Eq(value))))
        } else {
            Filter::one_of(self.place, self.column, held.collect())
        })
    }
}
