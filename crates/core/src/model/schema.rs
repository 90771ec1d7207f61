//! Models and the schema they form.

use super::{
    AuthRule, CustomType, EnumType, Field, FieldKind, Index, Relation, RelationKind, RootField, RootKind,
};
use crate::Scalar;
use std::collections::HashMap;
use std::sync::Arc;

/// A model's place in [`Schema::models`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModelId(pub usize);

/// The names of a model's operations, as the Amplify transformer makes them or as the schema renames them. The API may
/// lack some of the operations: [`Model::roots`] has those that there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// The type's name with its first letter in upper case; the stem of all others.
    pub upper: String,
    /// Its plural.
    pub plural: String,
    /// `get<Upper>`
    pub get: String,
    /// `list<Plural>`
    pub list: String,
    /// `sync<Plural>`
    pub sync: String,
    /// `create<Upper>`
    pub create: String,
    /// `update<Upper>`
    pub update: String,
    /// `delete<Upper>`
    pub delete: String,
    /// `onCreate<Upper>`
    pub on_create: String,
    /// `onUpdate<Upper>`
    pub on_update: String,
    /// `onDelete<Upper>`
    pub on_delete: String,
}

impl Names {
    /// The names for a type called `name` with the plural `plural` of its upper-cased name.
    #[must_use]
    pub fn new(name: &str, plural: &str) -> Names {
        let upper = upper_first(name);
        Names {
            plural: plural.to_owned(),
            get: format!("get{upper}"),
            list: format!("list{plural}"),
            sync: format!("sync{plural}"),
            create: format!("create{upper}"),
            update: format!("update{upper}"),
            delete: format!("delete{upper}"),
            on_create: format!("onCreate{upper}"),
            on_update: format!("onUpdate{upper}"),
            on_delete: format!("onDelete{upper}"),
            upper,
        }
    }
}

impl Names {
    /// The name of an operation.
    #[must_use]
    pub fn of(&self, kind: RootKind) -> &str {
        match kind {
            RootKind::Get => &self.get,
            RootKind::List => &self.list,
            RootKind::Sync => &self.sync,
            RootKind::Create => &self.create,
            RootKind::Update => &self.update,
            RootKind::Delete => &self.delete,
            RootKind::OnCreate => &self.on_create,
            RootKind::OnUpdate => &self.on_update,
            RootKind::OnDelete => &self.on_delete,
        }
    }

    fn rename(&mut self, kind: RootKind, name: &str) {
        let place = match kind {
            RootKind::Get => &mut self.get,
            RootKind::List => &mut self.list,
            RootKind::Sync => &mut self.sync,
            RootKind::Create => &mut self.create,
            RootKind::Update => &mut self.update,
            RootKind::Delete => &mut self.delete,
            RootKind::OnCreate => &mut self.on_create,
            RootKind::OnUpdate => &mut self.on_update,
            RootKind::OnDelete => &mut self.on_delete,
        };
        name.clone_into(place);
    }
}

fn upper_first(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Where a model keeps its times of creation and last update.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timestamps {
    /// The field's place, if the model has one.
    pub created_at: Option<usize>,
    /// The field's place, if the model has one.
    pub updated_at: Option<usize>,
}

/// A model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// Its place in the schema.
    pub id: ModelId,
    /// Its name, as declared; also its `__typename` and the name of its table.
    pub name: String,
    /// The names of its operations.
    pub names: Names,
    /// Its stored fields: declared ones in order, then implicit id, timestamps, foreign keys.
    pub fields: Vec<Field>,
    /// The places of its key fields, hash field first.
    pub key: Vec<usize>,
    /// Whether the key is a declared `@primaryKey` (else the default `id`).
    pub custom_key: bool,
    /// Its indexes.
    pub indexes: Vec<Index>,
    /// Its relations.
    pub relations: Vec<Relation>,
    /// Its `@auth` rules.
    pub auth: Vec<AuthRule>,
    /// Its timestamps.
    pub timestamps: Timestamps,
    /// Whether its subscriptions are open to everybody who may use the API, whatever the rules say
    /// (`@model(subscriptions: {level: public})`).
    pub open_subscriptions: bool,
    /// What it was called before, by `@renamedFrom`; of several old names the first that a file has counts.
    pub renamed_from: Vec<String>,
    /// What fields were called before, by `@renamedFrom`: place and old name.
    pub renamed_fields: Vec<(usize, String)>,
    roots: Vec<RootField>,
    by_name: HashMap<String, usize>,
}

