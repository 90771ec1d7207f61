//! Predicates that have been checked against their model.

use super::{AttributeType, Op};
use crate::Value;
use crate::scalar::Storage;
use std::collections::{BTreeMap, BTreeSet};

/// A field of a bound predicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FieldRef {
    /// The field at this place in [`Model::fields`](crate::Model::fields).
    Stored(usize),
    /// `_deleted`: true on a tombstone, null on a live record.
    Deleted,
}

/// How a field's values are held, as far as a comparison needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// How a value, or an item of a list, is held.
    pub storage: Storage,
    /// Whether it is a list; in a column that is JSON text.
    pub list: bool,
}

impl Column {
    /// What its values being of this kind comes to: present, missing, or never (`None`).
    pub(super) fn is_of(self, kind: AttributeType) -> Option<bool> {
        let own = match self.storage {
            _ if self.list => AttributeType::List,
            Storage::Bool => AttributeType::Bool,
            Storage::Int | Storage::Float => AttributeType::Number,
            Storage::Text => AttributeType::String,
            Storage::Object => AttributeType::Map,
        };
        match kind {
            AttributeType::Null => Some(false),
            kind => (kind == own).then_some(true),
        }
    }
}

/// One comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Of what.
    pub field: FieldRef,
    /// How that is held.
    pub column: Column,
    /// How, and with what. All values are of the column's own kind; only `Eq`, `Ne`, `In`, `NotIn` and, on lists,
    /// `Contains` and `NotContains` may hold null.
    pub op: Op,
}

/// A predicate bound to a model: names are places, operators fit their fields, values are of the field's kind, and
/// what no value can satisfy or miss is folded away.
///
/// It is meaningful only together with the model that it was bound to.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Filter {
    /// Every record.
    #[default]
    All,
    /// No record.
    Nothing,
    /// One comparison.
    Term(Term),
    /// All of these; every record if there are none.
    And(Vec<Filter>),
    /// Any of these; every record if there are none.
    Or(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
}

impl Filter {
    /// Every record.
    #[must_use]
    pub fn all() -> Filter {
        Filter::All
    }

    /// Whether it selects every record by its form alone.
    #[must_use]
    pub fn is_all(&self) -> bool {
        matches!(self, Filter::All)
    }

