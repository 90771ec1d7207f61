//! Ranges of one field's values, and which of them lie around a value: in time that grows with the answer and with the
//! logarithm of all there are.

use super::GroupId;
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use syncline_core::Value;

/// The values from `low` to `high`, both included; an end that is not there is open.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Range {
    pub(super) low: Option<Value>,
    pub(super) high: Option<Value>,
}

impl Range {
    fn begins_by(&self, value: &Value) -> bool {
        self.low.as_ref().is_none_or(|low| low.total_cmp(value).is_le())
    }

    fn ends_from(&self, value: &Value) -> bool {
        self.high.as_ref().is_none_or(|high| high.total_cmp(value).is_ge())
    }
}

/// Which range it is: of which group, and of its ranges which one.
type Name = (GroupId, usize);

/// The ranges of groups.
#[derive(Debug, Default)]
pub(super) struct Ranges {
    by_name: HashMap<Name, Range>,
    /// Most of them by their beginnings, read as a balanced tree: the middle is the root, and so on for each half. Made
    /// again when a part of them has changed, so that a client that comes and goes costs little.
    sorted: Vec<(Name, Range)>,
    /// For each root of a part, the place in `sorted` of the range of that part that ends last.
    latest: Vec<usize>,
    /// Those that came since then.
    fresh: HashSet<Name>,
    /// How many went since then.
    gone: usize,
}

/// So many changes never make the tree anew, nor do fewer than this part of it.
const FEW: usize = 16;
const PART: usize = 8;

impl Ranges {
    pub(super) fn insert(&mut self, name: Name, range: Range) {
        self.by_name.insert(name, range);
        self.fresh.insert(name);
    }

    pub(super) fn remove(&mut self, name: Name) {
        let known = self.by_name.remove(&name).is_some();
        if !self.fresh.remove(&name) && known {
            self.gone += 1;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// Adds the groups whose ranges `value` is in. Null is in none: it is not in order with anything.
    pub(super) fn around(&mut self, value: &Value, found: &mut Vec<GroupId>) {
        if value.is_null() {
            return;
        }
        if self.fresh.len() + self.gone > FEW.max(self.sorted.len() / PART) {
            self.sort();
        }
        let around = |range: &Range| range.begins_by(value) && range.ends_from(value);
        let fresh = self.fresh.iter().filter(|name| self.by_name.get(name).is_some_and(around));
        found.extend(fresh.map(|(id, _)| *id));
        let mut parts = vec![(0, self.sorted.len())];
        while let Some((start, end)) = parts.pop() {
            if start >= end {
                continue;
            }
            let middle = start + (end - start) / 2;
            if !self.sorted[self.latest[middle]].1.ends_from(value) {
                continue;
            }
            parts.push((start, middle));
            let (name, range) = &self.sorted[middle];
            if range.begins_by(value) {
                if range.ends_from(value) && (self.gone == 0 || self.by_name.contains_key(name)) {
                    found.push(name.0);
                }
                parts.push((middle + 1, end));
            }
        }
    }

    fn sort(&mut self) {
        self.sorted = self.by_name.iter().map(|(name, range)| (*name, range.clone())).collect();
        self.sorted.sort_by(|(_, a), (_, b)| compare(a.low.as_ref(), b.low.as_ref(), Ordering::Less));
        self.latest = (0..self.sorted.len()).collect();
        self.note_latest(0, self.sorted.len());
        self.fresh.clear();
        self.gone = 0;
    }

    /// Notes what ends last in each part; gives it for this one. As deep as the tree is: its depth is the logarithm of
    /// its size.
    fn note_latest(&mut self, start: usize, end: usize) -> Option<usize> {
        if start >= end {
            return None;
        }
        let middle = start + (end - start) / 2;
        let mut latest = middle;
        for other in
            [self.note_latest(start, middle), self.note_latest(middle + 1, end)].into_iter().flatten()
        {
            let high = |place: usize| self.sorted[place].1.high.as_ref();
            if compare(high(other), high(latest), Ordering::Greater).is_gt() {
                latest = other;
            }
        }
        self.latest[middle] = latest;
        Some(latest)
    }
}

/// Ends in order; an open one is `open` against one that is not.
fn compare(a: Option<&Value>, b: Option<&Value>, open: Ordering) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.total_cmp(b),
        (None, Some(_)) => open,
        (Some(_), None) => open.reverse(),
        (None, None) => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look random and are the same every time (xorshift).
    fn numbers() -> impl FnMut(i64) -> i64 {
        let mut state = 0x5eed_u64;
        move |below| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            i64::try_from(state % u64::try_from(below).unwrap()).unwrap()
        }
    }

    #[test]
    fn the_ranges_around_a_value_are_those_that_a_look_at_all_finds() {
        let mut next = numbers();
        for round in 0..200 {
            let mut ranges = Ranges::default();
            let mut all: Vec<(GroupId, Range)> = Vec::new();
            let count = next(60);
            for id in 0..count {
                let end = |number: i64, open: bool| (!open).then_some(Value::Int(number));
                let (low, size) = (next(40), next(20));
                let range = Range { low: end(low, next(6) == 0), high: end(low + size, next(6) == 0) };
                ranges.insert((id.unsigned_abs(), 0), range.clone());
                all.push((id.unsigned_abs(), range));
            }
            for step in 0..10 {
                for value in -1..62 {
                    let value = Value::Int(value);
                    let mut found = Vec::new();
                    ranges.around(&value, &mut found);
                    found.sort_unstable();
                    let expected: Vec<GroupId> = all
                        .iter()
                        .filter(|(_, range)| range.begins_by(&value) && range.ends_from(&value))
                        .map(|(id, _)| *id)
                        .collect();
                    assert_eq!(found, expected, "round {round}, step {step}, {value:?}");
                }
                if !all.is_empty() {
                    let gone = usize::try_from(next(i64::try_from(all.len()).unwrap())).unwrap();
                    ranges.remove((all.remove(gone).0, 0));
                }
            }
            assert_eq!(ranges.is_empty(), all.is_empty());
            let mut found = Vec::new();
            ranges.around(&Value::Null, &mut found);
            assert!(found.is_empty(), "{found:?}");
        }
    }

    #[test]
    fn coming_and_going_makes_the_tree_anew_now_and_then() {
        let mut ranges = Ranges::default();
        let range = |low: i64| Range { low: Some(Value::Int(low)), high: Some(Value::Int(low)) };
        let (mut made, mut found) = (0, Vec::new());
        for id in 0..10_000_i64 {
            ranges.insert((id.unsigned_abs(), 0), range(id));
            ranges.around(&Value::Int(id), &mut found);
            made += usize::from(ranges.fresh.is_empty());
        }
        assert_eq!(found, (0..10_000).collect::<Vec<GroupId>>());
        assert!(made < 100, "made {made} times");
    }
}
