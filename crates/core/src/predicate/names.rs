//! The words of the filter JSON, which errors use as well.

use super::{AttributeType, Op, SizeOp};

/// The name of the pseudo field that is true on a tombstone and null otherwise.
pub const DELETED: &str = "_deleted";

/// Every operator that a field's object in the filter JSON may hold.
pub(super) const OPERATORS: [&str; 14] = [
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "between",
    "beginsWith",
    "contains",
    "notContains",
    "in",
    "notIn",
    "attributeExists",
    "size",
];

/// Every operator of the object after `size`.
pub(super) const SIZE_OPERATORS: [&str; 7] = ["eq", "ne", "lt", "le", "gt", "ge", "between"];

impl Op {
    /// Its name in the filter JSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Op::Eq(_) => "eq",
            Op::Ne(_) => "ne",
            Op::Lt(_) => "lt",
            Op::Le(_) => "le",
            Op::Gt(_) => "gt",
            Op::Ge(_) => "ge",
            Op::Between(..) => "between",
            Op::BeginsWith(_) => "beginsWith",
            Op::Contains(_) => "contains",
            Op::NotContains(_) => "notContains",
            Op::In(_) => "in",
            Op::NotIn(_) => "notIn",
            Op::Exists(_) => "attributeExists",
            Op::Size(_) => "size",
            Op::Type(_) => "attributeType",
        }
    }
}

impl AttributeType {
    /// Every one.
    const ALL: [AttributeType; 10] = [
        AttributeType::Binary,
        AttributeType::BinarySet,
        AttributeType::Bool,
        AttributeType::List,
        AttributeType::Map,
        AttributeType::Number,
        AttributeType::NumberSet,
        AttributeType::String,
        AttributeType::StringSet,
        AttributeType::Null,
    ];

    /// Its name in the filter JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            AttributeType::Binary => "binary",
            AttributeType::BinarySet => "binarySet",
            AttributeType::Bool => "bool",
            AttributeType::List => "list",
            AttributeType::Map => "map",
            AttributeType::Number => "number",
            AttributeType::NumberSet => "numberSet",
            AttributeType::String => "string",
            AttributeType::StringSet => "stringSet",
            AttributeType::Null => "_null",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<AttributeType> {
        AttributeType::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl SizeOp {
    /// Its name in the filter JSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            SizeOp::Eq(_) => "eq",
            SizeOp::Ne(_) => "ne",
            SizeOp::Lt(_) => "lt",
            SizeOp::Le(_) => "le",
            SizeOp::Gt(_) => "gt",
            SizeOp::Ge(_) => "ge",
            SizeOp::Between(..) => "between",
        }
    }
}