    /// Whether it selects no record by its form alone.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        matches!(self, Filter::Nothing)
    }

    /// Both; how a request's filter and an authorization filter become one.
    #[must_use]
    pub fn and(self, other: Filter) -> Filter {
        Filter::conjunction([self, other])
    }

    /// All of `terms`, in their order; nested conjunctions are joined.
    #[must_use]
    pub fn conjunction(terms: impl IntoIterator<Item = Filter>) -> Filter {
        let mut flat = Vec::new();
        for term in terms {
            match term {
                Filter::All => {}
                Filter::Nothing => return Filter::Nothing,
                Filter::And(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        match flat.len() {
            0 => Filter::All,
            1 => flat.remove(0),
            _ => Filter::And(flat),
        }
    }

    /// Any of `terms`, in their order; nested disjunctions are joined, and equalities of one field become one `in`, for
    /// which a database looks in one index once. Of no terms it is [`Filter::Nothing`]: the rule that an empty filter
    /// list does not constrain is the predicate's, not this function's.
    #[must_use]
    pub fn disjunction(terms: impl IntoIterator<Item = Filter>) -> Filter {
        let mut flat = Vec::new();
        for term in terms {
            match term {
                Filter::All => return Filter::All,
                Filter::Nothing => {}
                // An empty list, which only a hand-made value has, selects everything.
                Filter::Or(inner) if inner.is_empty() => return Filter::All,
                Filter::Or(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        let mut flat = joined(flat);
        match flat.len() {
            0 => Filter::Nothing,
            1 => flat.remove(0),
            _ => Filter::Or(flat),
        }
    }

    /// `field` equal to one of `values`, which the term holds in order and each once.
    pub(super) fn one_of(field: FieldRef, column: Column, mut values: Vec<Value>) -> Filter {
        values.sort_by(Value::total_cmp);
        values.dedup_by(|a, b| a.total_cmp(b).is_eq());
        let op = match values.len() {
            0 => return Filter::Nothing,
            1 => Op::Eq(values.remove(0)),
            _ => Op::In(values),
        };
        Filter::Term(Term { field, column, op })
    }

    /// The opposite. A comparison whose opposite is a comparison becomes that, so that an index can still serve it.
    #[must_use]
    pub fn negated(self) -> Filter {
        match self {
            Filter::All => Filter::Nothing,
            Filter::Nothing => Filter::All,
            Filter::Not(inner) => *inner,
            Filter::Term(Term { field, column, op }) => match complement(op) {
                Ok(op) => Filter::Term(Term { field, column, op }),
                Err(op) => Filter::Not(Box::new(Filter::Term(Term { field, column, op }))),
            },
            other => Filter::Not(Box::new(other)),
        }
    }

    /// The equalities that every selected record satisfies: the `field = value` terms at the top level. Null and lists
    /// are left out, so that each can be looked up in an index or a hash table.
    #[must_use]
    pub fn equalities(&self) -> Vec<(FieldRef, &Value)> {
        match self {
            Filter::Term(Term { field, op: Op::Eq(value), column }) if !value.is_null() && !column.list => {
                vec![(*field, value)]
            }
            Filter::And(terms) => terms.iter().flat_map(Filter::equalities).collect(),
            _ => Vec::new(),
        }
    }

    /// The same, and of records only whose fields it looks at are all shown by the server (SYNC 1.8): a predicate on a field that
    /// is not shown is false, and so is its negation.
    #[must_use]
    pub fn readable(self) -> Filter {
        fn collect(filter: &Filter, columns: &mut BTreeMap<FieldRef, Column>) {
            match filter {
                Filter::All | Filter::Nothing => {}
                Filter::Term(term) => drop(columns.insert(term.field, term.column)),
                Filter::And(terms) | Filter::Or(terms) => {
                    terms.iter().for_each(|term| collect(term, columns))
                }
                Filter::Not(inner) => collect(inner, columns),
            }
        }
        let mut columns = BTreeMap::new();
        collect(&self, &mut columns);
        columns.remove(&FieldRef::Deleted);
        if columns.is_empty() {
            return self;
        }
        let shown = columns.into_iter().map(|(field, Column { storage, list })| {
            let storage = match storage {
                Storage::Bool | Storage::Int if !list => Storage::Int,
                Storage::Float if !list => Storage::Float,
                _ => Storage::Text,
            };
            let hidden = match storage {
                Storage::Int => Value::Int(i64::MIN),
                Storage::Float => Value::Float(f64::MIN),
                _ => Value::text("\0"),
            };
            Filter::Term(Term { field, column: Column { storage, list: false }, op: Op::Ne(hidden) })
        });
        Filter::And(std::iter::once(self).chain(shown).collect())
    }

    /// The fields it looks at, in order, each once.
    #[must_use]
    pub fn fields(&self) -> Vec<FieldRef> {
        fn collect(filter: &Filter, fields: &mut BTreeSet<FieldRef>) {
            match filter {
                Filter::All | Filter::Nothing => {}
                Filter::Term(term) => {
                    fields.insert(term.field);
                }
                Filter::And(terms) | Filter::Or(terms) => terms.iter().for_each(|term| collect(term, fields)),
                Filter::Not(inner) => collect(inner, fields),
            }
        }
        let mut fields = BTreeSet::new();
        collect(self, &mut fields);
        fields.into_iter().collect()
    }
}

/// The terms of a disjunction, with the equalities of each field joined at the place of the first one.
fn joined(terms: Vec<Filter>) -> Vec<Filter> {
    let mut joined = Vec::with_capacity(terms.len());
    let mut places: BTreeMap<FieldRef, usize> = BTreeMap::new();
    for term in terms {
        let (field, column, mut values) = match term {
            Filter::Term(Term { field, column, op: Op::Eq(value) }) if !column.list => {
                (field, column, vec![value])
            }
            Filter::Term(Term { field, column, op: Op::In(values) }) if !column.list => {
                (field, column, values)
            }
            other => {
                joined.push(other);
                continue;
            }
        };
        let known = places.get(&field).and_then(|place| joined.get_mut(*place));
        if let Some(Filter::Term(Term { op: Op::In(known), .. })) = known {
            known.append(&mut values);
        } else {
            places.insert(field, joined.len());
            joined.push(Filter::Term(Term { field, column, op: Op::In(values) }));
        }
    }
    for place in places.into_values() {
        if let Filter::Term(Term { field, column, op: Op::In(values) }) = &mut joined[place] {
            joined[place] = Filter::one_of(*field, *column, std::mem::take(values));
        }
    }
    joined
}

/// The operator that holds exactly where `op` does not, null included. An order has none: both `lt` and `ge` are false
/// on null.
fn complement(op: Op) -> Result<Op, Op> {
    Ok(match op {
        Op::Eq(value) => Op::Ne(value),
        Op::Ne(value) => Op::Eq(value),
        Op::In(values) => Op::NotIn(values),
        Op::NotIn(values) => Op::In(values),
        Op::Contains(value) => Op::NotContains(value),
        Op::NotContains(value) => Op::Contains(value),
        Op::Exists(exists) => Op::Exists(!exists),
        other => return Err(other),
    })
}
