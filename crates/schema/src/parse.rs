//! From text to [`ast`](crate::ast), by apollo-parser.

use crate::ast::{
    Argument, Directive, Document, EnumDef, FieldDef, ListRef, Name, Other, Setting, TypeDef, TypeRef, Value,
    ValueKind,
};
use crate::report::{Reporter, Span};
use apollo_parser::cst::{self, CstNode};
use apollo_parser::{Parser, SyntaxNode};

/// The largest source that is read, in bytes.
pub(crate) const MAX_SOURCE: usize = 1 << 20;
/// The deepest nesting of a type or value.
const MAX_DEPTH: usize = 64;
/// The most tokens: more than a megabyte of ordinary schema has.
const MAX_TOKENS: usize = 400_000;

/// Reads a document; `None` if it has syntax errors, which are then reported.
pub(crate) fn parse(source: &str, report: &mut Reporter<'_>) -> Option<Document> {
    if source.len() > MAX_SOURCE {
        report.fault(
            Span::default(),
            format!("the schema has {} bytes; at most {MAX_SOURCE} are read", source.len()),
            "split the API, or remove what no model needs",
        );
        return None;
    }
    if source.lines().all(|line| {
        matches!(line.trim_start_matches('\u{feff}').trim_start().bytes().next(), None | Some(b'#'))
    }) {
        return Some(Document::default());
    }
    let tree = Parser::new(source).recursion_limit(MAX_DEPTH).token_limit(MAX_TOKENS).parse();
    // One mistake makes the parser stumble on; what follows says nothing new.
    if let Some(error) = tree.errors().min_by_key(|error| error.index()) {
        let start = error.index().min(source.len());
        let length = if error.is_limit() || error.is_eof() { 1 } else { error.data().len() };
        let message = format!("syntax error: {}", readable(error.message()));
        report.fault(Span { start, end: start + length }, message, way_out(error.message(), error.is_eof()));
        return None;
    }
    let mut document = Document::default();
    for definition in tree.document().definitions() {
        add(&mut document, &definition);
    }
    Some(document)
}

/// What to write instead of what the parser stumbled on.
fn way_out(message: &str, at_end: bool) -> &'static str {
    let hints = [
        (
            "Unexpected character",
            "names are made of the letters a to z, digits and `_`; texts stand in double quotes",
        ),
        ("Unterminated string", "close it with a double quote"),
        ("unterminated string", "close it with a double quote"),
        ("Enum Value", "an enum has at least one value, each a name; `true`, `false` and `null` are none"),
        ("recursion limit", "nest less deep"),
        ("token limit", "split the API, or remove what no model needs"),
    ];
    let found = hints.iter().find(|(part, _)| message.contains(part));
    match found {
        Some((_, hint)) => hint,
        None if at_end => "is a closing brace missing?",
        None => "a field is written `name: Type @directive(argument: \"value\")`, each on a line of its own",
    }
}

/// The parser's message without the names of its tokens.
fn readable(message: &str) -> String {
    let names = [
        ("R_CURLY", "`}`"),
        ("L_CURLY", "`{`"),
        ("R_PAREN", "`)`"),
        ("L_PAREN", "`(`"),
        ("R_BRACK", "`]`"),
        ("L_BRACK", "`[`"),
        ("COLON", "`:`"),
        ("EOF", "the end of the file"),
    ];
    names.iter().fold(message.to_owned(), |message, (name, shown)| message.replace(name, shown))
}

fn add(document: &mut Document, definition: &cst::Definition) {
    match definition {
        cst::Definition::ObjectTypeDefinition(ty) => {
            if let Some(found) = object(ty) {
                document.types.push(found);
            }
        }
        cst::Definition::EnumTypeDefinition(ty) => {
            if let Some(found) = enumeration(ty) {
                document.enums.push(found);
            }
        }
        cst::Definition::InputObjectTypeDefinition(input)
            if input.name().is_some_and(|name| name.text() == "AMPLIFY") =>
        {
            let fields = input.input_fields_definition();
            for field in fields.iter().flat_map(|fields| fields.input_value_definitions()) {
                let Some(name) = field.name() else { continue };
                let value =
                    field.default_value().and_then(|default| default.value()).map(|value| literal(&value));
                document.settings.push(Setting { name: named(&name), value });
            }
        }
        other => {
            let name = other.name().map(|found| named(&found));
            document.others.push(Other { kind: kind(other), name, span: span(other.syntax()) });
        }
    }
}

