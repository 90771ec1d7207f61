//! Which model and which field of the old schema is which of the new one.

use super::loss::Refusal;
use super::names::{parts, path};
use crate::{Model, Schema};
use std::collections::HashMap;

/// What the application says was renamed, beside what the schema says of itself by `@renamedFrom`.
///
/// A rename is of a file that has the old name and not the new one; for any other it is passed over, so that it may stay
/// in the program. Two names cannot be swapped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renames(Vec<(String, String)>);

impl Renames {
    /// `from` is now called `to`: a model (`"Post"`, `"Article"`) or a field of a model, which is named by its old or its
    /// new name (`"Post.title"`, `"headline"` or `"Article.headline"`).
    pub fn add(&mut self, from: impl Into<String>, to: impl Into<String>) {
        self.0.push((from.into(), to.into()));
    }

    /// The old place of each new model.
    pub(super) fn models(
        &self,
        old: &Schema,
        new: &Schema,
        refused: &mut Vec<Refusal>,
    ) -> Vec<Option<usize>> {
        let declared =
            new.models().iter().filter_map(|model| Some((model.renamed_from.clone()?, model.name.clone())));
        let told = self.0.iter().filter(|(from, _)| parts(from).1.is_none()).cloned();
        let names =
            |schema: &Schema| schema.models().iter().map(|model| model.name.clone()).collect::<Vec<_>>();
        resolve("", &names(old), &names(new), declared.chain(told).collect(), refused)
    }

    /// The old place of each new field.
    pub(super) fn fields(&self, old: &Model, new: &Model, refused: &mut Vec<Refusal>) -> Vec<Option<usize>> {
        let declared = new
            .renamed_fields
            .iter()
            .filter_map(|(place, from)| Some((from.clone(), new.fields.get(*place)?.name.clone())));
        let told = self.0.iter().filter_map(|(from, to)| {
            let (model, field) = parts(from);
            let (of, name) = parts(to);
            let field = field.filter(|_| model == old.name || model == new.name)?;
            let fits = name.is_none() || of == new.name || of == old.name;
            fits.then(|| (field.to_owned(), name.unwrap_or(of).to_owned()))
        });
        let names = |model: &Model| model.fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
        resolve(&old.name, &names(old), &names(new), declared.chain(told).collect(), refused)
    }
}

/// The place in `old` of each name in `new`.
fn resolve(
    model: &str,
    old: &[String],
    new: &[String],
    mut wanted: Vec<(String, String)>,
    refused: &mut Vec<Refusal>,
) -> Vec<Option<usize>> {
    let place = |names: &[String], name: &str| names.iter().position(|known| known == name);
    wanted.sort();
    wanted.dedup();
    wanted.retain(|(from, to)| {
        let there = place(old, from).is_some() && place(old, to).is_none_or(|_| from != to);
        let missing = place(new, to).is_none();
        if there && missing && place(new, from).is_none() && place(old, to).is_none() {
            refused.push(unknown(model, from, to));
        }
        there && !missing
    });
    // New place by old place. A name that is taken becomes free when what has it gets another one, and so on; two that
    // wait for each other wait for ever.
    let mut moved: HashMap<usize, usize> = HashMap::new();
    loop {
        let before = moved.len();
        for (from, to) in &wanted {
            let (Some(source), Some(target)) = (place(old, from), place(new, to)) else { continue };
            let free = place(old, to).is_none_or(|taken| moved.contains_key(&taken));
            if !free || moved.get(&source) == Some(&target) {
                continue;
            }
            if moved.contains_key(&source) || moved.values().any(|taken| *taken == target) {
                let refusal = doubled(model, from, to);
                if !refused.contains(&refusal) {
                    refused.push(refusal);
                }
                continue;
            }
            moved.insert(source, target);
        }
        if moved.len() == before {
            break;
        }
    }
    let mut found: Vec<Option<usize>> =
        new.iter().map(|name| place(old, name).filter(|source| !moved.contains_key(source))).collect();
    for (source, target) in moved {
        found[target] = Some(source);
    }
    found
}

fn shown(model: &str, name: &str) -> String {
    if model.is_empty() { name.to_owned() } else { path(model, name) }
}

fn unknown(model: &str, from: &str, to: &str) -> Refusal {
    Refusal {
        place: shown(model, from),
        reason: format!("it is said to be called {to} now, which the new schema does not have"),
        way_out: "name what it is called now".to_owned(),
    }
}

fn doubled(model: &str, from: &str, to: &str) -> Refusal {
    Refusal {
        place: shown(model, from),
        reason: format!("it cannot become {to}: one of the two is renamed already"),
        way_out: "rename each of them once".to_owned(),
    }
}
