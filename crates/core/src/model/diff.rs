//! What changes between two schemas, and what of it leaves everything stored as it is.

use super::{Field, Model, Schema};
use std::fmt;

/// One change from an old schema to a new one. Its text is a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// A model that was not there.
    ModelAdded {
        /// Its name.
        model: String,
    },
    /// A model that is no longer there.
    ModelRemoved {
        /// Its name.
        model: String,
    },
    /// A field that was not there.
    FieldAdded {
        /// Its model.
        model: String,
        /// Its name.
        field: String,
        /// Whether it may not be null, which no stored record could satisfy.
        required: bool,
    },
    /// A field that is no longer there.
    FieldRemoved {
        /// Its model.
        model: String,
        /// Its name.
        field: String,
    },
    /// A field whose type, nullability or writer is another one.
    FieldChanged {
        /// Its model.
        model: String,
        /// Its name.
        field: String,
        /// Its old type, as GraphQL writes it.
        from: String,
        /// Its new type.
        to: String,
    },
    /// A field with another default or another merge policy.
    RuleChanged {
        /// Its model.
        model: String,
        /// Its name.
        field: String,
    },
    /// A primary key made of other fields.
    KeyChanged {
        /// Its model.
        model: String,
    },
    /// An index that was not there.
    IndexAdded {
        /// Its model.
        model: String,
        /// Its name.
        index: String,
    },
    /// An index that is no longer there.
    IndexRemoved {
        /// Its model.
        model: String,
        /// Its name.
        index: String,
    },
    /// An index with other fields or another query.
    IndexChanged {
        /// Its model.
        model: String,
        /// Its name.
        index: String,
    },
    /// A relation that was not there.
    RelationAdded {
        /// Its model.
        model: String,
        /// Its name.
        relation: String,
    },
    /// A relation that is no longer there.
    RelationRemoved {
        /// Its model.
        model: String,
        /// Its name.
        relation: String,
    },
    /// A relation of another kind, to another model or over other fields.
    RelationChanged {
        /// Its model.
        model: String,
        /// Its name.
        relation: String,
    },
    /// Root fields of other names, more of them or fewer, or subscriptions that are open to others.
    OperationsChanged {
        /// The model.
        model: String,
    },
    /// Other `@auth` rules: what is stored keeps its meaning, only who may see it changes.
    AuthChanged {
        /// The model.
        model: String,
    },
    /// A custom type with other fields than it had: what is stored of it may not be a value of it any more.
    CustomChanged {
        /// Its name.
        name: String,
        /// Whether each of its fields is still there as it was, and none that is new must have a value.
        additive: bool,
    },
    /// An enum that was not there.
    EnumAdded {
        /// Its name.
        name: String,
    },
    /// An enum that is no longer there.
    EnumRemoved {
        /// Its name.
        name: String,
    },
    /// A value that an enum did not have.
    EnumValueAdded {
        /// The enum.
        name: String,
        /// The value.
        value: String,
    },
    /// A value that an enum no longer has.
    EnumValueRemoved {
        /// The enum.
        name: String,
        /// The value.
        value: String,
    },
}