fn kind(definition: &cst::Definition) -> &'static str {
    match definition {
        cst::Definition::OperationDefinition(_) => "operation",
        cst::Definition::FragmentDefinition(_) => "fragment",
        cst::Definition::DirectiveDefinition(_) => "directive definition",
        cst::Definition::SchemaDefinition(_) => "schema definition",
        cst::Definition::ScalarTypeDefinition(_) => "custom scalar",
        cst::Definition::InterfaceTypeDefinition(_) => "interface",
        cst::Definition::UnionTypeDefinition(_) => "union",
        cst::Definition::InputObjectTypeDefinition(_) => "input type",
        cst::Definition::ObjectTypeDefinition(_) => "type",
        cst::Definition::EnumTypeDefinition(_) => "enum",
        _ => "extension",
    }
}

fn object(ty: &cst::ObjectTypeDefinition) -> Option<TypeDef> {
    let fields = ty.fields_definition();
    Some(TypeDef {
        name: named(&ty.name()?),
        made: false,
        interfaces: ty.implements_interfaces().map(|found| span(found.syntax())),
        directives: directives(ty.directives().as_ref()),
        fields: fields
            .iter()
            .flat_map(|fields| fields.field_definitions())
            .filter_map(|def| field(&def))
            .collect(),
    })
}

fn field(def: &cst::FieldDefinition) -> Option<FieldDef> {
    Some(FieldDef {
        name: named(&def.name()?),
        arguments: def.arguments_definition().map(|found| span(found.syntax())),
        ty: type_ref(&def.ty()?)?,
        directives: directives(def.directives().as_ref()),
    })
}

fn enumeration(ty: &cst::EnumTypeDefinition) -> Option<EnumDef> {
    let values = ty.enum_values_definition();
    let values = values.iter().flat_map(|values| values.enum_value_definitions());
    Some(EnumDef {
        name: named(&ty.name()?),
        directives: directives(ty.directives().as_ref()),
        values: values.filter_map(|value| Some(named(&value.enum_value()?.name()?))).collect(),
    })
}

fn type_ref(ty: &cst::Type) -> Option<TypeRef> {
    let whole = span(ty.syntax());
    let (required, named_type, list_type) = match ty {
        cst::Type::NamedType(named) => (false, Some(named.clone()), None),
        cst::Type::ListType(list) => (false, None, Some(list.clone())),
        cst::Type::NonNullType(inner) => (true, inner.named_type(), inner.list_type()),
    };
    if let Some(found) = named_type {
        return Some(TypeRef { name: named(&found.name()?), span: whole, required, list: None });
    }
    let item = type_ref(&list_type?.ty()?)?;
    let list = ListRef { item_required: item.required, nested: item.list.is_some() };
    Some(TypeRef { name: item.name, span: whole, required, list: Some(list) })
}

fn directives(found: Option<&cst::Directives>) -> Vec<Directive> {
    let directives = found.into_iter().flat_map(cst::Directives::directives);
    directives
        .filter_map(|directive| {
            let name = named(&directive.name()?);
            let arguments = directive.arguments();
            let arguments = arguments.iter().flat_map(|arguments| arguments.arguments());
            let arguments = arguments.filter_map(|found| argument(found.name(), found.value())).collect();
            Some(Directive {
                span: Span { start: name.span.start.saturating_sub(1), ..name.span },
                name,
                arguments,
            })
        })
        .collect()
}

fn argument(name: Option<cst::Name>, value: Option<cst::Value>) -> Option<Argument> {
    Some(Argument { name: named(&name?), value: literal(&value?) })
}

fn literal(value: &cst::Value) -> Value {
    let kind = match value {
        cst::Value::NullValue(_) => ValueKind::Null,
        cst::Value::StringValue(text) => ValueKind::String(String::from(text)),
        cst::Value::EnumValue(found) => {
            found.name().map_or(ValueKind::Other, |name| ValueKind::Enum(name.text().as_str().to_owned()))
        }
        cst::Value::ListValue(list) => ValueKind::List(list.values().map(|item| literal(&item)).collect()),
        cst::Value::ObjectValue(object) => {
            let fields = object.object_fields();
            ValueKind::Object(fields.filter_map(|field| argument(field.name(), field.value())).collect())
        }
        _ => ValueKind::Other,
    };
    Value { kind, span: span(value.syntax()) }
}

fn named(name: &cst::Name) -> Name {
    let text = name.text().as_str().to_owned();
    let start = usize::from(name.syntax().text_range().start());
    Name { span: Span { start, end: start + text.len() }, text }
}

/// The place of a node without the white space that may follow it.
fn span(node: &SyntaxNode) -> Span {
    let range = node.text_range();
    let text = node.text().to_string();
    let start = usize::from(range.start()) + (text.len() - text.trim_start().len());
    Span { start, end: start + text.trim().len() }
}
