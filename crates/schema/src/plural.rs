//! English plurals as the npm package `pluralize` 8 forms them, which is what names an API's list and sync queries.
//!
//! The package's rules are a list of patterns anchored at the end of the word, the last one that fits wins. Here each
//! is data: what stays, what goes, what comes instead. GraphQL names are ASCII, so its rule for other scripts is moot.

/// The plural of `word`, in the case of the word.
pub(crate) fn plural(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    if IRREGULAR.iter().any(|(_, plural)| *plural == lower) {
        return restore_case(word, &lower);
    }
    if let Some((_, plural)) = IRREGULAR.iter().find(|(single, _)| *single == lower) {
        return restore_case(word, plural);
    }
    if word.is_empty() || UNCOUNTABLE.contains(&lower.as_str()) {
        return word.to_owned();
    }
    if UNCOUNTABLE_ENDS.iter().any(|end| match_end(&lower, end).is_some()) {
        return word.to_owned();
    }
    for rule in RULES {
        if let Some(plural) = rule.apply(word, &lower) {
            return plural;
        }
    }
    word.to_owned()
}

/// A rule: a word that ends with one of `keep` and then one of `drop` loses the latter and gains `add`.
struct Rule {
    keep: &'static [&'static str],
    drop: &'static [&'static str],
    add: &'static str,
}

impl Rule {
    fn apply(&self, word: &str, lower: &str) -> Option<String> {
        // A search from the left finds the longest fit first, because every pattern ends at the end.
        let mut best: Option<(usize, usize)> = None;
        for drop in self.drop {
            let Some(dropped) = match_end(lower, drop) else { continue };
            let stem = &lower[..lower.len() - dropped];
            for keep in self.keep {
                let Some(kept) = match_end(stem, keep) else { continue };
                if best.is_none_or(|(length, _)| kept + dropped > length) {
                    best = Some((kept + dropped, dropped));
                }
            }
        }
        let (length, dropped) = best?;
        let start = word.len() - length;
        let matched = &word[start..];
        let result = format!("{}{}", &word[start..word.len() - dropped], self.add);
        // An empty match takes its case from the letter before it.
        let model = if matched.is_empty() { &word[start.saturating_sub(1)..] } else { matched };
        Some(format!("{}{}", &word[..start], restore_case(model, &result)))
    }
}

/// How many letters at the end of `word` fit `pattern`: letters, and classes like `[aou]` or `[^aou]`.
fn match_end(word: &str, pattern: &str) -> Option<usize> {
    let mut letters = word.bytes().rev();
    let mut pattern = pattern.as_bytes();
    let mut length = 0;
    while let Some((&last, rest)) = pattern.split_last() {
        // The anchor at the front of a pattern: the word starts here.
        if last == b'^' {
            return letters.next().is_none().then_some(length);
        }
        let letter = letters.next()?;
        if last == b']' {
            let open = rest.iter().rposition(|byte| *byte == b'[')?;
            let class = &rest[open + 1..];
            let fits = match class.split_first() {
                Some((b'^', class)) => !class.contains(&letter),
                _ => class.contains(&letter),
            };
            if !fits {
                return None;
            }
            pattern = &rest[..open];
        } else if last == letter {
            pattern = rest;
        } else {
            return None;
        }
        length += 1;
    }
    Some(length)
}

/// `token` in the case of `word`.
fn restore_case(word: &str, token: &str) -> String {
    let lower = word.to_ascii_lowercase();
    if word == token {
        token.to_owned()
    } else if word == lower {
        token.to_ascii_lowercase()
    } else if word == word.to_ascii_uppercase() {
        token.to_ascii_uppercase()
    } else if word.as_bytes().first() != lower.as_bytes().first() {
        let (first, rest) = token.split_at(token.len().min(1));
        first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
    } else {
        token.to_ascii_lowercase()
    }
}

/// Any word, whatever stays.
const ANY: &[&str] = &[""];

const fn rule(keep: &'static [&'static str], drop: &'static [&'static str], add: &'static str) -> Rule {
    Rule { keep, drop, add }
}

/// The rules, the one that is tried first at the top.
#[rustfmt::skip]
const RULES: &[Rule] = &[
    rule(&["m"], &["an", "en"], "en"),
    rule(&["eaux"], ANY, ""),
    rule(&["child"], &["ren", ""], "ren"),
    rule(&["pe"], &["rson", "ople"], "ople"),
    rule(&["^m", "^titm", "^l"], &["ice", "ouse"], "ice"),
    rule(&["matr", "cod", "mur", "sil", "vert", "ind", "append"], &["ix", "ex"], "ices"),
    rule(&["x", "ch", "ss", "sh", "zz"], ANY, "es"),
    rule(&["[^ch][ieo][ln]"], &["ey"], "ies"),
    rule(&["[^aeiouy]", "qu"], &["y"], "ies"),
    rule(&["kni", "wi", "li"], &["fe"], "ves"),
    rule(&["ar", "l", "ea", "eo", "oa", "hoo"], &["f"], "ves"),
    rule(ANY, &["sis"], "ses"),
    rule(&["apheli", "hyperbat", "periheli", "asyndet", "noumen", "phenomen", "criteri", "organ", "prolegomen",
        "hedr", "automat"], &["a", "on"], "a"),
    rule(&["agend", "addend", "millenni", "dat", "extrem", "bacteri", "desiderat", "strat", "candelabr", "errat",
        "ov", "symposi", "curricul", "automat", "quor"], &["a", "um"], "a"),
    rule(&["her", "at", "gr"], &["o"], "oes"),
    rule(&["seraph", "cherub"], &["im", ""], "im"),
    rule(&["alumn", "alg", "vertebr"], &["a", "ae"], "ae"),
    rule(&["alumn", "syllab", "vir", "radi", "nucle", "fung", "cact", "stimul", "termin", "bacill", "foc", "uter",
        "loc", "strat"], &["us", "i"], "i"),
    rule(&["[^l]ias", "[aeiou]las", "[ejzr]as", "[iu]am"], ANY, ""),
    rule(&["e[mn]u"], &["s", ""], "s"),
    rule(&["alias", "[^aou]us", "t[lm]as", "gas", "ris"], ANY, "es"),
    rule(&["ax", "test"], &["is"], "es"),
    rule(&["[^aeiou]ese"], ANY, ""),
    rule(ANY, &["s", ""], "s"),
];

