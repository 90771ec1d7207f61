//! Saving: new records, edits of what is there, and of what was there when somebody read it.

use super::{condition, model_of, pick};
use crate::history::{Counted, Id, SavedValue};
use crate::schemas::{BLOG, KINDS, POST, SECRET, field_of, kind, known_as, known_value};
use crate::world::World;
use syncline_core::model::FieldKind;
use syncline_core::record::ReadAs;
use syncline_core::scalar::Storage;
use syncline_core::{Field, Key, Model, ModelId, Record, Value};
use syncline_engine::Input;
use syncline_store::{Reads, Save, StoreError};

/// A record that somebody read earlier and may still save.
#[derive(Clone, Debug)]
pub struct Copy {
    /// Whose.
    pub device: usize,
    /// Which.
    pub id: Id,
    /// What they read, by the names of the fields.
    pub fields: Vec<(String, Value)>,
    /// At which version.
    pub version: Option<i64>,
    /// When, in the order of everything people did.
    pub order: usize,
}

/// The fields whose values are told apart.
pub const FIELDS: [&str; 6] = ["title", "body", "rating", "tags", "note", SECRET];

/// Those whose types change, in some worlds. Their values are told apart too.
pub const RETYPED: [&str; 2] = ["mark", "kind"];

/// The one of them that is a list.
pub const LIST: &str = "tags";

/// The field of which every increment counts.
pub const COUNTER: &str = "visits";

/// What somebody is about to save.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) model: ModelId,
    /// The record that it was read as.
    pub(super) read: Option<(Record, Option<i64>)>,
    pub(super) value: Record,
    /// Whether rows may lack the values of fields that are new in the schema.
    pub(super) blind: bool,
    /// Field, its new value (of a list the new item), and what was to be seen of it.
    pub(super) changes: Vec<(usize, Value, Vec<Value>)>,
    /// By how much the record's counter is raised.
    pub(super) counts: i64,
}

impl Wanted {
    pub(super) fn read_as(&self) -> Option<ReadAs<'_>> {
        self.read.as_ref().map(|(record, version)| ReadAs { record, version: *version })
    }
}

pub(super) fn edit(world: &mut World, device: usize, copies: &mut Vec<Copy>) -> Result<(), String> {
    let id = pick(world);
    save(world, device, &id, copies).map(|_| ())
}

/// The same record again and again: what is in flight, what waits behind it, and what is merged with that.
pub(super) fn burst(world: &mut World, device: usize, copies: &mut Vec<Copy>) -> Result<(), String> {
    let id = pick(world);
    for _ in 0..3 + world.random.below(6) {
        save(world, device, &id, copies)?;
        let until = world.now + world.random.next() % 20;
        while world.step(until)? {}
    }
    Ok(())
}

pub(super) fn save(world: &mut World, device: usize, id: &Id, copies: &mut Vec<Copy>) -> Result<(), String> {
    let stale = world.random.chance(15);
    let copy = copies.iter().rev().find(|copy| stale && copy.device == device && copy.id == *id).cloned();
    world.history.order += 1;
    let order = world.history.order;
    let Some(wanted) = wanted(world, device, id, copy.as_ref(), None)? else { return Ok(()) };
    let model = world.devices[device].model(wanted.model);
    let condition = if wanted.read.is_some() { condition(world, &model) } else { None };
    let mutation = world.devices[device].random.uuid();
    let done = world.devices[device].store()?.write(|tx| {
        tx.save(Save {
            model: wanted.model,
            value: &wanted.value,
            read_as: wanted.read_as(),
            condition: condition.as_ref(),
            mutation,
        })
    });
    match done {
        Ok((done, _)) => {
            world.tell(|| {
                let stale = if copy.is_some() { ", from a stale copy" } else { "" };
                let when = condition.as_ref().map_or_else(String::new, |when| format!(", if {when:?}"));
                format!("device {device} saves {}{stale}{when}", shown(id, &model, &wanted))
            });
            note(world, device, id, &model, &wanted, order);
            let cleared = world.history.cleared.get(&device);
            if copy.is_some_and(|copy| cleared.is_some_and(|cleared| *cleared > copy.order)) {
                world.history.revived.insert((device, id.clone()));
            }
            let names = model.fields.iter().map(|field| known_as(&field.name).to_owned());
            let fields = names.zip(done.record.0).collect();
            copies.push(Copy { device, id: id.clone(), fields, version: done.version, order });
            if copies.len() > 20 {
                copies.remove(0);
            }
            world.input(device, Input::OutboxGrew)
        }
        Err(StoreError::ConditionFailed { .. } | StoreError::RecordDeleted { .. }) => Ok(()),
        Err(error) => Err(format!("device {device} cannot save {}: {error}", id.1)),
    }
}

/// What a save looks like in the story.
pub(super) fn shown(id: &Id, model: &Model, wanted: &Wanted) -> String {
    let change =
        |(field, value, _): &(usize, Value, Vec<Value>)| format!("{} {value:?}", model.fields[*field].name);
    let changes: Vec<String> = wanted.changes.iter().map(change).collect();
    let new = if wanted.read.is_none() { " (new)" } else { "" };
    let counts = if wanted.counts > 0 { format!(", visits +{}", wanted.counts) } else { String::new() };
    format!("{}{new}: {}{counts}", id.1, changes.join(", "))
}

