//! A model in the making.

use crate::ast::{Document, FieldDef, Name, TypeDef};
use crate::directives::relations::RelationSpec;
use crate::report::{Reporter, Span};
use crate::suggest::did_you_mean;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use syncline_core::Scalar;
use syncline_core::model::{
    AuthRule, CustomType, EnumType, Field, FieldKind, FieldSource, Index, Relation, RootField, Timestamps,
};

/// The types of a document by name.
pub(crate) struct Catalogue<'a> {
    pub(crate) models: Vec<&'a TypeDef>,
    pub(crate) enums: Vec<Arc<EnumType>>,
    pub(crate) enum_names: Vec<&'a Name>,
    /// The types that are neither models nor enums, in an order in which each comes after those that it holds.
    pub(crate) customs: Vec<(&'a Name, Arc<CustomType>)>,
    /// Those of them that cannot be lowered, which has been reported.
    hopeless: HashSet<&'a str>,
    names: Vec<&'a str>,
    model_places: HashMap<&'a str, usize>,
    enum_places: HashMap<&'a str, usize>,
    custom_places: HashMap<&'a str, usize>,
}

impl<'a> Catalogue<'a> {
    pub(crate) fn new(document: &'a Document) -> Catalogue<'a> {
        let models: Vec<&TypeDef> = document.types.iter().filter(|ty| ty.is_model()).collect();
        let enums = document.enums.iter().map(|ty| {
            let values = ty.values.iter().map(|value| value.text.clone()).collect();
            Arc::new(EnumType { name: ty.name.text.clone(), values })
        });
        Catalogue {
            model_places: models
                .iter()
                .enumerate()
                .map(|(place, ty)| (ty.name.text.as_str(), place))
                .collect(),
            enum_places: document
                .enums
                .iter()
                .enumerate()
                .map(|(place, ty)| (ty.name.text.as_str(), place))
                .collect(),
            enums: enums.collect(),
            names: document
                .types
                .iter()
                .map(|ty| &ty.name)
                .chain(document.enums.iter().map(|ty| &ty.name))
                .map(|name| name.text.as_str())
                .collect(),
            customs: Vec::new(),
            custom_places: HashMap::new(),
            hopeless: document
                .types
                .iter()
                .filter(|ty| !ty.is_model())
                .map(|ty| ty.name.text.as_str())
                .collect(),
            enum_names: document.enums.iter().map(|ty| &ty.name).collect(),
            models,
        }
    }

    pub(crate) fn model(&self, name: &str) -> Option<usize> {
        self.model_places.get(name).copied()
    }

    pub(crate) fn enumeration(&self, name: &str) -> Option<&Arc<EnumType>> {
        self.enum_places.get(name).map(|&place| &self.enums[place])
    }

    /// Adds the type that `def` means.
    pub(crate) fn add(&mut self, def: &'a TypeDef, ty: CustomType) {
        let name = def.name.text.as_str();
        self.hopeless.remove(name);
        self.custom_places.insert(name, self.customs.len());
        self.customs.push((&def.name, Arc::new(ty)));
    }

    pub(crate) fn custom(&self, name: &str) -> Option<&Arc<CustomType>> {
        self.custom_places.get(name).map(|&place| &self.customs[place].1)
    }

    /// Whether something has been said of the type already that explains why it cannot be used.
    pub(crate) fn is_hopeless(&self, name: &str) -> bool {
        self.hopeless.contains(name)
    }

    /// All names of types, in the order of the document.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().copied()
    }
}

/// A relation as declared, not yet joined to its other side.
pub(crate) struct Pending<'a> {
    pub(crate) field: &'a FieldDef,
    pub(crate) target: usize,
    pub(crate) spec: RelationSpec,
}

/// A model in the making.
pub(crate) struct Draft<'a> {
    pub(crate) def: &'a TypeDef,
    pub(crate) fields: Vec<Field>,
    pub(crate) pending: Vec<Pending<'a>>,
    pub(crate) key: Vec<usize>,
    pub(crate) custom_key: bool,
    pub(crate) indexes: Vec<Index>,
    /// The places in the source of the first of them; the others come with relations.
    pub(crate) index_spans: Vec<Span>,
    pub(crate) relations: Vec<Relation>,
    pub(crate) auth: Vec<AuthRule>,
    pub(crate) timestamps: Timestamps,
    pub(crate) roots: Vec<RootField>,
    pub(crate) open_subscriptions: bool,
    /// What it was called before.
    pub(crate) renamed_from: Vec<String>,
    /// The places of fields that had another name, and that.
    pub(crate) renamed_fields: Vec<(usize, String)>,
    places: HashMap<String, usize>,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(def: &'a TypeDef) -> Draft<'a> {
        Draft {
            def,
            fields: Vec::new(),
            pending: Vec::new(),
            key: Vec::new(),
            custom_key: false,
            indexes: Vec::new(),
            index_spans: Vec::new(),
            relations: Vec::new(),
            auth: Vec::new(),
            timestamps: Timestamps::default(),
            roots: Vec::new(),
            open_subscriptions: false,
            renamed_from: Vec::new(),
            renamed_fields: Vec::new(),
            places: HashMap::new(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.def.name.text
    }

    /// The place of a stored field.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// The fields of its key as a foreign key refers to them: the transformer takes a default key as an `ID`, also one that
    /// is declared `id: String!`.
    pub(crate) fn referred_key(&self) -> Vec<Field> {
        let mut fields: Vec<Field> = self.key.iter().map(|&place| self.fields[place].clone()).collect();
        if !self.custom_key {
            fields.iter_mut().for_each(|field| field.kind = FieldKind::Scalar(Scalar::Id));
        }
        fields
    }

    /// Adds a stored field and returns its place.
    pub(crate) fn push(&mut self, field: Field) -> usize {
        let place = self.fields.len();
        self.places.insert(field.name.clone(), place);
        self.fields.push(field);
        place
    }

    /// The place of the field that `name` names for `purpose`; reported if there is none.
    pub(crate) fn lookup(&self, name: &Name, purpose: &str, report: &mut Reporter<'_>) -> Option<usize> {
        let found = self.place(&name.text);
        if found.is_none() {
            let all = self.fields.iter().map(|field| field.name.as_str());
            let hint = did_you_mean(&name.text, all, || {
                format!("declare it, or name a stored field of `{}`", self.name())
            });
            report.fault(
                name.span,
                format!("`{}` has no field `{}` for {purpose}", self.name(), name.text),
                hint,
            );
        }
        found
    }

    /// The place in the source to blame for a field.
    pub(crate) fn span(&self, field: &str) -> Span {
        let declared = self.def.fields.iter().find(|def| def.name.text == field);
        declared.map_or(self.def.name.span, |def| def.name.span)
    }
}

/// A nullable field with nothing special to it.
pub(crate) fn plain(name: &str, kind: FieldKind, source: FieldSource) -> Field {
    Field::new(name, kind, source)
}
