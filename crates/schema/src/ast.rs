//! The parts of a schema document that matter here, with their places in the source.

use crate::report::Span;
use crate::suggest::nearest;

/// A name.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// A document.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) types: Vec<TypeDef>,
    pub(crate) enums: Vec<EnumDef>,
    /// `input AMPLIFY { … }`: its settings with their default values.
    pub(crate) settings: Vec<Setting>,
    /// Definitions of another kind.
    pub(crate) others: Vec<Other>,
}

/// An object type.
#[derive(Debug)]
pub(crate) struct TypeDef {
    pub(crate) name: Name,
    /// Whether nobody wrote it: it joins the two sides of a `@manyToMany`.
    pub(crate) made: bool,
    pub(crate) interfaces: Option<Span>,
    pub(crate) directives: Vec<Directive>,
    pub(crate) fields: Vec<FieldDef>,
}

impl TypeDef {
    /// Whether it is a model.
    pub(crate) fn is_model(&self) -> bool {
        find(&self.directives, "model").is_some()
    }

    /// Whether it is a root type, or has a directive that was meant to be `@model`: that has been reported, and what
    /// else could be said of it would be beside the point.
    pub(crate) fn is_hopeless(&self) -> bool {
        let meant = |directive: &Directive| nearest(&directive.name.text, ["model"]).is_some();
        is_root(&self.name.text) || !self.is_model() && self.directives.iter().any(meant)
    }
}

/// Whether `name` is that of a root type.
pub(crate) fn is_root(name: &str) -> bool {
    matches!(name, "Query" | "Mutation" | "Subscription")
}

/// A field of an object type.
#[derive(Debug)]
pub(crate) struct FieldDef {
    pub(crate) name: Name,
    pub(crate) arguments: Option<Span>,
    pub(crate) ty: TypeRef,
    pub(crate) directives: Vec<Directive>,
}

/// A reference to a type.
#[derive(Clone, Debug)]
pub(crate) struct TypeRef {
    pub(crate) name: Name,
    pub(crate) span: Span,
    /// Whether it is non-null: for a list, the list itself.
    pub(crate) required: bool,
    pub(crate) list: Option<ListRef>,
}

/// What a list type says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ListRef {
    pub(crate) item_required: bool,
    /// Whether the item is a list again.
    pub(crate) nested: bool,
}

/// An enum type.
#[derive(Debug)]
pub(crate) struct EnumDef {
    pub(crate) name: Name,
    pub(crate) directives: Vec<Directive>,
    pub(crate) values: Vec<Name>,
}

/// A setting of `input AMPLIFY`.
#[derive(Debug)]
pub(crate) struct Setting {
    pub(crate) name: Name,
    pub(crate) value: Option<Value>,
}

/// A definition that is neither an object type, an enum nor the settings.
#[derive(Debug)]
pub(crate) struct Other {
    pub(crate) kind: &'static str,
    pub(crate) name: Option<Name>,
    pub(crate) span: Span,
}

/// A directive in use.
#[derive(Clone, Debug)]
pub(crate) struct Directive {
    pub(crate) name: Name,
    pub(crate) span: Span,
    pub(crate) arguments: Vec<Argument>,
}

impl Directive {
    pub(crate) fn argument(&self, name: &str) -> Option<&Argument> {
        self.arguments.iter().find(|argument| argument.name.text == name)
    }
}

/// An argument, or a field of an object value.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub(crate) name: Name,
    pub(crate) value: Value,
}

/// A literal.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) kind: ValueKind,
    pub(crate) span: Span,
}

/// What a literal is.
#[derive(Clone, Debug)]
pub(crate) enum ValueKind {
    Null,
    String(String),
    Enum(String),
    List(Vec<Value>),
    Object(Vec<Argument>),
    /// A number, a boolean or a variable: nothing that a supported directive accepts.
    Other,
}

impl ValueKind {
    /// The kind in words, for a message.
    pub(crate) fn words(&self) -> &'static str {
        match self {
            ValueKind::Null => "null",
            ValueKind::String(_) => "a string",
            ValueKind::Enum(_) => "a bare name",
            ValueKind::List(_) => "a list",
            ValueKind::Object(_) => "an object",
            ValueKind::Other => "a number, boolean or variable",
        }
    }
}

/// The directive called `name`.
pub(crate) fn find<'a>(directives: &'a [Directive], name: &str) -> Option<&'a Directive> {
    directives.iter().find(|directive| directive.name.text == name)
}
