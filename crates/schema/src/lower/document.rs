//! The way of a whole document: each model for itself, then what joins them.

use crate::ast::{Document, find};
use crate::check;
use crate::directives::{auth, model, renames};
use crate::features::Features;
use crate::lower::draft::{Catalogue, Draft};
use crate::lower::{customs, defaults, fields, keys, names, relations, roots};
use crate::report::{Reporter, Span};
use std::sync::Arc;
use syncline_core::Schema;
use syncline_core::model::{AuthRule, CustomType, Model, ModelId};

/// Lowers a document. Everything that is wrong is reported; `None` then.
pub(crate) fn lower(document: &Document, features: Features, report: &mut Reporter<'_>) -> Option<Schema> {
    let mut catalogue = Catalogue::new(document);
    customs::lower(document, &mut catalogue, report);
    let mut drafts: Vec<Draft<'_>> = Vec::new();
    for def in &catalogue.models {
        let mut draft = Draft::new(def);
        let Some(directive) = find(&def.directives, "model") else { continue };
        let spec = model::read(directive, features, report);
        draft.auth = rules(document, &draft, report);
        fields::declared(&mut draft, &catalogue, report);
        keys::primary(&mut draft, report);
        defaults::not_on_keys(&draft, report);
        fields::automatic(&mut draft, &spec.timestamps, report);
        fields::merged(&draft, report);
        keys::indexes(&mut draft, features, report);
        draft.roots = roots::of(&draft, &spec.operations, report);
        draft.open_subscriptions = spec.operations.open;
        draft.renamed_from = renames::read(&def.directives, &def.name.text, report);
        drafts.push(draft);
    }
    if drafts.len() != catalogue.models.len() || drafts.iter().any(|draft| draft.key.is_empty()) {
        return None;
    }
    relations::resolve(&mut drafts, features, report);
    names::check(&drafts, &catalogue, report);
    if !report.is_clean() {
        return None;
    }
    let models = drafts.into_iter().enumerate().map(|(place, draft)| finish(ModelId(place), draft)).collect();
    let customs: Vec<Arc<CustomType>> = catalogue.customs.into_iter().map(|(_, ty)| ty).collect();
    match Schema::new(models, catalogue.enums) {
        Ok(schema) => {
            let held = |ty: &Arc<CustomType>| schema.customs().iter().any(|other| other.name == ty.name);
            let unused = customs.into_iter().filter(|ty| !held(ty)).collect();
            Some(schema.with_unused(unused))
        }
        Err(error) => {
            report.error(Span::default(), error.to_string());
            None
        }
    }
}

fn rules(document: &Document, draft: &Draft<'_>, report: &mut Reporter<'_>) -> Vec<AuthRule> {
    let def = draft.def;
    match find(&def.directives, "auth") {
        Some(directive) => {
            let mut rules: Vec<AuthRule> = Vec::new();
            for rule in auth::read(directive, report) {
                if !rules.contains(&rule) {
                    rules.push(rule);
                }
            }
            rules
        }
        None if check::is_sandbox(document) => vec![auth::public()],
        // The models that it joins have been told.
        None if def.made => Vec::new(),
        None => {
            report.fault(
                def.name.span,
                format!("model `{}` has no `@auth` rules, so nobody could use it", def.name.text),
                "to let everybody in who has the API key, add `@auth(rules: [{allow: public}])`",
            );
            Vec::new()
        }
    }
}

fn finish(id: ModelId, draft: Draft<'_>) -> Model {
    let name = &draft.def.name.text;
    let mut model = Model::new(id, name, names::of(name), draft.fields, draft.key);
    model.custom_key = draft.custom_key;
    model.indexes = draft.indexes;
    model.relations = draft.relations;
    model.auth = draft.auth;
    model.timestamps = draft.timestamps;
    model.open_subscriptions = draft.open_subscriptions;
    model.renamed_from = draft.renamed_from;
    model.renamed_fields = draft.renamed_fields;
    model.set_roots(draft.roots);
    model
}
