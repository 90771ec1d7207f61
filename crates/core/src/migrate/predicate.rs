//! Conditions under new names, over values of new types.

use super::convert::{Conversion, convert, item_of};
use super::model::ModelPlan;
use super::names::path;
use crate::model::Field;
use crate::predicate::{Comparison, Op};
use crate::{Predicate, Value};

/// Brings a condition over the old model to the new one.
///
/// # Errors
/// The field of which it says something that cannot be said any more.
pub(super) fn condition(plan: &ModelPlan, condition: &Predicate) -> Result<Predicate, String> {
    match condition {
        Predicate::All => Ok(Predicate::All),
        Predicate::And(terms) => Ok(Predicate::And(each(plan, terms)?)),
        Predicate::Or(terms) => Ok(Predicate::Or(each(plan, terms)?)),
        Predicate::Not(inner) => Ok(Predicate::Not(Box::new(self::condition(plan, inner)?))),
        Predicate::Compare(comparison) => compare(plan, comparison),
    }
}

fn each(plan: &ModelPlan, terms: &[Predicate]) -> Result<Vec<Predicate>, String> {
    terms.iter().map(|term| condition(plan, term)).collect()
}

fn compare(plan: &ModelPlan, comparison: &Comparison) -> Result<Predicate, String> {
    let Some(place) = plan.old.field(&comparison.field) else {
        // It is no field of the model: `_deleted`.
        return Ok(Predicate::Compare(comparison.clone()));
    };
    let lost = || path(&plan.old.name, &comparison.field);
    let target = plan.to.get(place).copied().flatten().ok_or_else(lost)?;
    let (was, is, how) = (&plan.old.fields[place], &plan.new.fields[target], &plan.fields[target]);
    let op = if how.conversion == Conversion::Same {
        comparison.op.clone()
    } else {
        operator(was, is, how.conversion, &comparison.op).ok_or_else(lost)?
    };
    Ok(Predicate::compare(is.name.as_str(), op))
}

/// The operator over values of the new type; `None` if it means something else there.
fn operator(was: &Field, is: &Field, conversion: Conversion, op: &Op) -> Option<Op> {
    let (old_item, new_item) = (item_of(was), item_of(is));
    let value = |value: &Value| convert(was, is, value).whole();
    let item = |value: &Value| convert(&old_item, &new_item, value).whole();
    let values = |values: &[Value]| values.iter().map(value).collect::<Option<Vec<_>>>();
    let same_shape = was.is_list() == is.is_list() && conversion != Conversion::Never;
    // Numbers order as numbers do and text as text does.
    let ordered = same_shape
        && was.kind.storage() != crate::scalar::Storage::Text
        && is.kind.storage() != crate::scalar::Storage::Text;
    Some(match op {
        Op::Exists(exists) => Op::Exists(*exists),
        Op::Eq(Value::Null) | Op::Ne(Value::Null) => op.clone(),
        Op::Eq(other) if same_shape => Op::Eq(value(other)?),
        Op::Ne(other) if same_shape => Op::Ne(value(other)?),
        Op::In(others) if same_shape => Op::In(values(others)?),
        Op::NotIn(others) if same_shape => Op::NotIn(values(others)?),
        Op::Lt(other) if ordered => Op::Lt(value(other)?),
        Op::Le(other) if ordered => Op::Le(value(other)?),
        Op::Gt(other) if ordered => Op::Gt(value(other)?),
        Op::Ge(other) if ordered => Op::Ge(value(other)?),
        Op::Between(low, high) if ordered => Op::Between(value(low)?, value(high)?),
        Op::Contains(other) if was.is_list() && is.is_list() => Op::Contains(item(other)?),
        Op::NotContains(other) if was.is_list() && is.is_list() => Op::NotContains(item(other)?),
        _ => return None,
    })
}
