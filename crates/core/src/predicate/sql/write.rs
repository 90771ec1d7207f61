//! The expression for a filter, in any dialect.

use super::super::filter::{FieldRef, Filter, Term};
use super::super::{Op, SizeOp};
use super::sqlite::Sqlite;
use crate::Value;
use crate::scalar::Storage;

/// An SQL expression and the values of its parameters, in the order of their places.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sql {
    /// The expression: 0 or 1, never null.
    pub text: String,
    /// The parameters. None is a list; a boolean is bound as 0 or 1.
    pub params: Vec<Value>,
}

/// `filter` for SQLite.
///
/// `column` names the column of a field, quoted, and qualified by its table where the statement has more than one:
/// booleans are INTEGER 0 or 1, whole numbers INTEGER, floats REAL, text TEXT with the collation BINARY, and lists TEXT
/// that holds a JSON array. The column of `_deleted` is 0 or null for a live record and 1 for a tombstone. Parameters
/// are anonymous (`?`) and follow those that the statement already has.
#[must_use]
pub fn to_sql(filter: &Filter, column: &dyn Fn(FieldRef) -> String) -> Sql {
    let mut writer = Writer { dialect: &Sqlite, column, sql: Sql::default() };
    writer.filter(filter);
    writer.sql
}

/// What differs between databases. Arguments are SQL expressions; `present` ones are not null.
pub(super) trait Dialect {
    /// The constant for true or false.
    fn constant(&self, value: bool) -> &'static str;
    /// The parameter at `place`, the first of this expression being 0.
    fn parameter(&self, place: usize) -> String;
    /// The length of text in UTF-8 bytes.
    fn byte_length(&self, text: &str) -> String;
    /// Whether `text` contains `part`, byte for byte.
    fn text_contains(&self, text: &str, part: &str) -> String;
    /// The number of items of a list.
    fn list_length(&self, list: &str) -> String;
    /// Whether the item at `place` is this one, or null.
    fn item_is(&self, list: &str, storage: Storage, place: usize, item: Option<&str>) -> String;
    /// Whether an item is this one, or null.
    fn list_contains(&self, list: &str, storage: Storage, item: Option<&str>) -> String;
}

struct Writer<'a> {
    dialect: &'a dyn Dialect,
    column: &'a dyn Fn(FieldRef) -> String,
    sql: Sql,
}

