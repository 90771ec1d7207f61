//! How much an introspection reads. `apollo-compiler` bounds how deep it goes, not how often it asks for the same under
//! other names, and executes all of it at once.

use apollo_compiler::ExecutableDocument;
use apollo_compiler::Schema;
use apollo_compiler::ast::Type;
use apollo_compiler::executable::{Selection, SelectionSet};
use apollo_compiler::schema::{ExtendedType, InputValueDefinition};

/// How often each type, field and argument of an API may be read by one document; tools read each about ten times: its
/// name, its type, and so on.
const EACH: usize = 100;
/// What may be read of the smallest API.
const LEAST: usize = 100_000;

/// Whether what `set` selects of the API is no more than a few times all there is.
pub(super) fn is_bounded(schema: &Schema, document: &ExecutableDocument, set: &SelectionSet) -> bool {
    let members: usize = schema.types.values().map(members).sum();
    let left = members.saturating_mul(EACH).saturating_add(LEAST);
    let mut reach = Reach { schema, document, left };
    reach.walk(set, Place::Root).is_some()
}

fn members(ty: &ExtendedType) -> usize {
    let below = match ty {
        ExtendedType::Object(object) => object.fields.values().map(|field| 1 + field.arguments.len()).sum(),
        ExtendedType::Interface(found) => found.fields.values().map(|field| 1 + field.arguments.len()).sum(),
        ExtendedType::InputObject(input) => input.fields.len(),
        ExtendedType::Enum(values) => values.values.len(),
        ExtendedType::Scalar(_) | ExtendedType::Union(_) => 0,
    };
    1 + below
}

/// What a selection is about.
#[derive(Clone, Copy)]
enum Place<'s> {
    Root,
    Schema,
    Type(&'s ExtendedType),
    /// A reference to a type, inside so many lists and non-nulls.
    Reference(&'s Type, usize),
    /// Something with arguments, and perhaps a type.
    Field(&'s [apollo_compiler::Node<InputValueDefinition>], Option<&'s Type>),
    /// Nothing further.
    End,
}

struct Reach<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    left: usize,
}

impl<'a> Reach<'a> {
    /// Counts what `set` reads at `place`; `None` once it is too much.
    fn walk(&mut self, set: &'a SelectionSet, place: Place<'a>) -> Option<()> {
        for selection in &set.selections {
            // Also what leads nowhere takes its time.
            self.left = self.left.checked_sub(1)?;
            match selection {
                Selection::Field(field) => {
                    let below = &field.selection_set;
                    if !below.selections.is_empty() {
                        self.field(&field.name, below, place)?;
                    }
                }
                Selection::InlineFragment(fragment) => self.walk(&fragment.selection_set, place)?,
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.fragment_name) {
                        self.walk(&fragment.selection_set, place)?;
                    }
                }
            }
        }
        Some(())
    }

    fn field(&mut self, name: &str, below: &'a SelectionSet, place: Place<'a>) -> Option<()> {
        let schema = self.schema;
        match (place, name) {
            (Place::Root, "__schema") => self.walk(below, Place::Schema),
            // The name may be a variable: whichever type has the most of each.
            (Place::Root, "__type") => {
                let is_kind: [fn(&ExtendedType) -> bool; 3] =
                    [ExtendedType::is_object, ExtendedType::is_input_object, ExtendedType::is_enum];
                is_kind.into_iter().try_for_each(|is_kind| {
                    let of_kind = schema.types.values().filter(|ty| is_kind(ty));
                    let largest = of_kind.max_by_key(|ty| members(ty));
                    largest.map_or(Some(()), |largest| self.walk(below, Place::Type(largest)))
                })
            }
            (Place::Schema, "types") => {
                schema.types.values().try_for_each(|ty| self.walk(below, Place::Type(ty)))
            }
            (Place::Schema, "directives") => schema
                .directive_definitions
                .values()
                .try_for_each(|directive| self.walk(below, Place::Field(&directive.arguments, None))),
            (Place::Schema, "queryType" | "mutationType" | "subscriptionType") => {
                let operation = match name {
                    "queryType" => &schema.schema_definition.query,
                    "mutationType" => &schema.schema_definition.mutation,
                    _ => &schema.schema_definition.subscription,
                };
                let ty = operation.as_ref().and_then(|name| schema.types.get(name.as_str()));
                ty.map_or(Some(()), |ty| self.walk(below, Place::Type(ty)))
            }
            (Place::Reference(ty, 0), _) => match schema.types.get(ty.inner_named_type()) {
                Some(ty) => self.field(name, below, Place::Type(ty)),
                None => Some(()),
            },
            (Place::Reference(ty, around), "ofType") => self.walk(below, Place::Reference(ty, around - 1)),
            (Place::Type(ExtendedType::Object(object)), "fields") => {
                let mut fields = object.fields.values();
                fields.try_for_each(|field| self.walk(below, Place::Field(&field.arguments, Some(&field.ty))))
            }
            (Place::Type(ExtendedType::InputObject(object)), "inputFields") => {
                let mut fields = object.fields.values();
                fields.try_for_each(|field| self.walk(below, Place::Field(&[], Some(&field.ty))))
            }
            (Place::Type(ExtendedType::Enum(values)), "enumValues") => {
                values.values.values().try_for_each(|_| self.walk(below, Place::End))
            }
            (Place::Field(arguments, _), "args") => {
                let mut arguments = arguments.iter();
                arguments.try_for_each(|argument| self.walk(below, Place::Field(&[], Some(&argument.ty))))
            }
            (Place::Field(_, Some(ty)), "type") => self.walk(below, Place::Reference(ty, around(ty))),
            // Null, or nothing that an API of ours has.
            _ => Some(()),
        }
    }
}

/// The lists and non-nulls around a name.
fn around(ty: &Type) -> usize {
    match ty {
        Type::Named(_) => 0,
        Type::NonNullNamed(_) => 1,
        Type::List(item) => 1 + around(item),
        Type::NonNullList(item) => 2 + around(item),
    }
}
