//! Plans: what a document asks for, worked out once and kept by its text.
//!
//! A plan speaks of models, fields and relations by their places; only its arguments still are GraphQL.

use super::api::Root;
use apollo_compiler::Node;
use apollo_compiler::ast;
use apollo_compiler::executable::{ExecutableDocument, Operation, VariableDefinition};
use apollo_compiler::schema::InputValueDefinition;
use apollo_compiler::validation::Valid;
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};
use syncline_core::ModelId;
use syncline_protocol::error::Location;

/// What kind of operation a plan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OperationKind {
    Query,
    Mutation,
    Subscription,
}

/// A planned operation.
pub(crate) struct Plan {
    pub(crate) kind: OperationKind,
    pub(crate) roots: Vec<RootField>,
    /// Whether `@include` or `@skip` occurs anywhere.
    pub(crate) conditional: bool,
    /// The declarations of its variables.
    pub(crate) variables: Vec<Node<VariableDefinition>>,
    /// What introspection needs; most plans do without.
    pub(crate) introspection: Option<Introspection>,
}

/// A document that asks about the API itself.
pub(crate) struct Introspection {
    pub(crate) document: Valid<ExecutableDocument>,
    pub(crate) operation: Node<Operation>,
    /// The answer, if there are no variables.
    pub(crate) answer: OnceLock<Arc<super::introspect::Introspected>>,
}

/// One root field.
#[derive(Clone, Debug)]
pub(crate) struct RootField {
    /// Its key in the response.
    pub(crate) key: String,
    /// Its name in the API.
    pub(crate) name: String,
    pub(crate) root: Root,
    pub(crate) arguments: Arguments,
    pub(crate) selection: Selection,
    pub(crate) location: Option<Location>,
    pub(crate) when: When,
}

/// Arguments as written, with their definitions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) given: Vec<Node<ast::Argument>>,
    pub(crate) defined: Vec<Node<InputValueDefinition>>,
}

/// The fields selected of an object, merged, in the order of the response.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    /// The object type's name.
    pub(crate) type_name: String,
    pub(crate) items: Vec<Item>,
}

/// One selected field.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// Its key in the response.
    pub(crate) key: String,
    /// What its value follows in the response: a comma, the key in quotes and a colon.
    pub(crate) opening: String,
    pub(crate) what: What,
    /// Set if it may not be null: its type's name, for the message.
    pub(crate) non_null: Option<String>,
    pub(crate) location: Option<Location>,
    pub(crate) when: When,
}

/// What a field stands for.
#[derive(Clone, Debug)]
pub(crate) enum What {
    /// `__typename`
    Typename,
    /// A stored field, or one of a custom type.
    Field(usize),
    /// The same, whose type is a custom one.
    Custom(Box<CustomItem>),
    /// `_version`
    Version,
    /// `_lastChangedAt`
    ChangedAt,
    /// `_deleted`
    Deleted,
    /// A relation.
    Relation(Box<RelationItem>),
    /// The records of a connection.
    Items(Selection),
    /// `nextToken`
    NextToken,
    /// `startedAt`
    StartedAt,
}

/// A selected field of a custom type.
#[derive(Clone, Debug)]
pub(crate) struct CustomItem {
    /// Its place among the fields of the record, or of the custom type around it.
    pub(crate) field: usize,
    /// Whether an item of the list may not be null; false if it is no list.
    pub(crate) item_required: bool,
    pub(crate) selection: Selection,
}

/// A selected relation.
#[derive(Clone, Debug)]
pub(crate) struct RelationItem {
    /// Its place in the model's relations.
    pub(crate) relation: usize,
    /// Its name.
    pub(crate) name: String,
    pub(crate) target: ModelId,
    /// Whether it is a connection.
    pub(crate) many: bool,
    pub(crate) arguments: Arguments,
    pub(crate) selection: Selection,
}

/// When a field is included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Always.
    Always,
    /// If all terms of any of these hold.
    Any(Vec<Vec<Term>>),
}

/// An `@include` or `@skip`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Term {
    /// The value it wants.
    pub(crate) wants: bool,
    /// Its `if`.
    pub(crate) flag: Flag,
}