impl Writer<'_> {
    fn push(&mut self, text: &str) {
        self.sql.text.push_str(text);
    }

    /// The next parameter, with this value.
    fn parameter(&mut self, value: &Value) -> String {
        self.sql.params.push(value.clone());
        self.dialect.parameter(self.sql.params.len() - 1)
    }

    fn filter(&mut self, filter: &Filter) {
        match filter {
            Filter::All => self.push(self.dialect.constant(true)),
            Filter::Nothing => self.push(self.dialect.constant(false)),
            Filter::Term(term) => {
                let text = self.term(term);
                self.push(&text);
            }
            Filter::And(terms) | Filter::Or(terms) if terms.is_empty() => {
                self.push(self.dialect.constant(true))
            }
            Filter::And(terms) => self.halves(terms, " AND "),
            Filter::Or(terms) => self.halves(terms, " OR "),
            Filter::Not(inner) => {
                self.push("(NOT ");
                self.filter(inner);
                self.push(")");
            }
        }
    }

    /// Joins one or more terms.
    fn halves(&mut self, terms: &[Filter], word: &str) {
        if let [term] = terms {
            return self.filter(term);
        }
        let (left, right) = terms.split_at(terms.len() / 2);
        self.push("(");
        self.halves(left, word);
        self.push(word);
        self.halves(right, word);
        self.push(")");
    }

    fn term(&mut self, term: &Term) -> String {
        let c = (self.column)(term.field);
        let test = match &term.op {
            Op::Exists(true) => return format!("({c} IS NOT NULL)"),
            Op::Exists(false) => return format!("({c} IS NULL)"),
            Op::Eq(Value::Null) => return format!("({c} IS NULL)"),
            Op::Ne(Value::Null) => return format!("({c} IS NOT NULL)"),
            Op::Eq(Value::List(items)) => self.same_list(&c, term.column.storage, items),
            Op::Ne(Value::List(items)) => {
                let same = self.same_list(&c, term.column.storage, items);
                return format!("({c} IS NULL OR NOT {same})");
            }
            Op::Eq(value) => self.compare(&c, "=", value),
            Op::Ne(value) => {
                let test = self.compare(&c, "<>", value);
                return format!("({c} IS NULL OR {test})");
            }
            Op::Lt(value) => self.compare(&c, "<", value),
            Op::Le(value) => self.compare(&c, "<=", value),
            Op::Gt(value) => self.compare(&c, ">", value),
            Op::Ge(value) => self.compare(&c, ">=", value),
            Op::Between(low, high) => {
                let (low, high) = (self.parameter(low), self.parameter(high));
                format!("{c} BETWEEN {low} AND {high}")
            }
            Op::BeginsWith(prefix) => match self.prefix(&c, prefix) {
                Some(test) => test,
                None => return format!("({c} IS NOT NULL)"),
            },
            Op::Contains(part) => self.contains(&c, term, part),
            Op::NotContains(part) => {
                let test = self.contains(&c, term, part);
                return format!("({c} IS NULL OR NOT {test})");
            }
            Op::In(values) => return self.one_of(&c, values),
            Op::NotIn(values) => {
                let test = self.one_of(&c, values);
                return format!("(NOT {test})");
            }
            Op::Type(kind) => match term.column.is_of(*kind) {
                Some(true) => return format!("({c} IS NOT NULL)"),
                Some(false) => return format!("({c} IS NULL)"),
                None => return self.dialect.constant(false).to_owned(),
            },
            Op::Size(op) => {
                let length = if term.column.list {
                    self.dialect.list_length(&c)
                } else {
                    self.dialect.byte_length(&c)
                };
                self.size(&length, *op)
            }
        };
        format!("({c} IS NOT NULL AND {test})")
    }

    fn compare(&mut self, left: &str, operator: &str, value: &Value) -> String {
        let parameter = self.parameter(value);
        format!("{left} {operator} {parameter}")
    }

    /// As a range, which an index serves: between the prefix and the first text after everything that starts so.
    /// `None` for the empty prefix.
    fn prefix(&mut self, c: &str, prefix: &str) -> Option<String> {
        if prefix.is_empty() {
            return None;
        }
        let from = self.compare(c, ">=", &Value::text(prefix));
        let Some(end) = after_prefix(prefix) else { return Some(from) };
        let to = self.compare(c, "<", &Value::Text(end));
        Some(format!("{from} AND {to}"))
    }

    fn contains(&mut self, c: &str, term: &Term, part: &Value) -> String {
        if !term.column.list {
            let part = self.parameter(part);
            return self.dialect.text_contains(c, &part);
        }
        let item = (!part.is_null()).then(|| self.parameter(part));
        self.dialect.list_contains(c, term.column.storage, item.as_deref())
    }

    fn one_of(&mut self, c: &str, values: &[Value]) -> String {
        let parameters: Vec<String> =
            values.iter().filter(|value| !value.is_null()).map(|value| self.parameter(value)).collect();
        let null = values.iter().any(Value::is_null);
        match (null, parameters.join(", ")) {
            (true, list) if list.is_empty() => format!("({c} IS NULL)"),
            (false, list) if list.is_empty() => self.dialect.constant(false).to_owned(),
            (true, list) => format!("({c} IS NULL OR {c} IN ({list}))"),
            (false, list) => format!("({c} IS NOT NULL AND {c} IN ({list}))"),
        }
    }

    fn size(&mut self, length: &str, op: SizeOp) -> String {
        let mut compare = |operator: &str, size: i64| self.compare(length, operator, &Value::Int(size));
        match op {
            SizeOp::Eq(size) => compare("=", size),
            SizeOp::Ne(size) => compare("<>", size),
            SizeOp::Lt(size) => compare("<", size),
            SizeOp::Le(size) => compare("<=", size),
            SizeOp::Gt(size) => compare(">", size),
            SizeOp::Ge(size) => compare(">=", size),
            SizeOp::Between(low, high) => {
                let (low, high) = (self.parameter(&Value::Int(low)), self.parameter(&Value::Int(high)));
                format!("{length} BETWEEN {low} AND {high}")
            }
        }
    }

    /// Whether a list that is not null has exactly these items.
    fn same_list(&mut self, c: &str, storage: Storage, items: &[Value]) -> String {
        let length = self.dialect.list_length(c);
        let mut tests =
            vec![self.compare(&length, "=", &Value::Int(items.len().try_into().unwrap_or(i64::MAX)))];
        for (place, item) in items.iter().enumerate() {
            let item = (!item.is_null()).then(|| self.parameter(item));
            tests.push(self.dialect.item_is(c, storage, place, item.as_deref()));
        }
        join_halves(&tests)
    }
}

fn join_halves(tests: &[String]) -> String {
    if let [test] = tests {
        return format!("({test})");
    }
    let (left, right) = tests.split_at(tests.len() / 2);
    format!("({} AND {})", join_halves(left), join_halves(right))
}

/// The first text after all that starts with `prefix`: UTF-8 orders as its code points, so it is the prefix with its
/// last character replaced by the next one. `None` if there is none.
fn after_prefix(prefix: &str) -> Option<String> {
    let mut rest = prefix.to_owned();
    while let Some(last) = rest.pop() {
        // A range of characters leaves the surrogates out.
        if let Some(next) = (last..=char::MAX).nth(1) {
            rest.push(next);
            return Some(rest);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_prefix() {
        for (prefix, end) in [
            ("a", Some("b")),
            ("az", Some("a{")),
            ("\u{d7ff}", Some("\u{e000}")),
            ("a\u{10ffff}", Some("b")),
            ("\u{10ffff}\u{10ffff}", None),
            ("\u{7f}", Some("\u{80}")),
            ("😀", Some("😁")),
        ] {
            assert_eq!(after_prefix(prefix).as_deref(), end, "{prefix:?}");
        }
    }
}
