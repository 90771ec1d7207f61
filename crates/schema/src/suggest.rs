//! Near names: what a misspelt one was meant to be.

/// Longer names are not compared: the work grows with the square, and nobody misspells by one letter there.
const LONGEST: usize = 80;

/// The candidate nearest to `name`, if one is near enough to be meant.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    let limit = name.len() / 3;
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST && *candidate != name)
        .map(|candidate| (far(&name.to_ascii_lowercase(), &candidate.to_ascii_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The sentence ``did you mean `x`?``, or `otherwise`.
pub(crate) fn did_you_mean<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    otherwise: impl FnOnce() -> String,
) -> String {
    nearest(name, candidates).map_or_else(otherwise, |near| format!("did you mean `{near}`?"))
}

/// How far `name` is from `candidate`: the edit distance, and no more than one where it is the beginning of it.
fn far(name: &str, candidate: &str) -> usize {
    let begins = name.len() >= 3 && candidate.starts_with(name);
    if begins { 1 } else { distance(name, candidate) }
}

/// Edit distance where swapping two neighbours counts as one edit.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: [Vec<usize>; 3] = [vec![0; b.len() + 1], (0..=b.len()).collect(), vec![0; b.len() + 1]];
    for i in 1..=a.len() {
        rows[2][0] = i;
        for j in 1..=b.len() {
            let swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            let mut best = rows[1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            best = best.min(rows[1][j] + 1).min(rows[2][j - 1] + 1);
            if swap {
                best = best.min(rows[0][j - 2] + 1);
            }
            rows[2][j] = best;
        }
        rows.rotate_left(1);
    }
    rows[1][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (a, b, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("modle", "model", 1),
            ("kitten", "sitting", 3),
            ("belongTo", "belongsTo", 1),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
            assert_eq!(distance(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn only_near_names_are_offered() {
        let names = ["model", "auth", "index"];
        assert_eq!(nearest("modle", names), Some("model"));
        assert_eq!(nearest("Auth", names), Some("auth"));
        assert_eq!(nearest("ind", names), Some("index"));
        assert_eq!(nearest("banana", names), None);
        assert_eq!(nearest("ab", ["a", "b"]), None);
    }
}