/// The `if` of an `@include` or `@skip`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Flag {
    Const(bool),
    Variable(String),
}

impl When {
    /// This, or if all `terms` hold.
    pub(crate) fn or(&mut self, terms: &[Term]) {
        match self {
            When::Always => {}
            When::Any(_) if terms.is_empty() => *self = When::Always,
            When::Any(any) => any.push(terms.to_vec()),
        }
    }

    /// If all `terms` hold.
    pub(crate) fn all(terms: &[Term]) -> When {
        if terms.is_empty() { When::Always } else { When::Any(vec![terms.to_vec()]) }
    }

    fn holds(&self, flags: &dyn Fn(&str) -> bool) -> bool {
        let holds = |term: &Term| match &term.flag {
            Flag::Const(value) => *value == term.wants,
            Flag::Variable(name) => flags(name) == term.wants,
        };
        match self {
            When::Always => true,
            When::Any(any) => any.iter().any(|all| all.iter().all(holds)),
        }
    }
}

impl Plan {
    /// The root fields that these variables include.
    pub(crate) fn included(
        &self,
        variables: &serde_json::Map<String, serde_json::Value>,
    ) -> Cow<'_, [RootField]> {
        if !self.conditional {
            return Cow::Borrowed(&self.roots);
        }
        let flags = |name: &str| variables.get(name).and_then(serde_json::Value::as_bool).unwrap_or(false);
        let mut roots = self.roots.clone();
        roots.retain(|root| root.when.holds(&flags));
        for root in &mut roots {
            root.selection.prune(&flags);
        }
        Cow::Owned(roots)
    }
}

impl Selection {
    fn prune(&mut self, flags: &dyn Fn(&str) -> bool) {
        self.items.retain(|item| item.when.holds(flags));
        for item in &mut self.items {
            match &mut item.what {
                What::Items(selection) => selection.prune(flags),
                What::Custom(custom) => custom.selection.prune(flags),
                What::Relation(relation) => relation.selection.prune(flags),
                _ => {}
            }
        }
    }

    /// About how many bytes of a response a record has beside its texts.
    pub(crate) fn width(&self) -> usize {
        /// A number, a date or null.
        const VALUE: usize = 8;
        self.items.iter().map(|item| item.opening.len() + VALUE).sum()
    }

    /// The selected relations, in order.
    pub(crate) fn relations(&self) -> impl Iterator<Item = (&Item, &RelationItem)> {
        self.items.iter().filter_map(|item| match &item.what {
            What::Relation(relation) => Some((item, relation.as_ref())),
            _ => None,
        })
    }

    /// What a connection selects of its records, once for each time that it asks for them.
    pub(crate) fn records(&self) -> impl Iterator<Item = &Selection> {
        self.record_sets().map(|(_, selection)| selection)
    }

    /// The same, with their keys in the response.
    pub(crate) fn record_sets(&self) -> impl Iterator<Item = (&str, &Selection)> {
        self.items.iter().filter_map(|item| match &item.what {
            What::Items(selection) => Some((item.key.as_str(), selection)),
            _ => None,
        })
    }
}

/// About what a field takes beside its texts: its place in a list, its names' headers, what the allocator adds.
const FIELD: usize = 256;

impl Plan {
    /// About how many bytes it takes. With fragments, that can be thousands of times its document.
    pub(crate) fn weight(&self) -> usize {
        self.roots.iter().map(|root| FIELD + root.key.len() + root.selection.weight()).sum()
    }
}

impl Selection {
    fn weight(&self) -> usize {
        let below = |item: &Item| match &item.what {
            What::Custom(custom) => custom.selection.weight(),
            What::Relation(relation) => relation.selection.weight(),
            What::Items(selection) => selection.weight(),
            _ => 0,
        };
        self.items.iter().map(|item| FIELD + item.key.len() + item.opening.len() + below(item)).sum()
    }
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan")
            .field("kind", &self.kind)
            .field("roots", &self.roots.len())
            .finish_non_exhaustive()
    }
}
