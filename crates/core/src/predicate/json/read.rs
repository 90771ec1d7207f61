//! From filter JSON to a predicate.

use super::super::limits::Budget;
use super::super::names::{OPERATORS, SIZE_OPERATORS};
use super::super::{AttributeType, Op, Predicate, SizeOp};
use crate::Value;
use crate::scalar::shorten;
use serde_json::{Map, Value as Json};

/// Filter JSON that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct FilterJsonError {
    /// Where, e.g. `filter.and[1].rating.gtt`.
    pub path: String,
    /// What is wrong, and what would be right.
    pub reason: String,
}

/// Reads a `filter` argument: the keys of an object and the operators of a field are all to hold, `and` and `or` take
/// a list (or one object), `not` takes an object; null and `{}` select everything.
///
/// The model is not known here: a whole number becomes [`Value::Int`], another one [`Value::Float`], and
/// [`Predicate::bind`] reconciles both with the field.
///
/// # Errors
/// What is wrong, and where; also a filter beyond the limits ([`MAX_DEPTH`](crate::predicate::MAX_DEPTH) and its
/// neighbours).
pub fn from_json(json: &Json) -> Result<Predicate, FilterJsonError> {
    from_json_named("filter", json)
}

/// As [`from_json`], for an argument of another name, e.g. `condition`, with which errors begin.
///
/// # Errors
/// See [`from_json`].
pub fn from_json_named(argument: &str, json: &Json) -> Result<Predicate, FilterJsonError> {
    let mut reader = Reader { budget: Budget::default(), path: argument.to_owned(), depth: 0 };
    reader.group(json).map_err(|reason| FilterJsonError { path: reader.path, reason })
}

/// Where the reader is. On an error the path is left where it happened.
struct Reader {
    budget: Budget,
    path: String,
    depth: usize,
}

type Read<T> = Result<T, String>;

impl Reader {
    fn below<T>(&mut self, step: &str, read: impl FnOnce(&mut Reader) -> Read<T>) -> Read<T> {
        let length = self.path.len();
        self.path.push_str(step);
        let value = read(self)?;
        self.path.truncate(length);
        Ok(value)
    }

    fn group(&mut self, json: &Json) -> Read<Predicate> {
        let object = match json {
            Json::Null => return Ok(Predicate::All),
            Json::Object(object) => object,
            other => return Err(format!("expected an object, found {}", kind(other))),
        };
        let mut terms = Vec::with_capacity(object.len());
        for (key, value) in object {
            terms.push(self.below(&format!(".{}", shorten(key)), |reader| match key.as_str() {
                "and" => Ok(Predicate::And(reader.list(value)?)),
                "or" => Ok(Predicate::Or(reader.list(value)?)),
                "not" if value.is_null() => Ok(Predicate::All),
                "not" => Ok(Predicate::Not(Box::new(reader.deeper(value)?))),
                field => reader.field(field, value),
            })?);
        }
        Ok(joined(terms))
    }

    fn deeper(&mut self, json: &Json) -> Read<Predicate> {
        self.depth += 1;
        Budget::level(self.depth).map_err(|problem| problem.to_string())?;
        let predicate = self.group(json)?;
        self.depth -= 1;
        Ok(predicate)
    }

    fn list(&mut self, json: &Json) -> Read<Vec<Predicate>> {
        match json {
            Json::Null => Ok(Vec::new()),
            Json::Array(items) => {
                let mut terms = Vec::with_capacity(items.len());
                for (place, item) in items.iter().enumerate() {
                    terms.push(self.below(&format!("[{place}]"), |reader| reader.deeper(item))?);
                }
                Ok(terms)
            }
            // GraphQL reads one value as a list of it.
            one @ Json::Object(_) => Ok(vec![self.deeper(one)?]),
            other => Err(format!("expected a list of objects, found {}", kind(other))),
        }
    }

    fn field(&mut self, field: &str, json: &Json) -> Read<Predicate> {
        let operators = match json {
            Json::Null => return Ok(Predicate::All),
            Json::Object(operators) => operators,
            other => {
                let example = format!("{{\"eq\": {}}}", shorten(&other.to_string()));
                return Err(format!(
                    "expected an object of operators such as {example}, found {}",
                    kind(other)
                ));
            }
        };
        let mut terms = Vec::with_capacity(operators.len());
        for (name, operand) in operators {
            self.below(&format!(".{}", shorten(name)), |reader| {
                reader.budget.term().map_err(|problem| problem.to_string())?;
                if name == "size" {
                    for size in reader.sizes(operand)? {
                        terms.push(Predicate::compare(field, Op::Size(size)));
                    }
                } else {
                    terms.push(Predicate::compare(field, reader.operator(name, operand)?));
                }
                Ok(())
            })?;
        }
        Ok(joined(terms))
    }

