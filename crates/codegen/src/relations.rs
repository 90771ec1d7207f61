//! Relations as methods of a model.

use crate::names::{Names, TypeNames, snake};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syncline_core::Schema;
use syncline_core::model::{Model, Relation, RelationKind};

/// Methods that a model has, or gets from a trait of the prelude or of ours: a relation of such a name gets another.
const TAKEN: &[&str] = &[
    "new",
    "clone",
    "clone_from",
    "eq",
    "ne",
    "into",
    "try_into",
    "from",
    "try_from",
    "borrow",
    "to_owned",
    "type_id",
    "serialize",
    "deserialize",
    "fmt",
    "to_record",
    "from_record",
    "origin",
    "set_origin",
];

/// A method for each relation. `fields` are the names of the model's fields.
pub(crate) fn tokens(schema: &Schema, model: &Model, fields: &[Ident], types: &TypeNames) -> TokenStream {
    let mut names = Names::default();
    for name in TAKEN {
        names.take(name);
    }
    let relation =
        |relation| one(schema, model, relation, &names.take(&snake(&relation.name)), fields, types);
    model.relations.iter().map(relation).collect()
}

fn one(
    schema: &Schema,
    model: &Model,
    relation: &Relation,
    method: &Ident,
    fields: &[Ident],
    types: &TypeNames,
) -> TokenStream {
    let target = schema.model(relation.target);
    let of = format!("`{}.{}`", model.name, relation.name);
    let (ty, source) = (types.get(&target.name), types.free("S"));
    // What this side says of the field at `place` there.
    let own = |place: usize| {
        let other = relation.target_fields.iter().position(|&field| field == place)?;
        let field = &fields[*relation.fields.get(other)?];
        Some(quote!(::syncline::__private::value(&self.#field)))
    };
    let key: Option<Vec<TokenStream>> = target.key.iter().map(|&place| own(place)).collect();
    if let Some(key) = key.filter(|_| relation.kind != RelationKind::HasMany) {
        let doc =
            format!(" The `{}` of {of}; `None` if there is none, or it is not on this device.", target.name);
        return quote! {
            #[doc = #doc]
            ///
            /// # Errors
            /// If the file cannot be read, or the stored record does not fit the model.
            pub async fn #method<#source: ::syncline::model::Source>(
                &self,
                source: &#source,
            ) -> ::std::result::Result<::std::option::Option<#ty>, ::syncline::Error> {
                ::syncline::__private::one(source, ::std::vec![#(#key),*]).await
            }
        };
    }
    let doc = format!(
        " The records of {of}: a query of `{}`, to be filtered, sorted and paged further.",
        target.name
    );
    let names = relation.target_fields.iter().map(|&place| &target.fields[place].name);
    let values = relation.target_fields.iter().filter_map(|&place| own(place));
    quote! {
        #[doc = #doc]
        #[must_use]
        pub fn #method<#source: ::syncline::model::Source>(&self, source: &#source) -> #source::Query<#ty> {
            ::syncline::__private::many(source, [#((#names, #values)),*])
        }
    }
}