impl Model {
    /// A model of these parts. The caller (the schema compiler) has checked them.
    #[must_use]
    pub fn new(id: ModelId, name: &str, names: Names, fields: Vec<Field>, key: Vec<usize>) -> Model {
        let by_name = fields.iter().enumerate().map(|(place, field)| (field.name.clone(), place)).collect();
        let roots = RootKind::ALL.map(|kind| RootField { kind, name: names.of(kind).to_owned() });
        Model {
            id,
            name: name.to_owned(),
            roots: roots.to_vec(),
            names,
            fields,
            key,
            custom_key: false,
            indexes: Vec::new(),
            relations: Vec::new(),
            auth: Vec::new(),
            timestamps: Timestamps::default(),
            open_subscriptions: false,
            renamed_from: Vec::new(),
            renamed_fields: Vec::new(),
            by_name,
        }
    }

    /// The root fields that the API has for it, index queries aside. Some may be missing, and a subscription may be there
    /// under several names.
    #[must_use]
    pub fn roots(&self) -> &[RootField] {
        &self.roots
    }

    /// Gives the model other root fields than the usual ones, and takes over the first name of each operation.
    pub fn set_roots(&mut self, roots: Vec<RootField>) {
        for root in roots.iter().rev() {
            self.names.rename(root.kind, &root.name);
        }
        self.roots = roots;
    }

    /// The place of the field called `name`.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// Whether `field` is part of the key.
    #[must_use]
    pub fn is_key(&self, field: usize) -> bool {
        self.key.contains(&field)
    }

    /// The type of a key field where a record is asked for or deleted by its key: the transformer takes a default key as
    /// an `ID`, also one that is declared `id: String!`.
    #[must_use]
    pub fn key_type(&self, field: usize) -> &str {
        let is_default = !self.custom_key && self.default_id() == Some(field);
        if is_default { Scalar::Id.name() } else { self.fields[field].kind.name() }
    }

    /// Whether `fields` are the key, in whatever order.
    #[must_use]
    pub fn is_whole_key(&self, fields: &[usize]) -> bool {
        fields.len() == self.key.len() && fields.iter().all(|&field| self.is_key(field))
    }

    /// The field whose value a new record is given: the key `id`, if that is the whole key and text.
    #[must_use]
    pub fn default_id(&self) -> Option<usize> {
        let [place] = self.key[..] else { return None };
        let field = &self.fields[place];
        let is_text =
            !field.is_list() && matches!(field.kind, FieldKind::Scalar(Scalar::Id | Scalar::String));
        (field.name == "id" && is_text).then_some(place)
    }

    /// The relation called `name`.
    #[must_use]
    pub fn relation(&self, name: &str) -> Option<&Relation> {
        self.relations.iter().find(|relation| relation.name == name)
    }
}

/// A schema: models, in an order in which parents come before their children where that is possible.
#[derive(Clone, Debug)]
pub struct Schema {
    models: Vec<Arc<Model>>,
    enums: Vec<Arc<EnumType>>,
    customs: Vec<Arc<CustomType>>,
    unused: Vec<Arc<CustomType>>,
    by_name: HashMap<String, ModelId>,
    order: Vec<ModelId>,
    version: String,
}

/// A schema that cannot be: the parts do not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the model IR is inconsistent: {0}")]
pub struct SchemaError(pub String);

impl Schema {
    /// A schema of these models and enums, in declared order.
    ///
    /// # Errors
    /// If a model's id is not its place, two models share a name, or a place is out of range.
    pub fn new(models: Vec<Model>, enums: Vec<Arc<EnumType>>) -> Result<Schema, SchemaError> {
        let mut by_name = HashMap::new();
        for (place, model) in models.iter().enumerate() {
            if model.id.0 != place || by_name.insert(model.name.clone(), model.id).is_some() {
                return Err(SchemaError(format!("model {} is misplaced or doubled", model.name)));
            }
            let fits = |field: &usize| *field < model.fields.len();
            let relations_fit = model.relations.iter().all(|relation| {
                relation.fields.iter().all(fits)
                    && models.get(relation.target.0).is_some_and(|target| {
                        relation.target_fields.iter().all(|field| *field < target.fields.len())
                            && relation.index.is_none_or(|index| index < target.indexes.len())
                    })
            });
            if model.key.is_empty()
                || !model.key.iter().all(fits)
                || !model.indexes.iter().flat_map(|index| &index.fields).all(fits)
                || !relations_fit
            {
                return Err(SchemaError(format!("model {} names a field that is not there", model.name)));
            }
        }
        let order = parents_first(&models);
        let customs = customs(&models);
        let version = fingerprint(&models, &enums, &customs);
        let models = models.into_iter().map(Arc::new).collect();
        Ok(Schema { models, enums, customs, unused: Vec::new(), by_name, order, version })
    }

    /// The same schema with custom types that no model holds. They are part of the API's SDL and of nothing else.
    #[must_use]
    pub fn with_unused(self, unused: Vec<Arc<CustomType>>) -> Schema {
        Schema { unused, ..self }
    }