/// Ends of words that have no plural of their own.
const UNCOUNTABLE_ENDS: &[&str] =
    &["pokemon", "[^aeiou]ese", "deer", "fish", "measles", "o[iu]s", "pox", "sheep"];

#[rustfmt::skip]
const IRREGULAR: &[(&str, &str)] = &[
    ("i", "we"), ("me", "us"), ("he", "they"), ("she", "they"), ("them", "them"), ("myself", "ourselves"),
    ("yourself", "yourselves"), ("itself", "themselves"), ("herself", "themselves"), ("himself", "themselves"),
    ("themself", "themselves"), ("is", "are"), ("was", "were"), ("has", "have"), ("this", "these"),
    ("that", "those"), ("echo", "echoes"), ("dingo", "dingoes"), ("volcano", "volcanoes"),
    ("tornado", "tornadoes"), ("torpedo", "torpedoes"), ("genus", "genera"), ("viscus", "viscera"),
    ("stigma", "stigmata"), ("stoma", "stomata"), ("dogma", "dogmata"), ("lemma", "lemmata"),
    ("schema", "schemata"), ("anathema", "anathemata"), ("ox", "oxen"), ("axe", "axes"), ("die", "dice"),
    ("yes", "yeses"), ("foot", "feet"), ("eave", "eaves"), ("goose", "geese"), ("tooth", "teeth"),
    ("quiz", "quizzes"), ("human", "humans"), ("proof", "proofs"), ("carve", "carves"), ("valve", "valves"),
    ("looey", "looies"), ("thief", "thieves"), ("groove", "grooves"), ("pickaxe", "pickaxes"),
    ("passerby", "passersby"), ("thou", "you"),
];

#[rustfmt::skip]
const UNCOUNTABLE: &[&str] = &[
    "adulthood", "advice", "agenda", "aid", "aircraft", "alcohol", "ammo", "analytics", "anime", "athletics",
    "audio", "bison", "blood", "bream", "buffalo", "butter", "carp", "cash", "chassis", "chess", "clothing", "cod",
    "commerce", "cooperation", "corps", "debris", "diabetes", "digestion", "elk", "energy", "equipment",
    "excretion", "expertise", "firmware", "flounder", "fun", "gallows", "garbage", "graffiti", "hardware",
    "headquarters", "health", "herpes", "highjinks", "homework", "housework", "information", "jeans", "justice",
    "kudos", "labour", "literature", "machinery", "mackerel", "mail", "manga", "media", "mews", "moose", "mud",
    "music", "news", "only", "personnel", "pike", "plankton", "pliers", "police", "pollution", "premises", "rain",
    "research", "rice", "salmon", "scissors", "series", "sewage", "shambles", "shrimp", "software", "species",
    "staff", "swine", "tennis", "traffic", "transportation", "trout", "tuna", "wealth", "welfare", "whiting",
    "wildebeest", "wildlife", "you",
];

#[cfg(test)]
mod tests {
    use super::plural;

    #[test]
    fn plurals() {
        for (word, expected) in [
            ("Post", "Posts"),
            ("Comment", "Comments"),
            ("Person", "People"),
            ("Category", "Categories"),
            ("Day", "Days"),
            ("Blog", "Blogs"),
            ("PostLabels", "PostLabels"),
            ("Series", "Series"),
            ("Sheep", "Sheep"),
            ("Equipment", "Equipment"),
            ("P", "PS"),
            ("C", "CS"),
            ("URL", "URLS"),
            ("Status", "Statuses"),
            ("Child", "Children"),
            ("Woman", "Women"),
            ("Mouse", "Mice"),
            ("Index", "Indices"),
            ("Analysis", "Analyses"),
            ("Leaf", "Leaves"),
            ("Knife", "Knives"),
            ("Hero", "Heroes"),
            ("Photo", "Photos"),
            ("Box", "Boxes"),
            ("Quiz", "Quizzes"),
            ("Datum", "Data"),
            ("Data", "Data"),
            ("Media", "Media"),
            ("Criterion", "Criteria"),
            ("Address", "Addresses"),
            ("Money", "Monies"),
            ("Key", "Keys"),
            ("todo", "todos"),
            ("Schema", "Schemata"),
        ] {
            assert_eq!(plural(word), expected, "{word}");
        }
    }
}
