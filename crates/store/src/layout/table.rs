//! A model's table and the text of its statements.
//!
//! Parameters are numbered: a record's fields in order, then `_version`, `_lastChangedAt`, `_ownFrom` and `_ownTo`.

use super::links::{Link, links};
use super::names::quote;
use super::owned::{self, Owned};
use crate::StoreError;
use std::sync::{Arc, OnceLock};
use syncline_core::predicate::FieldRef;
use syncline_core::record::{LATER_LIFE_MS, Settles};
use syncline_core::scalar::Storage;
use syncline_core::{Model, ModelId, Schema};

/// The tables of a schema.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) schema: Arc<Schema>,
    tables: Vec<Table>,
}

impl Tables {
    pub(crate) fn new(schema: Arc<Schema>) -> Tables {
        let links = links(&schema);
        let is_parent = |model: &Model| links.iter().flatten().any(|link| link.parent == model.id);
        let version: Arc<str> = schema.version().into();
        let tables = schema.models().iter().zip(&links);
        let mut tables: Vec<Table> = tables
            .map(|(model, links)| Table::new(Arc::clone(model), &version, links.clone(), is_parent(model)))
            .collect();
        owned::note(&schema, &mut tables);
        Tables { schema, tables }
    }

    pub(crate) fn get(&self, model: ModelId) -> Result<&Table, StoreError> {
        self.tables.get(model.0).ok_or(StoreError::UnknownModel(model.0))
    }

    /// The table of the model called `name`, as a row of the store's own tables names it.
    pub(crate) fn named(&self, name: &str) -> Result<&Table, StoreError> {
        match self.schema.by_name(name) {
            Some(model) => self.get(model.id),
            None => {
                Err(StoreError::damaged("the file", format!("it names a model {name} that it does not have")))
            }
        }
    }

    pub(crate) fn all(&self) -> &[Table] {
        &self.tables
    }
}

/// One model's table.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) model: Arc<Model>,
    /// Its name, quoted.
    pub(crate) name: String,
    /// The names of its fields' columns, quoted.
    pub(crate) columns: Vec<String>,
    /// The version of the schema, which entries remember.
    pub(crate) schema_version: Arc<str>,
    /// Its foreign keys.
    pub(crate) links: Vec<Link>,
    /// Whether another model, or this one, refers to it, or belongs to it without that.
    pub(crate) is_parent: bool,
    /// What belongs to its records.
    pub(crate) owns: Vec<Owned>,
    /// Whether its records belong to others that they do not refer to.
    pub(crate) is_owned: bool,
    /// Who settles its conflicts, if that is said.
    pub(crate) settles: OnceLock<Settles>,
    /// The fields whose values have several forms: floats and objects, alone or in lists.
    pub(crate) formed: Vec<usize>,
    /// Reads a row by its key, whose values are the parameters.
    pub(crate) get: String,
    /// Selects what [`Table::get`] reads, of every row.
    pub(crate) select: String,
    /// Adds a row unless there is one.
    pub(crate) insert: String,
    /// Replaces a row that has an older version, or is of an earlier life of its key.
    pub(crate) update_older: String,
    /// Replaces a row that has an older version or this one, or is of an earlier life of its key.
    pub(crate) update_same: String,
    /// Adds or replaces a row.
    pub(crate) put: String,
    /// Removes a row by its key.
    pub(crate) delete: String,
}

impl Table {
    fn new(model: Arc<Model>, schema_version: &Arc<str>, links: Vec<Link>, is_parent: bool) -> Table {
        let name = quote(&model.name);
        let columns: Vec<String> = model.fields.iter().map(|field| quote(&field.name)).collect();
        let count = columns.len();
        let (version, changed) = (count + 1, count + 2);
        let all = format!("{}, _version, _lastChangedAt, _ownFrom, _ownTo", columns.join(", "));
        let by_key = |number: &dyn Fn(usize, usize) -> usize| {
            let terms = model.key.iter().enumerate();
            let terms =
                terms.map(|(place, &field)| format!("{} = ?{}", columns[field], number(place, field)));
            terms.collect::<Vec<_>>().join(" AND ")
        };
        let key_first = by_key(&|place, _| place + 1);
        let key_in_record = by_key(&|_, field| field + 1);
        let not_key = || (0..count).filter(|field| !model.is_key(*field));
        let numbers: Vec<String> = (1..=count + 4).map(|number| format!("?{number}")).collect();
        let sets: String = not_key().map(|field| format!("{} = ?{}, ", columns[field], field + 1)).collect();
        let update = format!("UPDATE {name} SET {sets}_version = ?{version}, _lastChangedAt = ?{changed}");
        // As `admits` says it. Of a later life this device has made nothing.
        let later_life = format!("_lastChangedAt + {LATER_LIFE_MS} < ?{changed}");
        let own = |column| format!("{column} = CASE WHEN {later_life} THEN NULL ELSE {column} END");
        let update = format!("{update}, {}, {}", own("_ownFrom"), own("_ownTo"));
        let excluded: String =
            not_key().map(|field| format!("{0} = excluded.{0}, ", columns[field])).collect();
        let insert = format!("INSERT INTO {name} ({all}) VALUES ({})", numbers.join(", "));
        let several =
            |field: &usize| matches!(model.fields[*field].kind.storage(), Storage::Float | Storage::Object);
        let formed = (0..count).filter(several);
        Table {
            schema_version: Arc::clone(schema_version),
            formed: formed.collect(),
            get: format!("SELECT {all} FROM {name} WHERE {key_first}"),
            select: format!("SELECT {all} FROM {name}"),
            update_older: format!(
                "{update} WHERE {key_in_record} AND (_version < ?{version} OR {later_life})"
            ),
            update_same: format!(
                "{update} WHERE {key_in_record} AND (_version <= ?{version} OR {later_life})"
            ),
            put: format!(
                "{insert} ON CONFLICT DO UPDATE SET {excluded}_version = excluded._version, \
                 _lastChangedAt = excluded._lastChangedAt, _ownFrom = excluded._ownFrom, _ownTo = excluded._ownTo"
            ),
            insert: format!("{insert} ON CONFLICT DO NOTHING"),
            delete: format!("DELETE FROM {name} WHERE {key_first}"),
            name,
            columns,
            links,
            is_parent,
            owns: Vec::new(),
            is_owned: false,
            settles: OnceLock::new(),
            model,
        }
    }

    /// Who settles its conflicts.
    pub(crate) fn settles(&self) -> Settles {
        self.settles.get().copied().unwrap_or_default()
    }

    /// Whether its records refer to others, or belong to others that they do not refer to.
    pub(crate) fn is_child(&self) -> bool {
        self.is_owned || !self.links.is_empty()
    }

    /// Whether its records' entries could wait for those of others, or others for them.
    pub(crate) fn is_related(&self) -> bool {
        self.is_parent || self.is_child()
    }

    /// The column of a field of a bound predicate; rows are never tombstones.
    pub(crate) fn column(&self, field: FieldRef) -> String {
        match field {
            FieldRef::Stored(place) => self.columns.get(place).map_or("NULL", String::as_str).to_owned(),
            FieldRef::Deleted => "NULL".to_owned(),
        }
    }
}
