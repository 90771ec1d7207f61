//! Selection sets, flattened: fragments are spread, equal response keys become one, conditions are collected.

use super::api::{Api, ObjectKind};
use super::plan::{Arguments, CustomItem, Flag, Item, RelationItem, RootField, Selection, Term, What, When};
use super::unique;
use crate::answer::{Refusal, invalid};
use crate::config::Limits;
use apollo_compiler::Node;
use apollo_compiler::ast::Value;
use apollo_compiler::executable::{self, DirectiveList, ExecutableDocument};
use apollo_compiler::parser::SourceSpan;
use std::collections::{HashMap, HashSet};
use syncline_core::Field;
use syncline_core::model::RelationKind;
use syncline_protocol::error::Location;

/// Flattens the selections of one operation.
pub(super) struct Selector<'a> {
    pub(super) api: &'a Api,
    pub(super) document: &'a ExecutableDocument,
    pub(super) limits: &'a Limits,
    /// Fields selected so far, over the whole operation.
    pub(super) fields: usize,
    /// Whether a condition was met.
    pub(super) conditional: bool,
}

/// A field under one response key: its first occurrence, and the selection sets of all with their conditions.
struct Group<'a> {
    first: &'a Node<executable::Field>,
    sets: Vec<(&'a executable::SelectionSet, Vec<Term>)>,
    when: When,
}

#[derive(Default)]
struct Groups<'a> {
    in_order: Vec<Group<'a>>,
    by_key: HashMap<&'a str, usize>,
    visited: HashSet<(&'a str, Vec<Term>)>,
}

impl<'a> Selector<'a> {
    /// The root fields.
    pub(super) fn roots(&mut self, set: &'a executable::SelectionSet) -> Result<Vec<RootField>, Refusal> {
        let mut groups = Groups::default();
        self.collect(set, &[], &mut groups)?;
        if groups.in_order.len() > self.limits.max_root_fields {
            return Err(invalid(format!(
                "The document has {} root fields; at most {} are allowed. Split it.",
                groups.in_order.len(),
                self.limits.max_root_fields
            )));
        }
        groups
            .in_order
            .into_iter()
            .map(|group| {
                let field = group.first;
                let name = field.name.as_str();
                let root = self
                    .api
                    .root(name)
                    .ok_or_else(|| invalid(format!("The field `{name}` is declared but has no resolver.")))?;
                let selection = match self.api.object(field.ty().inner_named_type()) {
                    Some(object) => self.selection(object, &group.sets, 1)?,
                    None => Selection::default(),
                };
                Ok(RootField {
                    key: field.response_key().to_string(),
                    name: name.to_owned(),
                    root,
                    arguments: arguments(field)?,
                    selection,
                    location: self.location(field.location()),
                    when: group.when,
                })
            })
            .collect()
    }