/// Writes down what was saved.
pub(super) fn note(world: &mut World, device: usize, id: &Id, model: &Model, wanted: &Wanted, order: usize) {
    world.history.count("saves");
    if wanted.counts > 0 {
        world.history.count("increments");
        world.history.counted.push(Counted { device, id: id.clone(), by: wanted.counts, order });
    }
    let owner = model.field("blogId").map(|field| &wanted.value[field]).filter(|owner| !owner.is_null());
    if let Some(owner) = owner {
        let owner = (BLOG.to_owned(), Key(vec![owner.clone()]));
        world.history.belonged.insert((device, owner, id.clone()));
    }
    for (field, value, seen) in &wanted.changes {
        let field = known_as(&model.fields[*field].name).to_owned();
        let (id, value, seen) = (id.clone(), value.clone(), seen.clone());
        let blind = wanted.blind;
        world.history.saved.push(SavedValue { device, id, field, value, seen, order, blind });
    }
}

/// What somebody wants to save of a record: of a stale copy, of what `within` shows, or of what the store shows.
pub(super) fn wanted(
    world: &mut World,
    device: usize,
    id: &Id,
    copy: Option<&Copy>,
    within: Option<Option<(Record, Option<i64>)>>,
) -> Result<Option<Wanted>, String> {
    let model_id = model_of(world, device, &id.0)?;
    let model = world.devices[device].model(model_id);
    let reads: &Reads = world.devices[device].store()?.reads();
    let known = (|| Ok((reads.get(model_id, &id.1)?, reads.local(model_id, &id.1)?)))();
    let (stored, local) = known.map_err(|error: StoreError| error.to_string())?;
    let shown = match within {
        Some(shown) => shown,
        None => stored.as_ref().map(|stored| (stored.record.clone(), stored.version)),
    };
    let read = match copy {
        Some(copy) => {
            let mut record = Record::empty(model.fields.len());
            for (name, value) in &copy.fields {
                if let Some(field) = field_of(&model, name) {
                    record[field] = value.clone();
                }
            }
            Some((record, copy.version))
        }
        None => shown.clone(),
    };
    let mut value =
        read.as_ref().map_or_else(|| Record::empty(model.fields.len()), |(record, _)| record.clone());
    for (&field, part) in model.key.iter().zip(&id.1.0) {
        value[field] = part.clone();
    }
    let seen = |field: usize| {
        let shown = shown.iter().map(|(record, _)| known_value(&record[field]));
        let server = local.server.live().map(|server| known_value(&server.record[field]));
        shown.chain(server).collect()
    };
    let order = world.history.order;
    let mut changes = Vec::new();
    for (place, name) in FIELDS.into_iter().enumerate() {
        let must = name == "title" && read.is_none();
        if !must && !world.random.chance(40) {
            continue;
        }
        let Some(field) = field_of(&model, name) else { continue };
        let unique = 1_000 * order + 10 * device + place;
        let (whole, item) = fresh(&model.fields[field], &value[field], unique);
        value[field] = whole;
        changes.push((field, item, seen(field)));
    }
    for (place, name) in RETYPED.into_iter().enumerate() {
        let Some(field) = field_of(&model, name).filter(|_| world.random.chance(30)) else { continue };
        let unique = 1_000 * order + 10 * device + FIELDS.len() + place;
        let Some(new) = retyped(world, &model.fields[field], unique) else { continue };
        value[field] = new.clone();
        changes.push((field, known_value(&new), seen(field)));
    }
    let mut counts = 0;
    if let Some(field) = model.field(COUNTER).filter(|_| world.random.chance(25)) {
        counts = 1 + i64::try_from(world.random.below(9)).unwrap_or(0);
        let before = if let Value::Int(before) = value[field] { before } else { 0 };
        value[field] = Value::Int(before + counts);
    }
    if id.0 == POST && world.settings.blogs > 0 && world.random.chance(30) {
        let blog = world.random.below(world.settings.blogs);
        if let Some(field) = model.field("blogId") {
            value[field] = Value::from(format!("blog-{blog}"));
        }
    } else if changes.is_empty() && counts == 0 {
        return Ok(None);
    }
    debug_assert!(id.0 != BLOG || Key::of(&model, &value) == id.1, "a blog is saved under its own key");
    let blind = world.devices[device].upgraded;
    Ok(Some(Wanted { model: model_id, read, value, blind, changes, counts }))
}

/// A value, never given before, of a field whose type changes, as long as there are any. Text may be one of the enum that it
/// becomes, or none.
fn retyped(world: &mut World, field: &Field, unique: usize) -> Option<Value> {
    let is_enum = matches!(field.kind, FieldKind::Enum(_));
    let number = i64::try_from(unique).unwrap_or(0);
    match field.kind.storage() {
        Storage::Int => Some(Value::Int(number)),
        Storage::Float => Some(Value::Float(number as f64)),
        _ if !is_enum && world.random.chance(30) => Some(Value::from(format!("{}-{unique}", field.name))),
        _ => {
            world.history.kinds += 1;
            (world.history.kinds <= KINDS).then(|| Value::from(kind(world.history.kinds - 1)))
        }
    }
}

/// A value for the field that was never there before, and the part of it that is new.
fn fresh(field: &Field, before: &Value, unique: usize) -> (Value, Value) {
    let number = i64::try_from(unique).unwrap_or(0);
    if field.is_list() {
        let item = Value::from(format!("tag-{unique}"));
        let mut items = match before {
            Value::List(items) => items.clone(),
            _ => Vec::new(),
        };
        items.push(item.clone());
        return (Value::List(items), item);
    }
    let value = match field.kind.storage() {
        Storage::Int => Value::Int(number),
        _ => Value::from(format!("{}-{unique}", field.name)),
    };
    (value.clone(), value)
}
