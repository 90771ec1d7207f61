//! Which model and which field of the old schema is which of the new one.

use super::loss::Refusal;
use super::names::{parts, path};
use crate::{Model, Schema};
use std::collections::HashMap;

/// What the application says was renamed, beside what the schema says of itself by `@renamedFrom`.
///
/// A rename is of a file that has the old name and not the new one; for any other it is passed over, so that it may stay
/// in the program. Renames that follow each other are one. Two names cannot be swapped.
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
        let declared = new
            .models()
            .iter()
            .flat_map(|model| model.renamed_from.iter().map(|from| (from.clone(), model.name.clone())));
        let wanted: Vec<_> = declared.chain(self.of_models()).collect();
        let names =
            |schema: &Schema| schema.models().iter().map(|model| model.name.clone()).collect::<Vec<_>>();
        resolve("", &names(old), &names(new), &wanted, refused)
    }

    fn of_models(&self) -> impl Iterator<Item = (String, String)> {
        self.0.iter().filter(|(from, _)| parts(from).1.is_none()).cloned()
    }

    /// The old place of each new field.
    pub(super) fn fields(&self, old: &Model, new: &Model, refused: &mut Vec<Refusal>) -> Vec<Option<usize>> {
        let declared = new
            .renamed_fields
            .iter()
            .filter_map(|(place, from)| Some((from.clone(), new.fields.get(*place)?.name.clone())));
        let aliases = self.aliases(old, new);
        let is_it = |model: &str| aliases.iter().any(|alias| alias == model);
        let told = self.0.iter().filter_map(|(from, to)| {
            let (model, field) = parts(from);
            let (of, name) = parts(to);
            let field = field.filter(|_| is_it(model))?;
            let fits = name.is_none() || is_it(of);
            fits.then(|| (field.to_owned(), name.unwrap_or(of).to_owned()))
        });
        let names = |model: &Model| model.fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
        let wanted: Vec<_> = declared.chain(told).collect();
        resolve(&old.name, &names(old), &names(new), &wanted, refused)
    }

    /// Every name that the model has had.
    fn aliases(&self, old: &Model, new: &Model) -> Vec<String> {
        let mut names = vec![new.name.clone(), old.name.clone()];
        names.extend(new.renamed_from.iter().cloned());
        loop {
            let earlier = self.of_models().find(|(from, to)| names.contains(to) && !names.contains(from));
            match earlier {
                Some((from, _)) => names.push(from),
                None => return names,
            }
        }
    }
}

/// The place in `old` of each name in `new`.
fn resolve(
    model: &str,
    old: &[String],
    new: &[String],
    wanted: &[(String, String)],
    refused: &mut Vec<Refusal>,
) -> Vec<Option<usize>> {
    let place = |names: &[String], name: &str| names.iter().position(|known| known == name);
    let mut moves: Vec<(usize, usize, &str)> = Vec::new();
    for (from, to) in wanted {
        let Some(source) = place(old, from) else { continue };
        let to = last(wanted, new, to);
        match place(new, to) {
            Some(_) if from == to => {}
            Some(target) => moves.push((source, target, to)),
            None if place(new, from).is_none() && place(old, to).is_none() => {
                refused.push(unknown(model, from, to));
            }
            None => {}
        }
    }
    // New place by old place. A name that is taken becomes free when what has it gets another one, and so on; two that
    // wait for each other wait for ever.
    let mut moved: HashMap<usize, usize> = HashMap::new();
    loop {
        let before = moved.len();
        for &(source, target, to) in &moves {
            let free = place(old, to).is_none_or(|taken| moved.contains_key(&taken));
            match moved.get(&source) {
                Some(other) if *other != target => {
                    let refusal = doubled(model, &old[source], to);
                    if !refused.contains(&refusal) {
                        refused.push(refusal);
                    }
                }
                Some(_) => {}
                // Of several old names the first that there is counts.
                None if free && !moved.values().any(|taken| *taken == target) => {
                    moved.insert(source, target);
                }
                None => {}
            }
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

/// What `to` is called now, if it has been renamed again since.
fn last<'a>(wanted: &'a [(String, String)], new: &[String], mut to: &'a str) -> &'a str {
    for _ in 0..wanted.len() {
        let again = wanted.iter().find(|(from, _)| from == to);
        match again.filter(|_| new.iter().all(|name| name != to)) {
            Some((_, next)) => to = next,
            None => break,
        }
    }
    to
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
        reason: format!("it cannot become {to}: it is said to be called something else"),
        way_out: "say one new name of it".to_owned(),
    }
}