impl Change {
    /// Whether every stored record is as good under the new schema as under the old one.
    #[must_use]
    pub fn is_additive(&self) -> bool {
        match self {
            Change::ModelAdded { .. }
            | Change::IndexAdded { .. }
            | Change::RelationAdded { .. }
            | Change::RuleChanged { .. }
            | Change::OperationsChanged { .. }
            | Change::AuthChanged { .. }
            | Change::EnumAdded { .. }
            | Change::EnumValueAdded { .. } => true,
            Change::FieldAdded { required, .. } => !required,
            Change::CustomChanged { additive, .. } => *additive,
            Change::ModelRemoved { .. }
            | Change::FieldRemoved { .. }
            | Change::FieldChanged { .. }
            | Change::KeyChanged { .. }
            | Change::IndexRemoved { .. }
            | Change::IndexChanged { .. }
            | Change::RelationRemoved { .. }
            | Change::RelationChanged { .. }
            | Change::EnumRemoved { .. }
            | Change::EnumValueRemoved { .. } => false,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::ModelAdded { model } => write!(f, "model {model} is new"),
            Change::ModelRemoved { model } => write!(f, "model {model} is gone"),
            Change::FieldAdded { model, field, required: false } => write!(f, "{model}.{field} is new"),
            Change::FieldAdded { model, field, required: true } => {
                write!(f, "{model}.{field} is new and may not be null, which stored records cannot satisfy")
            }
            Change::FieldRemoved { model, field } => write!(f, "{model}.{field} is gone"),
            Change::FieldChanged { model, field, from, to } if from == to => {
                write!(f, "{model}.{field} is now written by another side")
            }
            Change::FieldChanged { model, field, from, to } => {
                write!(f, "{model}.{field} was {from} and is now {to}")
            }
            Change::RuleChanged { model, field } => {
                write!(f, "{model}.{field} has another default or another merge policy")
            }
            Change::KeyChanged { model } => write!(f, "the primary key of {model} is another one"),
            Change::IndexAdded { model, index } => write!(f, "index {index} of {model} is new"),
            Change::IndexRemoved { model, index } => write!(f, "index {index} of {model} is gone"),
            Change::IndexChanged { model, index } => write!(f, "index {index} of {model} is another one"),
            Change::RelationAdded { model, relation } => write!(f, "relation {model}.{relation} is new"),
            Change::RelationRemoved { model, relation } => write!(f, "relation {model}.{relation} is gone"),
            Change::RelationChanged { model, relation } => {
                write!(f, "relation {model}.{relation} is another one")
            }
            Change::OperationsChanged { model } => write!(f, "the operations of {model} are others"),
            Change::AuthChanged { model } => write!(f, "the rules of {model} are others"),
            Change::CustomChanged { name, .. } => write!(f, "type {name} has other fields"),
            Change::EnumAdded { name } => write!(f, "enum {name} is new"),
            Change::EnumRemoved { name } => write!(f, "enum {name} is gone"),
            Change::EnumValueAdded { name, value } => write!(f, "enum {name} has the new value {value}"),
            Change::EnumValueRemoved { name, value } => {
                write!(f, "enum {name} no longer has the value {value}")
            }
        }
    }
}

/// Everything that changes from `old` to `new`: models and their parts by name, so that their order does not matter.
#[must_use]
pub fn diff(old: &Schema, new: &Schema) -> Vec<Change> {
    let mut changes = Vec::new();
    for before in old.enums() {
        let name = || before.name.clone();
        let Some(after) = new.enums().iter().find(|after| after.name == before.name) else {
            changes.push(Change::EnumRemoved { name: name() });
            continue;
        };
        let gone = before.values.iter().filter(|value| !after.values.contains(value));
        changes.extend(gone.map(|value| Change::EnumValueRemoved { name: name(), value: value.clone() }));
        let added = after.values.iter().filter(|value| !before.values.contains(value));
        changes.extend(added.map(|value| Change::EnumValueAdded { name: name(), value: value.clone() }));
    }
    let added = new.enums().iter().filter(|after| old.enums().iter().all(|before| before.name != after.name));
    changes.extend(added.map(|after| Change::EnumAdded { name: after.name.clone() }));
    for before in old.customs() {
        let Some(after) = new.customs().iter().find(|after| after.name == before.name) else {
            // A field whose type keeps its name looks as it did.
            if new.enums().iter().any(|after| after.name == before.name) {
                changes.push(Change::CustomChanged { name: before.name.clone(), additive: false });
            }
            continue;
        };
        let shape = |field: &Field| (field.name.clone(), field.type_name());
        let (was, is): (Vec<_>, Vec<_>) =
            (before.fields.iter().map(shape).collect(), after.fields.iter().map(shape).collect());
        if was != is {
            let kept = was.iter().all(|field| is.contains(field));
            let fresh = after.fields.iter().filter(|field| !was.contains(&shape(field)));
            let additive = kept && fresh.clone().all(|field| !field.required);
            changes.push(Change::CustomChanged { name: before.name.clone(), additive });
        }
    }
    for before in old.models() {
        match new.by_name(&before.name) {
            Some(after) => Pair { old, new, before, after }.compare(&mut changes),
            None => changes.push(Change::ModelRemoved { model: before.name.clone() }),
        }
    }
    let added = new.models().iter().filter(|after| old.by_name(&after.name).is_none());
    changes.extend(added.map(|after| Change::ModelAdded { model: after.name.clone() }));
    changes
}

