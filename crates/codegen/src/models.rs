//! Models.

use crate::names::{Names, TypeNames, screaming, snake};
use crate::{fields, relations, types};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syncline_core::Schema;
use syncline_core::model::{Field, FieldSource, Model, Relation, RelationKind};

pub(crate) fn tokens(schema: &Schema, model: &Model, types: &TypeNames) -> TokenStream {
    let name = types.get(&model.name);
    let mut names = Names::default();
    let fields: Vec<Ident> = model.fields.iter().map(|field| names.take(&snake(&field.name))).collect();
    let origin = names.take("origin");
    let parts = Parts { model, types, name, fields, origin };
    let (definition, new, constants, implementation) =
        (parts.definition(schema), parts.constructor(), parts.constants(), parts.implementation());
    let relations = relations::tokens(schema, model, &parts.fields, types);
    let name = &parts.name;
    let allow = fields::allowances();
    quote! {
        #definition
        #allow
        impl #name { #new #relations #constants }
        #implementation
    }
}

struct Parts<'a> {
    model: &'a Model,
    types: &'a TypeNames,
    name: Ident,
    fields: Vec<Ident>,
    origin: Ident,
}

impl Parts<'_> {
    fn definition(&self, schema: &Schema) -> TokenStream {
        let Parts { model, types, name, fields, origin } = self;
        let doc = format!(" The model `{}` of the schema.", model.name);
        let graphql = model.fields.iter().map(|field| &field.name);
        let docs = (0..fields.len()).map(|place| describe(schema, model, place));
        let stored = model.fields.iter().map(|field| types::stored(field, types));
        let allow = fields::allowances();
        quote! {
            #[doc = #doc]
            #[derive(
                Clone,
                Debug,
                PartialEq,
                ::syncline::__private::serde::Serialize,
                ::syncline::__private::serde::Deserialize,
            )]
            #[serde(crate = "::syncline::__private::serde")]
            #allow
            pub struct #name {
                #(
                    #[doc = #docs]
                    #[serde(rename = #graphql)]
                    pub #fields: #stored,
                )*
                /// Where it was read; no part of its value. Public, so that `..` can fill up a literal anywhere.
                #[doc(hidden)]
                #[serde(skip)]
                pub #origin: ::syncline::model::Origin,
            }
        }
    }

    /// `new` takes what must be there; ids are made, what has a default gets it, all else is null.
    fn constructor(&self) -> TokenStream {
        let Parts { model, types, fields: idents, origin, .. } = self;
        let init = |(place, (field, ident))| {
            if model.default_id() == Some(place) {
                fields::Init::made(ident, &quote!(::syncline::model::new_id()))
            } else {
                fields::init(field, ident, types)
            }
        };
        let inits: Vec<_> = model.fields.iter().zip(idents).enumerate().map(init).collect();
        let made = if model.default_id().is_some() {
            format!(" A new `{}` with an id of its own; what may be null is null.", model.name)
        } else {
            format!(" A new `{}`; what may be null is null.", model.name)
        };
        let allow = fields::doubts(&inits);
        let parameters = inits.iter().filter_map(|init| init.parameter.as_ref());
        let values = inits.iter().map(|init| &init.set);
        quote! {
            #[doc = #made]
            #[must_use]
            #allow
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#values,)* #origin: ::syncline::model::Origin::none() }
            }
        }
    }

    fn constants(&self) -> TokenStream {
        let Parts { model, types, name, .. } = self;
        let mut names = Names::default();
        let constants = model.fields.iter().map(|field| names.take(&screaming(&field.name)));
        let graphql = model.fields.iter().map(|field| &field.name);
        let asked = model.fields.iter().map(|field| types::asked(field, types));
        let docs = model
            .fields
            .iter()
            .map(|field| format!(" The field `{}`, for predicates and sorting.", field.name));
        quote! {
            #(
                #[doc = #docs]
                pub const #constants: ::syncline::predicate::TypedField<#name, #asked> =
                    ::syncline::predicate::TypedField::new(#graphql);
            )*
        }
    }

    fn implementation(&self) -> TokenStream {
        let Parts { model, name, fields, origin, .. } = self;
        let model_name = &model.name;
        let graphql = model.fields.iter().map(|field| &field.name);
        let places = 0..fields.len();
        let allow = fields::allowances();
        quote! {
            #allow
            impl ::syncline::model::Model for #name {
                const NAME: &'static str = #model_name;

                fn to_record(&self) -> ::syncline::Record {
                    ::syncline::Record(::std::vec![
                        #(::syncline::__private::value(&self.#fields),)*
                    ])
                }

                fn from_record(
                    record: &::syncline::Record,
                    read: ::syncline::model::Origin,
                ) -> ::std::result::Result<Self, ::syncline::model::ModelError> {
                    ::std::result::Result::Ok(Self {
                        #(#fields: ::syncline::__private::field(record, #places, #model_name, #graphql)?,)*
                        #origin: read,
                    })
                }

                fn origin(&self) -> &::syncline::model::Origin {
                    &self.#origin
                }

                fn set_origin(&mut self, origin: ::syncline::model::Origin) {
                    self.#origin = origin;
                }
            }
        }
    }
}

/// What a field is, for its documentation.
fn describe(schema: &Schema, model: &Model, place: usize) -> String {
    let field: &Field = &model.fields[place];
    let what = format!(" `{}: {}`", field.name, field.type_name());
    if field.default.is_some() {
        return format!("{what}, with a default.");
    }
    if field.read_only {
        return format!("{what}, written by the server; null until it has answered.");
    }
    if field.source != FieldSource::ForeignKey {
        return what;
    }
    let is_parent =
        |relation: &&Relation| relation.kind != RelationKind::HasMany && relation.fields.contains(&place);
    if let Some(relation) = model.relations.iter().find(is_parent) {
        return format!("{what}, the key of `{}`.", relation.name);
    }
    let parents = schema.models().iter().flat_map(|parent| {
        let many = parent.relations.iter().filter(|relation| relation.target == model.id);
        many.filter(|relation| relation.target_fields.contains(&place))
            .map(|relation| (&parent.name, &relation.name))
    });
    let of: Vec<String> = parents.map(|(parent, relation)| format!("`{parent}.{relation}`")).collect();
    if of.is_empty() { what } else { format!("{what}, the key of the parent in {}.", of.join(" and ")) }
}
