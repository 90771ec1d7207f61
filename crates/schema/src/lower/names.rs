//! The names of what is generated, and that none of them is taken twice.

use crate::ast::Name;
use crate::emit::type_names;
use crate::lower::draft::{Catalogue, Draft};
use crate::md5;
use crate::plural::plural;
use crate::report::Reporter;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use syncline_core::Scalar;
use syncline_core::model::Names;

/// The longest name of a subscription, in characters; a longer one is cut and told apart by its hash.
pub(crate) const LONGEST_SUBSCRIPTION: usize = 50;

/// The names for a model.
pub(crate) fn of(model: &str) -> Names {
    let mut names = Names::new(model, &plural(&upper(model)));
    for name in [&mut names.on_create, &mut names.on_update, &mut names.on_delete] {
        if name.len() > LONGEST_SUBSCRIPTION {
            *name = shortened(name);
        }
    }
    names
}

/// A long name of a subscription, cut.
pub(crate) fn shortened(name: &str) -> String {
    format!("{}{}", &name[..45], &md5::hex(name.as_bytes())[..5])
}

/// The name of the index that a has-many brings along.
pub(crate) fn made_index_name(parent: &str, field: &str) -> String {
    format!("gsi-{parent}.{field}")
}

/// `name` with its first letter in upper case.
pub(crate) fn upper(name: &str) -> String {
    let mut text = name.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// `name` with its first letter in lower case.
pub(crate) fn lower(name: &str) -> String {
    let mut text = name.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    text
}

/// Reports every generated name that two definitions want.
pub(crate) fn check(drafts: &[Draft<'_>], catalogue: &Catalogue<'_>, report: &mut Reporter<'_>) {
    let mut queries = Taken::default();
    let mut mutations = Taken::default();
    let mut subscriptions = Taken::default();
    let mut types = Taken::default();
    for name in type_names::FIXED {
        types.names.insert((*name).to_owned(), "the API itself".to_owned());
    }
    // Definitions that share their own name, or have a reserved one, have been reported.
    let mut seen = HashSet::new();
    let mut fresh =
        |name: &Name| Scalar::from_name(&name.text).is_none() && seen.insert(name.text.to_ascii_lowercase());
    for draft in drafts.iter().filter(|draft| fresh(&draft.def.name)) {
        let def = &draft.def.name;
        let names = of(&def.text);
        for root in &draft.roots {
            let (taken, what) = match root.kind {
                kind if kind.follows().is_some() => (&mut subscriptions, "subscription"),
                kind if kind.is_mutation() => (&mut mutations, "mutation"),
                _ => (&mut queries, "query"),
            };
            taken.take(&root.name, what, def, report);
        }
        types.take(&def.text, "type", def, report);
        let declared = (names.upper != def.text).then(|| type_names::of_model(&def.text));
        for name in type_names::of_model(&names.upper).into_iter().chain(declared.into_iter().flatten()) {
            types.take(&name, "type", def, report);
        }
        for index in draft.indexes.iter().filter(|index| index.fields.len() > 2) {
            for name in type_names::of_composite(&def.text, &upper(&index.name)) {
                types.take(&name, "type", def, report);
            }
        }
    }
    index_queries(drafts, &mut queries, report);
    for ty in catalogue.enum_names.iter().filter(|name| fresh(name)) {
        types.take(&ty.text, "type", ty, report);
        for name in type_names::of_enum(&ty.text) {
            types.take(&name, "type", ty, report);
        }
    }
    for (name, _) in catalogue.customs.iter().filter(|(name, _)| fresh(name)) {
        types.take(&name.text, "type", name, report);
        types.take(&type_names::of_custom(&name.text), "type", name, report);
    }
}

/// The queries of indexes, which can be renamed and therefore give way to all others.
fn index_queries(drafts: &[Draft<'_>], queries: &mut Taken, report: &mut Reporter<'_>) {
    for draft in drafts {
        for (index, &span) in draft.indexes.iter().zip(&draft.index_spans) {
            let Some(query) = &index.query else { continue };
            let owner = format!("index \"{}\" of `{}`", index.name, draft.name());
            match queries.names.entry(query.clone()) {
                Entry::Occupied(taken) => {
                    let message = format!("the query `{query}` of {owner} belongs to {}", taken.get());
                    report.fault(span, message, "give this index another `queryField`");
                }
                Entry::Vacant(free) => {
                    free.insert(owner);
                }
            }
        }
    }
}

/// Names and who has them.
#[derive(Default)]
struct Taken {
    names: HashMap<String, String>,
    /// Who has been told of whom: one of many names is enough.
    told: HashSet<(String, String)>,
}

impl Taken {
    fn take(&mut self, name: &str, what: &str, by: &Name, report: &mut Reporter<'_>) {
        match self.names.entry(name.to_owned()) {
            Entry::Occupied(taken) => {
                if self.told.insert((by.text.clone(), taken.get().clone())) {
                    let message = format!(
                        "`{}` would generate the {what} `{name}`, which belongs to {}",
                        by.text,
                        taken.get()
                    );
                    report.fault(by.span, message, "rename one of them");
                }
            }
            Entry::Vacant(free) => {
                free.insert(format!("`{}`", by.text));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn long_subscription_names_are_cut() {
        let names = of("AVeryLongModelNameThatGoesBeyondTheFiftyCharacters");
        assert_eq!(names.on_create, "onCreateAVeryLongModelNameThatGoesBeyondTheFi310e3");
        assert_eq!(names.on_update, "onUpdateAVeryLongModelNameThatGoesBeyondTheFib6b88");
        assert_eq!(names.create, "createAVeryLongModelNameThatGoesBeyondTheFiftyCharacters");
        assert_eq!(of("todo").list, "listTodos");
        assert_eq!(of("Person").sync, "syncPeople");
    }
}