/// A model before and after.
struct Pair<'a> {
    old: &'a Schema,
    new: &'a Schema,
    before: &'a Model,
    after: &'a Model,
}

impl Pair<'_> {
    fn compare(&self, changes: &mut Vec<Change>) {
        let Pair { before, after, .. } = *self;
        let model = || before.name.clone();
        self.fields(changes);
        if names(before, &before.key) != names(after, &after.key) {
            changes.push(Change::KeyChanged { model: model() });
        }
        for index in &before.indexes {
            let name = index.name.clone();
            let twin = after.indexes.iter().find(|other| other.name == name);
            let same = twin.map(|twin| {
                names(before, &index.fields) == names(after, &twin.fields) && index.query == twin.query
            });
            match same {
                Some(true) => {}
                Some(false) => changes.push(Change::IndexChanged { model: model(), index: name }),
                None => changes.push(Change::IndexRemoved { model: model(), index: name }),
            }
        }
        for index in &after.indexes {
            if before.indexes.iter().all(|other| other.name != index.name) {
                changes.push(Change::IndexAdded { model: model(), index: index.name.clone() });
            }
        }
        self.relations(changes);
        if before.roots() != after.roots() || before.open_subscriptions != after.open_subscriptions {
            changes.push(Change::OperationsChanged { model: model() });
        }
        if before.auth != after.auth {
            changes.push(Change::AuthChanged { model: model() });
        }
    }

    fn fields(&self, changes: &mut Vec<Change>) {
        let Pair { before, after, .. } = *self;
        let model = || before.name.clone();
        for field in &before.fields {
            let name = field.name.clone();
            let Some(place) = after.field(&name) else {
                changes.push(Change::FieldRemoved { model: model(), field: name });
                continue;
            };
            let twin = &after.fields[place];
            if field.type_name() != twin.type_name() || field.read_only != twin.read_only {
                let (from, to) = (field.type_name(), twin.type_name());
                changes.push(Change::FieldChanged { model: model(), field: name, from, to });
            } else if field.default != twin.default || field.merge != twin.merge {
                changes.push(Change::RuleChanged { model: model(), field: name });
            }
        }
        let is_new = |field: &&Field| before.field(&field.name).is_none();
        changes.extend(after.fields.iter().filter(is_new).map(|field| Change::FieldAdded {
            model: model(),
            field: field.name.clone(),
            required: field.required,
        }));
    }

    fn relations(&self, changes: &mut Vec<Change>) {
        let Pair { old, new, before, after } = *self;
        let model = || before.name.clone();
        for relation in &before.relations {
            let name = relation.name.clone();
            let Some(twin) = after.relation(&name) else {
                changes.push(Change::RelationRemoved { model: model(), relation: name });
                continue;
            };
            let (target, twin_target) = (old.model(relation.target), new.model(twin.target));
            let same = relation.kind == twin.kind
                && relation.required == twin.required
                && target.name == twin_target.name
                && names(before, &relation.fields) == names(after, &twin.fields)
                && names(target, &relation.target_fields) == names(twin_target, &twin.target_fields);
            if !same {
                changes.push(Change::RelationChanged { model: model(), relation: name });
            }
        }
        let is_new = |name: &str| before.relation(name).is_none();
        let added = after.relations.iter().filter(|relation| is_new(&relation.name));
        changes.extend(
            added.map(|relation| Change::RelationAdded { model: model(), relation: relation.name.clone() }),
        );
    }
}

fn names<'a>(model: &'a Model, places: &[usize]) -> Vec<&'a str> {
    places.iter().map(|&place| model.fields[place].name.as_str()).collect()
}