    /// The custom types that no model holds.
    #[must_use]
    pub fn unused(&self) -> &[Arc<CustomType>] {
        &self.unused
    }

    /// The models, in declared order.
    #[must_use]
    pub fn models(&self) -> &[Arc<Model>] {
        &self.models
    }

    /// The enums, in declared order.
    #[must_use]
    pub fn enums(&self) -> &[Arc<EnumType>] {
        &self.enums
    }

    /// The custom types, each after those that it contains.
    #[must_use]
    pub fn customs(&self) -> &[Arc<CustomType>] {
        &self.customs
    }

    /// The model at `id`.
    #[must_use]
    pub fn model(&self, id: ModelId) -> &Arc<Model> {
        &self.models[id.0]
    }

    /// The model called `name`.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<&Arc<Model>> {
        self.by_name.get(name).map(|id| &self.models[id.0])
    }

    /// All models, parents before children; models on a cycle come in declared order.
    #[must_use]
    pub fn parents_first(&self) -> &[ModelId] {
        &self.order
    }

    /// A short text that is equal for equal schemas: what a local file remembers of the schema it was written with.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }
}

/// The custom types that the models' fields hold, each once and after those that it contains.
fn customs(models: &[Model]) -> Vec<Arc<CustomType>> {
    fn add(fields: &[Field], found: &mut Vec<Arc<CustomType>>) {
        for ty in fields.iter().filter_map(|field| field.kind.custom()) {
            if found.iter().all(|known| known.name != ty.name) {
                add(&ty.fields, found);
                found.push(Arc::clone(ty));
            }
        }
    }
    let mut found = Vec::new();
    models.iter().for_each(|model| add(&model.fields, &mut found));
    found
}

/// Kahn's algorithm over the edges of belongs-to and has-one, whose side holds the other's key, and of has-many, whose
/// child does. Where only cycles are left, the first model in declared order goes next whose required parents are placed.
fn parents_first(models: &[Model]) -> Vec<ModelId> {
    let mut parents: Vec<Vec<(usize, bool)>> = models.iter().map(|_| Vec::new()).collect();
    for model in models {
        for relation in model.relations.iter().filter(|relation| relation.target != model.id) {
            let target = &models[relation.target.0];
            let (child, parent) = match relation.kind {
                RelationKind::HasMany => (target, model),
                RelationKind::HasOne if model.is_whole_key(&relation.fields) => (target, model),
                RelationKind::HasOne if gives_way(model, relation, target) => continue,
                RelationKind::HasOne | RelationKind::BelongsTo => (model, target),
            };
            let required = relation.required && child.id == model.id;
            parents[child.id.0].push((parent.id.0, required));
        }
    }
    let mut placed = vec![false; models.len()];
    let mut order = Vec::with_capacity(models.len());
    while order.len() < models.len() {
        let all = |place: usize| parents[place].iter().all(|&(parent, _)| placed[parent]);
        let needed =
            |place: usize| parents[place].iter().all(|&(parent, required)| placed[parent] || !required);
        let mut left = (0..models.len()).filter(|&place| !placed[place]);
        let next =
            left.clone().find(|&place| all(place)).or_else(|| left.clone().find(|&place| needed(place)));
        let Some(next) = next.or_else(|| left.next()) else { break };
        placed[next] = true;
        order.push(ModelId(next));
    }
    order
}

/// Whether a has-one is the other side of a belongs-to and need not be there first: both sides hold a key then, and the
/// side that belongs is the child.
fn gives_way(model: &Model, relation: &Relation, target: &Model) -> bool {
    let back = |other: &Relation| other.kind == RelationKind::BelongsTo && other.target == model.id;
    !relation.required && target.relations.iter().any(back)
}

/// FNV-1a over what is stored and sent: stable across builds, and not a secret.
fn fingerprint(models: &[Model], enums: &[Arc<EnumType>], customs: &[Arc<CustomType>]) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut feed = |text: &str| {
        for byte in text.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    };
    for model in models {
        feed(&model.name);
        for field in &model.fields {
            feed(&field.name);
            feed(&field.type_name());
        }
        model.key.iter().for_each(|&field| feed(&model.fields[field].name));
        for index in &model.indexes {
            feed(&index.name);
            index.fields.iter().for_each(|&field| feed(&model.fields[field].name));
        }
        for relation in &model.relations {
            feed(&relation.name);
            feed(&models[relation.target.0].name);
            relation.fields.iter().for_each(|&field| feed(&model.fields[field].name));
        }
    }
    for ty in enums {
        feed(&ty.name);
        ty.values.iter().for_each(|value| feed(value));
    }
    for ty in customs {
        feed(&ty.name);
        for field in &ty.fields {
            feed(&field.name);
            feed(&field.type_name());
        }
    }
    format!("{hash:016x}")
}