    fn operator(&mut self, name: &str, json: &Json) -> Read<Op> {
        Ok(match name {
            "eq" => Op::Eq(self.value(json)?),
            "ne" => Op::Ne(self.value(json)?),
            "lt" => Op::Lt(self.present(json)?),
            "le" => Op::Le(self.present(json)?),
            "gt" => Op::Gt(self.present(json)?),
            "ge" => Op::Ge(self.present(json)?),
            "between" => {
                let [low, high] = pair(json)?;
                Op::Between(self.present(low)?, self.present(high)?)
            }
            "beginsWith" => match json {
                Json::String(prefix) => Op::BeginsWith(prefix.clone()),
                other => return Err(format!("expected text, found {}", kind(other))),
            },
            "contains" => Op::Contains(self.item(json)?),
            "notContains" => Op::NotContains(self.item(json)?),
            "in" => Op::In(self.values(json)?),
            "notIn" => Op::NotIn(self.values(json)?),
            "attributeExists" => match json {
                Json::Bool(exists) => Op::Exists(*exists),
                other => return Err(format!("expected true or false, found {}", kind(other))),
            },
            "attributeType" => match json.as_str().and_then(AttributeType::from_name) {
                Some(kind) => Op::Type(kind),
                None => return Err(format!("expected a type such as \"string\", found {}", kind(json))),
            },
            _ => return Err(format!("unknown operator, expected one of {}", OPERATORS.join(", "))),
        })
    }

    fn sizes(&mut self, json: &Json) -> Read<Vec<SizeOp>> {
        let Json::Object(operators) = json else {
            return Err(format!("expected an object such as {{\"gt\": 3}}, found {}", kind(json)));
        };
        let mut sizes = Vec::with_capacity(operators.len());
        for (name, json) in operators {
            sizes.push(self.below(&format!(".{}", shorten(name)), |reader| {
                reader.budget.term().map_err(|problem| problem.to_string())?;
                size_operator(name, json)
            })?);
        }
        Ok(sizes)
    }

    /// A value for `eq` and `ne`: also null, and a list of values.
    fn value(&mut self, json: &Json) -> Read<Value> {
        match json {
            Json::Array(items) => Ok(Value::List(self.items(items)?)),
            scalar => self.item(scalar),
        }
    }

    fn values(&mut self, json: &Json) -> Read<Vec<Value>> {
        match json {
            Json::Array(items) => items
                .iter()
                .enumerate()
                .map(|(place, item)| self.below(&format!("[{place}]"), |reader| reader.value(item)))
                .collect(),
            Json::Null => Err("expected a list, found null".into()),
            one => Ok(vec![self.item(one)?]),
        }
    }

    fn items(&mut self, items: &[Json]) -> Read<Vec<Value>> {
        items
            .iter()
            .enumerate()
            .map(|(place, item)| self.below(&format!("[{place}]"), |reader| reader.item(item)))
            .collect()
    }

    fn present(&mut self, json: &Json) -> Read<Value> {
        match json {
            Json::Null => Err("nothing is in order with null; use eq or ne".into()),
            json => self.item(json),
        }
    }

    fn item(&mut self, json: &Json) -> Read<Value> {
        self.budget.values(1).map_err(|problem| problem.to_string())?;
        match json {
            Json::Null => Ok(Value::Null),
            Json::Bool(bool) => Ok(Value::Bool(*bool)),
            Json::Number(number) => number
                .as_i64()
                .map(Value::Int)
                .or_else(|| number.as_f64().filter(|float| float.is_finite()).map(Value::Float))
                .ok_or_else(|| "the number is too large".to_owned()),
            Json::String(text) => Ok(Value::text(text.as_str())),
            Json::Array(_) | Json::Object(_) => Err(format!("expected one value, found {}", kind(json))),
        }
    }
}

/// All of these, without a group around one.
fn joined(mut terms: Vec<Predicate>) -> Predicate {
    match terms.len() {
        0 => Predicate::All,
        1 => terms.remove(0),
        _ => Predicate::And(terms),
    }
}

fn size_operator(name: &str, json: &Json) -> Read<SizeOp> {
    let number =
        |json: &Json| json.as_i64().ok_or_else(|| format!("expected a whole number, found {}", kind(json)));
    Ok(match name {
        "eq" => SizeOp::Eq(number(json)?),
        "ne" => SizeOp::Ne(number(json)?),
        "lt" => SizeOp::Lt(number(json)?),
        "le" => SizeOp::Le(number(json)?),
        "gt" => SizeOp::Gt(number(json)?),
        "ge" => SizeOp::Ge(number(json)?),
        "between" => {
            let [low, high] = pair(json)?;
            SizeOp::Between(number(low)?, number(high)?)
        }
        _ => return Err(format!("unknown operator, expected one of {}", SIZE_OPERATORS.join(", "))),
    })
}

fn pair(json: &Json) -> Read<&[Json; 2]> {
    json.as_array()
        .and_then(|items| items.as_slice().try_into().ok())
        .ok_or_else(|| format!("expected a list of two values, found {}", kind(json)))
}

fn kind(json: &Json) -> String {
    match json {
        Json::Null => "null".into(),
        Json::Bool(bool) => bool.to_string(),
        Json::Number(number) => shorten(&number.to_string()),
        Json::String(text) => format!("the text {:?}", shorten(text)),
        Json::Array(items) => format!("a list of {}", items.len()),
        Json::Object(object) => object_kind(object),
    }
}

fn object_kind(object: &Map<String, Json>) -> String {
    if object.is_empty() { "an empty object".into() } else { "an object".into() }
}
