//! The values of `@default`, as expressions.

use crate::names::TypeNames;
use crate::{enums, types};
use proc_macro2::TokenStream;
use quote::quote;
use syncline_core::model::{Field, FieldKind};
use syncline_core::scalar::Scalar;
use syncline_core::value::Value;

/// The default of `field` as a value of its type without null. `None` if it has none.
pub(crate) fn tokens(field: &Field, types: &TypeNames) -> Option<TokenStream> {
    let default = field.default.as_ref().filter(|_| !field.is_list())?;
    match (&field.kind, default) {
        (FieldKind::Enum(ty), Value::Text(value)) => Some(enums::value(ty, value, types)),
        (FieldKind::Scalar(Scalar::Id | Scalar::String), Value::Text(text)) => {
            Some(quote!(::std::string::String::from(#text)))
        }
        (FieldKind::Scalar(_), Value::Text(text)) => {
            let ty = types::item(&field.kind, types);
            Some(quote!(::syncline::__private::text::<#ty>(#text)))
        }
        (FieldKind::Scalar(Scalar::AwsTimestamp), Value::Int(int)) => {
            let seconds = number(&int.to_string(), "i64")?;
            Some(quote!(::syncline::scalar::AwsTimestamp(#seconds)))
        }
        (FieldKind::Scalar(Scalar::Int), Value::Int(int)) => number(&int.to_string(), "i32"),
        (FieldKind::Scalar(Scalar::Float), Value::Int(int)) => number(&int.to_string(), "f64"),
        (FieldKind::Scalar(Scalar::Float), Value::Float(float)) => number(&format!("{float:?}"), "f64"),
        (FieldKind::Scalar(Scalar::Boolean), Value::Bool(bool)) => Some(quote!(#bool)),
        _ => None,
    }
}

/// A literal of a number in decimal notation, its whole part in groups of three digits.
fn number(decimal: &str, ty: &str) -> Option<TokenStream> {
    let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal), |digits| ("-", digits));
    let end = digits.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(digits.len());
    let (whole, rest) = digits.split_at(end);
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{rest}_{ty}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_what_they_are() {
        for (decimal, ty, expected) in [
            ("0", "i32", "0_i32"),
            ("-2147483648", "i32", "- 2_147_483_648_i32"),
            ("999", "i64", "999_i64"),
            ("1000", "i64", "1_000_i64"),
            ("-0.5", "f64", "- 0.5_f64"),
            ("1234567.25", "f64", "1_234_567.25_f64"),
            ("1e300", "f64", "1e300_f64"),
        ] {
            assert_eq!(number(decimal, ty).unwrap().to_string(), expected);
        }
    }
}
