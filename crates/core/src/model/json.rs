//! The schema as JSON text: what a local file remembers of the schema it was written with, and what generated code
//! carries. Types are written as GraphQL writes them, fields are named by their places.

use super::{
    Allow, AuthRule, CustomType, EnumType, Field, FieldKind, FieldSource, Index, ListKind, MergePolicy,
    Model, ModelId, Names, Operation, Provider, Relation, RelationKind, RootField, RootKind, Schema,
    SchemaError, Timestamps,
};
use crate::Scalar;
use crate::value::{from_json, to_json};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::Arc;

#[derive(Serialize, Deserialize)]
struct SchemaText {
    models: Vec<ModelText>,
    enums: Vec<EnumText>,
    /// Custom types, each after those that it contains.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    types: Vec<CustomText>,
    /// Custom types that no model holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    unused: Vec<CustomText>,
}

#[derive(Serialize, Deserialize)]
struct CustomText {
    name: String,
    fields: Vec<FieldText>,
}

#[derive(Serialize, Deserialize)]
struct EnumText {
    name: String,
    values: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct ModelText {
    name: String,
    plural: String,
    /// `onCreate…`, `onUpdate…`, `onDelete…`, which are cut when they are long.
    subscriptions: [String; 3],
    /// The root fields, if they are not the usual ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    roots: Option<Vec<RootText>>,
    #[serde(default, skip_serializing_if = "is_false")]
    open_subscriptions: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    renamed_from: Vec<String>,
    /// Places of fields, and what they were called before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    renamed_fields: Vec<(usize, String)>,
    fields: Vec<FieldText>,
    key: Vec<usize>,
    #[serde(default, skip_serializing_if = "is_false")]
    custom_key: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    indexes: Vec<IndexText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    relations: Vec<RelationText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    auth: Vec<RuleText>,
    created_at: Option<usize>,
    updated_at: Option<usize>,
}

#[derive(Serialize, Deserialize)]
struct RootText {
    kind: String,
    name: String,
}

#[derive(Serialize, Deserialize)]
struct FieldText {
    name: String,
    #[serde(rename = "type")]
    ty: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    read_only: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default: Option<serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    merge: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct IndexText {
    name: String,
    fields: Vec<usize>,
    query: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct RelationText {
    name: String,
    kind: String,
    target: usize,
    fields: Vec<usize>,
    target_fields: Vec<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
    #[serde(default, skip_serializing_if = "is_false")]
    required: bool,
}

#[derive(Serialize, Deserialize)]
struct RuleText {
    allow: String,
    provider: String,
    operations: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner_field: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    identity_claim: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group_claim: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    groups: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    groups_field: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// The words for the values of a small enum.
type Words<T> = &'static [(&'static str, T)];

const SOURCES: Words<FieldSource> = &[
    ("declared", FieldSource::Declared),
    ("id", FieldSource::ImplicitId),
    ("timestamp", FieldSource::Timestamp),
    ("foreignKey", FieldSource::ForeignKey),
    ("owner", FieldSource::Owner),
];
const MERGES: Words<MergePolicy> = &MergePolicy::NAMED;
const RELATIONS: Words<RelationKind> = &[
    ("hasMany", RelationKind::HasMany),
    ("hasOne", RelationKind::HasOne),
    ("belongsTo", RelationKind::BelongsTo),
];
const ALLOW: Words<Allow> = &[
    ("public", Allow::Public),
    ("private", Allow::Private),
    ("owner", Allow::Owner),
    ("groups", Allow::Groups),
    ("custom", Allow::Custom),
];
const PROVIDERS: Words<Provider> = &[
    ("apiKey", Provider::ApiKey),
    ("iam", Provider::Iam),
    ("userPools", Provider::UserPools),
    ("oidc", Provider::Oidc),
    ("function", Provider::Function),
];
const OPERATIONS: Words<Operation> = &[
    ("create", Operation::Create),
    ("update", Operation::Update),
    ("delete", Operation::Delete),
    ("get", Operation::Get),
    ("list", Operation::List),
    ("listen", Operation::Listen),
    ("sync", Operation::Sync),
    ("search", Operation::Search),
];

fn word<T: PartialEq>(words: Words<T>, value: &T) -> String {
    let found = words.iter().find(|(_, known)| known == value);
    found.map_or_else(String::new, |(word, _)| (*word).to_owned())
}

fn value<T: Copy>(words: Words<T>, word: &str) -> Result<T, SchemaError> {
    let found = words.iter().find(|(known, _)| *known == word);
    found.map(|(_, value)| *value).ok_or_else(|| SchemaError(format!("unknown word {word:?}")))
}

impl Schema {
    /// The schema as JSON text, the same text for the same schema.
    #[must_use]
    pub fn to_json(&self) -> String {
        let models = self.models().iter().map(|model| write(model)).collect();
        let enum_text = |ty: &Arc<EnumType>| EnumText { name: ty.name.clone(), values: ty.values.clone() };
        let custom_text = |ty: &Arc<CustomType>| CustomText {
            name: ty.name.clone(),
            fields: ty.fields.iter().map(write_field).collect(),
        };
        let text = SchemaText {
            models,
            enums: self.enums().iter().map(enum_text).collect(),
            types: self.customs().iter().map(custom_text).collect(),
            unused: self.unused().iter().map(custom_text).collect(),
        };
        // Structs of strings and numbers always have a JSON form.
        serde_json::to_string(&text).unwrap_or_default()
    }

