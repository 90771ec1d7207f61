//! The compiled API: the GraphQL schema and what each of its root fields does.

use crate::error::ServiceError;
use apollo_compiler::collections::HashMap as ApolloMap;
use apollo_compiler::schema::Implementers;
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Schema as GraphqlSchema};
use std::collections::HashMap;
use std::sync::Arc;
use syncline_core::model::RootKind;
use syncline_core::record::MutationOp;
use syncline_core::{Model, ModelId, Schema};

/// What a root field does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Root {
    /// `get<Model>`
    Get(ModelId),
    /// `list<Models>`
    List(ModelId),
    /// `sync<Models>`
    Sync(ModelId),
    /// The query of the model's index at that place.
    Index(ModelId, usize),
    /// A mutation.
    Mutate(ModelId, MutationOp),
    /// A subscription to that kind of mutation.
    Listen(ModelId, MutationOp),
    /// `__typename` of the operation's root type.
    Typename,
    /// `__schema` or `__type`.
    Introspect,
}

/// What an object type of the API stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ObjectKind {
    /// A model's records.
    Record(ModelId),
    /// A page of a model's records.
    Connection(ModelId),
    /// Values of the custom type at that place.
    Custom(usize),
}

/// The compiled API of one schema.
pub(crate) struct Api {
    pub(crate) models: Arc<Schema>,
    pub(crate) graphql: Valid<GraphqlSchema>,
    pub(crate) implementers: ApolloMap<Name, Implementers>,
    roots: HashMap<String, Root>,
    objects: HashMap<String, ObjectKind>,
}

impl Api {
    /// Compiles the SDL that is served, as `syncline-schema` emits it.
    ///
    /// # Errors
    /// If the SDL does not validate: a fault of the emitter, with its diagnostics.
    pub(crate) fn new(models: Arc<Schema>) -> Result<Api, ServiceError> {
        let sdl = syncline_schema::served_sdl(&models);
        let graphql = GraphqlSchema::builder()
            .parse(syncline_schema::AWS_PRELUDE, "aws.graphql")
            .parse(sdl, "api.graphql")
            .build()
            .map_err(|failed| ServiceError::Api(failed.errors.to_string()))?
            .validate()
            .map_err(|failed| ServiceError::Api(failed.errors.to_string()))?;
        let implementers = graphql.implementers_map();
        let mut roots = HashMap::new();
        let mut objects = HashMap::new();
        for model in models.models() {
            name_model(&mut roots, &mut objects, model);
        }
        // Further names give way to those that the schema makes.
        for model in models.models() {
            for root in syncline_schema::served_roots(model) {
                roots.entry(root.name).or_insert_with(|| root_of(model.id, root.kind));
            }
        }
        let customs = models.customs().iter().enumerate();
        objects.extend(customs.map(|(place, ty)| (ty.name.clone(), ObjectKind::Custom(place))));
        Ok(Api { models, graphql, implementers, roots, objects })
    }

    /// What the root field called `name` does.
    pub(crate) fn root(&self, name: &str) -> Option<Root> {
        match name {
            "__typename" => Some(Root::Typename),
            "__schema" | "__type" => Some(Root::Introspect),
            _ => self.roots.get(name).copied(),
        }
    }

    /// What the object type called `name` stands for.
    pub(crate) fn object(&self, name: &str) -> Option<ObjectKind> {
        self.objects.get(name).copied()
    }
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api").field("models", &self.models.models().len()).finish_non_exhaustive()
    }
}

fn name_model(roots: &mut HashMap<String, Root>, objects: &mut HashMap<String, ObjectKind>, model: &Model) {
    let id = model.id;
    for root in model.roots() {
        roots.insert(root.name.clone(), root_of(id, root.kind));
    }
    for (place, index) in model.indexes.iter().enumerate() {
        if let Some(query) = &index.query {
            roots.insert(query.clone(), Root::Index(id, place));
        }
    }
    objects.insert(model.name.clone(), ObjectKind::Record(id));
    // The transformer spells a connection in two ways where the model's name begins with a small letter.
    for stem in [&model.names.upper, &model.name] {
        objects.insert(format!("Model{stem}Connection"), ObjectKind::Connection(id));
    }
}

/// What a root field of a model does.
fn root_of(id: ModelId, kind: RootKind) -> Root {
    match kind {
        RootKind::Get => Root::Get(id),
        RootKind::List => Root::List(id),
        RootKind::Sync => Root::Sync(id),
        RootKind::Create => Root::Mutate(id, MutationOp::Create),
        RootKind::Update => Root::Mutate(id, MutationOp::Update),
        RootKind::Delete => Root::Mutate(id, MutationOp::Delete),
        RootKind::OnCreate => Root::Listen(id, MutationOp::Create),
        RootKind::OnUpdate => Root::Listen(id, MutationOp::Update),
        RootKind::OnDelete => Root::Listen(id, MutationOp::Delete),
    }
}