    fn selection(
        &mut self,
        object: ObjectKind,
        sets: &[(&'a executable::SelectionSet, Vec<Term>)],
        depth: usize,
    ) -> Result<Selection, Refusal> {
        if depth > self.limits.max_depth {
            return Err(invalid(format!(
                "The document nests fields deeper than {} levels.",
                self.limits.max_depth
            )));
        }
        let mut groups = Groups::default();
        for (set, terms) in sets {
            self.collect(set, terms, &mut groups)?;
        }
        self.repeats(&groups)?;
        let type_name = sets.first().map(|(set, _)| set.ty.to_string()).unwrap_or_default();
        let items = groups.in_order.into_iter().map(|group| self.item(object, group, depth));
        Ok(Selection { type_name, items: items.collect::<Result<_, _>>()? })
    }

    /// A document of a few bytes per alias must not make an answer of a large value per alias.
    fn repeats(&self, groups: &Groups<'a>) -> Result<(), Refusal> {
        let most = self.limits.max_repeats;
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for group in &groups.in_order {
            let count = counts.entry(group.first.name.as_str()).or_default();
            *count += 1;
            if *count > most {
                return Err(invalid(format!(
                    "The field '{}' is selected more than {most} times in one place. Select it once.",
                    group.first.name
                )));
            }
        }
        Ok(())
    }

    fn item(&mut self, object: ObjectKind, group: Group<'a>, depth: usize) -> Result<Item, Refusal> {
        let field = group.first;
        let name = field.name.as_str();
        let what = match (object, name) {
            (_, "__typename") => What::Typename,
            (ObjectKind::Connection(model), "items") => {
                What::Items(self.selection(ObjectKind::Record(model), &group.sets, depth + 1)?)
            }
            (ObjectKind::Connection(_), "nextToken") => What::NextToken,
            (ObjectKind::Connection(_), "startedAt") => What::StartedAt,
            (ObjectKind::Record(_), "_version") => What::Version,
            (ObjectKind::Record(_), "_lastChangedAt") => What::ChangedAt,
            (ObjectKind::Record(_), "_deleted") => What::Deleted,
            (ObjectKind::Record(model), _) => {
                let model = self.api.models.model(model);
                match (model.field(name), model.relations.iter().position(|relation| relation.name == name)) {
                    (Some(place), _) => self.stored(&model.fields[place], place, &group, depth)?,
                    (None, Some(place)) => {
                        let relation = &model.relations[place];
                        let many = relation.kind == RelationKind::HasMany;
                        let object = if many { ObjectKind::Connection } else { ObjectKind::Record };
                        What::Relation(Box::new(RelationItem {
                            relation: place,
                            name: name.to_owned(),
                            target: relation.target,
                            many,
                            arguments: arguments(field)?,
                            selection: self.selection(object(relation.target), &group.sets, depth + 1)?,
                        }))
                    }
                    (None, None) => return Err(unresolvable(name)),
                }
            }
            (ObjectKind::Custom(custom), _) => {
                let fields = &self.api.models.customs()[custom].fields;
                let place = fields.iter().position(|field| field.name == name);
                let place = place.ok_or_else(|| unresolvable(name))?;
                self.stored(&fields[place], place, &group, depth)?
            }
            (ObjectKind::Connection(_), _) => return Err(unresolvable(name)),
        };
        let key = field.response_key().to_string();
        Ok(Item {
            // Response keys are GraphQL names: nothing in them needs an escape.
            opening: format!(",\"{key}\":"),
            key,
            what,
            non_null: field.ty().is_non_null().then(|| field.ty().inner_named_type().to_string()),
            location: self.location(field.location()),
            when: group.when,
        })
    }

    /// A stored field, with what is selected in it if it is an object.
    fn stored(
        &mut self,
        field: &Field,
        place: usize,
        group: &Group<'a>,
        depth: usize,
    ) -> Result<What, Refusal> {
        let Some(ty) = field.kind.custom() else { return Ok(What::Field(place)) };
        let object = self.api.object(&ty.name).ok_or_else(|| unresolvable(&field.name))?;
        Ok(What::Custom(Box::new(CustomItem {
            field: place,
            item_required: field.list.is_some_and(|list| list.item_required),
            selection: self.selection(object, &group.sets, depth + 1)?,
        })))
    }

    /// Collects the fields of `set` under `terms`. Each fragment is visited once per level and condition, so that
    /// fragments that spread each other many times cost no more than their text.
    fn collect(
        &mut self,
        set: &'a executable::SelectionSet,
        terms: &[Term],
        groups: &mut Groups<'a>,
    ) -> Result<(), Refusal> {
        for selection in &set.selections {
            match selection {
                executable::Selection::Field(field) => {
                    let terms = self.terms(terms, &field.directives);
                    self.fields += 1;
                    if self.fields > self.limits.max_fields {
                        return Err(invalid(format!(
                            "The document selects more than {} fields. Split it.",
                            self.limits.max_fields
                        )));
                    }
                    match groups.by_key.get(field.response_key().as_str()) {
                        Some(&place) => {
                            let group = &mut groups.in_order[place];
                            group.when.or(&terms);
                            group.sets.push((&field.selection_set, terms));
                        }
                        None => {
                            groups.by_key.insert(field.response_key().as_str(), groups.in_order.len());
                            groups.in_order.push(Group {
                                first: field,
                                when: When::all(&terms),
                                sets: vec![(&field.selection_set, terms)],
                            });
                        }
                    }
                }
                executable::Selection::InlineFragment(fragment) => {
                    let terms = self.terms(terms, &fragment.directives);
                    self.collect(&fragment.selection_set, &terms, groups)?;
                }
                executable::Selection::FragmentSpread(spread) => {
                    let terms = self.terms(terms, &spread.directives);
                    let fragment = self.document.fragments.get(&spread.fragment_name);
                    if groups.visited.insert((spread.fragment_name.as_str(), terms.clone()))
                        && let Some(fragment) = fragment
                    {
                        self.collect(&fragment.selection_set, &terms, groups)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// `terms` and those of `directives`.
    fn terms(&mut self, terms: &[Term], directives: &DirectiveList) -> Vec<Term> {
        let mut all = terms.to_vec();
        for (name, wants) in [("include", true), ("skip", false)] {
            let Some(directive) = directives.get(name) else { continue };
            let flag = match directive.specified_argument_by_name("if").map(|value| value.as_ref()) {
                Some(Value::Boolean(value)) => Flag::Const(*value),
                Some(Value::Variable(name)) => Flag::Variable(name.to_string()),
                _ => continue,
            };
            self.conditional = true;
            let term = Term { wants, flag };
            if !all.contains(&term) {
                all.push(term);
            }
        }
        all
    }

    fn location(&self, span: Option<SourceSpan>) -> Option<Location> {
        super::locate(span, &self.document.sources)
    }
}

fn arguments(field: &executable::Field) -> Result<Arguments, Refusal> {
    field.arguments.iter().try_for_each(|argument| unique::check(&argument.value, &field.name))?;
    Ok(Arguments { given: field.arguments.clone(), defined: field.definition.arguments.clone() })
}

fn unresolvable(name: &str) -> Refusal {
    invalid(format!("The field `{name}` is declared but has no resolver."))
}