    /// The schema that [`to_json`](Schema::to_json) wrote.
    ///
    /// # Errors
    /// If the text is not such JSON, or its parts do not fit.
    pub fn from_json(json: &str) -> Result<Schema, SchemaError> {
        let text: SchemaText = serde_json::from_str(json).map_err(|error| SchemaError(error.to_string()))?;
        let enums: Vec<Arc<EnumType>> = text
            .enums
            .into_iter()
            .map(|ty| Arc::new(EnumType { name: ty.name, values: ty.values }))
            .collect();
        let mut types = Types { enums: &enums, customs: Vec::new() };
        let held = text.types.len();
        for ty in text.types.into_iter().chain(text.unused) {
            let fields = ty.fields.into_iter().map(|field| types.field(field)).collect::<Result<_, _>>()?;
            types.customs.push(Arc::new(CustomType { name: ty.name, fields }));
        }
        let models = text.models.into_iter().enumerate().map(|(place, model)| read(place, model, &types));
        let models = models.collect::<Result<_, _>>()?;
        let unused = types.customs.split_off(held);
        Ok(Schema::new(models, enums)?.with_unused(unused))
    }
}

fn write_field(field: &Field) -> FieldText {
    FieldText {
        name: field.name.clone(),
        ty: field.type_name(),
        source: (field.source != FieldSource::Declared).then(|| word(SOURCES, &field.source)),
        read_only: field.read_only,
        default: field.default.as_ref().map(to_json),
        merge: field.merge.map(|policy| word(MERGES, &policy)),
    }
}

fn write(model: &Model) -> ModelText {
    let names = &model.names;
    let index = |index: &Index| IndexText {
        name: index.name.clone(),
        fields: index.fields.clone(),
        query: index.query.clone(),
    };
    let relation = |relation: &Relation| RelationText {
        name: relation.name.clone(),
        kind: word(RELATIONS, &relation.kind),
        target: relation.target.0,
        fields: relation.fields.clone(),
        target_fields: relation.target_fields.clone(),
        index: relation.index,
        required: relation.required,
    };
    let rule = |rule: &AuthRule| RuleText {
        allow: word(ALLOW, &rule.allow),
        provider: word(PROVIDERS, &rule.provider),
        operations: rule.operations.iter().map(|operation| word(OPERATIONS, operation)).collect(),
        owner_field: rule.owner_field.clone(),
        identity_claim: rule.identity_claim.clone(),
        group_claim: rule.group_claim.clone(),
        groups: rule.groups.clone(),
        groups_field: rule.groups_field.clone(),
    };
    let root = |root: &RootField| RootText { kind: root.kind.prefix().to_owned(), name: root.name.clone() };
    ModelText {
        name: model.name.clone(),
        roots: (model.roots() != usual_roots(model)).then(|| model.roots().iter().map(root).collect()),
        plural: names.plural.clone(),
        subscriptions: [names.on_create.clone(), names.on_update.clone(), names.on_delete.clone()],
        open_subscriptions: model.open_subscriptions,
        renamed_from: model.renamed_from.clone(),
        renamed_fields: model.renamed_fields.clone(),
        fields: model.fields.iter().map(write_field).collect(),
        key: model.key.clone(),
        custom_key: model.custom_key,
        indexes: model.indexes.iter().map(index).collect(),
        relations: model.relations.iter().map(relation).collect(),
        auth: model.auth.iter().map(rule).collect(),
        created_at: model.timestamps.created_at,
        updated_at: model.timestamps.updated_at,
    }
}

/// The root fields that a model has if nothing is said of them. The names of subscriptions are written out anyway.
fn usual_roots(model: &Model) -> Vec<RootField> {
    let mut names = Names::new(&model.name, &model.names.plural);
    [names.on_create, names.on_update, names.on_delete] =
        [&model.names.on_create, &model.names.on_update, &model.names.on_delete].map(String::clone);
    RootKind::ALL.map(|kind| RootField { kind, name: names.of(kind).to_owned() }).to_vec()
}

/// The types that fields name.
struct Types<'a> {
    enums: &'a [Arc<EnumType>],
    customs: Vec<Arc<CustomType>>,
}

fn read(place: usize, text: ModelText, types: &Types<'_>) -> Result<Model, SchemaError> {
    let fields = text.fields.into_iter().map(|field| types.field(field)).collect::<Result<Vec<_>, _>>()?;
    let distinct: HashSet<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let timestamps = Timestamps { created_at: text.created_at, updated_at: text.updated_at };
    let in_range =
        [timestamps.created_at, timestamps.updated_at].into_iter().flatten().all(|at| at < fields.len())
            && text.renamed_fields.iter().all(|(at, _)| *at < fields.len());
    if distinct.len() != fields.len() || !in_range || text.indexes.iter().any(|index| index.fields.is_empty())
    {
        return Err(SchemaError(format!("the fields of model {} do not fit", text.name)));
    }
    let mut names = Names::new(&text.name, &text.plural);
    [names.on_create, names.on_update, names.on_delete] = text.subscriptions;
    let mut model = Model::new(ModelId(place), &text.name, names, fields, text.key);
    model.custom_key = text.custom_key;
    model.timestamps = timestamps;
    model.open_subscriptions = text.open_subscriptions;
    model.renamed_from = text.renamed_from;
    model.renamed_fields = text.renamed_fields;
    let index = |index: IndexText| Index { name: index.name, fields: index.fields, query: index.query };
    model.indexes = text.indexes.into_iter().map(index).collect();
    let relation = |relation: RelationText| {
        Ok(Relation {
            kind: value(RELATIONS, &relation.kind)?,
            name: relation.name,
            target: ModelId(relation.target),
            fields: relation.fields,
            target_fields: relation.target_fields,
            index: relation.index,
            required: relation.required,
        })
    };
    model.relations = text.relations.into_iter().map(relation).collect::<Result<_, SchemaError>>()?;
    if let Some(roots) = text.roots {
        let root = |root: RootText| {
            let kind = RootKind::ALL.into_iter().find(|kind| kind.prefix() == root.kind);
            let kind = kind.ok_or_else(|| SchemaError(format!("unknown word {:?}", root.kind)))?;
            Ok(RootField { kind, name: root.name })
        };
        model.set_roots(roots.into_iter().map(root).collect::<Result<_, SchemaError>>()?);
    }
    model.auth = text.auth.into_iter().map(read_rule).collect::<Result<_, _>>()?;
    Ok(model)
}

impl Types<'_> {
    fn field(&self, text: FieldText) -> Result<Field, SchemaError> {
        let source = text.source.map_or(Ok(FieldSource::Declared), |source| value(SOURCES, &source))?;
        let bare = text.ty.strip_suffix('!');
        let (required, ty) = (bare.is_some(), bare.unwrap_or(&text.ty));
        let item = ty.strip_prefix('[').and_then(|ty| ty.strip_suffix(']'));
        let list = item.map(|item| ListKind { item_required: item.ends_with('!') });
        let name = item.map_or(ty, |item| item.strip_suffix('!').unwrap_or(item));
        let kind = self.kind(name).ok_or_else(|| SchemaError(format!("unknown type {name:?}")))?;
        let mut field =
            Field { required, list, read_only: text.read_only, ..Field::new(text.name, kind, source) };
        field.merge = text.merge.map(|policy| value(MERGES, &policy)).transpose()?;
        if let Some(json) = text.default {
            let misfit = || SchemaError(format!("the default of {} is not one of its values", field.name));
            field.default = Some(from_json(&field, &json).ok_or_else(misfit)?);
        }
        Ok(field)
    }

    fn kind(&self, name: &str) -> Option<FieldKind> {
        let scalar = Scalar::from_name(name).map(FieldKind::Scalar);
        let ty = || self.enums.iter().find(|ty| ty.name == name).map(|ty| FieldKind::Enum(ty.clone()));
        let custom =
            || self.customs.iter().find(|ty| ty.name == name).map(|ty| FieldKind::Custom(ty.clone()));
        scalar.or_else(ty).or_else(custom)
    }
}

fn read_rule(text: RuleText) -> Result<AuthRule, SchemaError> {
    let operations = text.operations.iter().map(|operation| value(OPERATIONS, operation));
    Ok(AuthRule {
        allow: value(ALLOW, &text.allow)?,
        provider: value(PROVIDERS, &text.provider)?,
        operations: operations.collect::<Result<_, _>>()?,
        owner_field: text.owner_field,
        identity_claim: text.identity_claim,
        group_claim: text.group_claim,
        groups: text.groups,
        groups_field: text.groups_field,
    })
}
