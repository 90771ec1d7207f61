//! Records and pages, written straight into the text of a response.

use super::value::{write_int, write_value};
use super::written::Written;
use crate::answer::{Refusal, located, write_text};
use crate::exec::{Item, Selection, What};
use crate::read::{Link, Page, Related};
use std::fmt::Write;
use syncline_backend::Row;
use syncline_core::Value;
use syncline_protocol::GraphqlError;
use syncline_protocol::error::{Location, PathItem};

/// About what an error has beside its message and path, in bytes.
const ENVELOPE: usize = 100;
/// About what a step of a path has, in bytes.
const STEP: usize = 12;

/// A null where none may be: the object around it becomes null.
#[derive(Debug)]
pub(crate) struct Bubble;

/// One step of a path.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'a> {
    Key(&'a str),
    Place(usize),
}

/// Writes the value of one root field, and collects the errors met on the way. What is longer than it may be ends there,
/// and is then of no use.
pub(crate) struct Renderer<'a> {
    pub(super) out: &'a mut String,
    errors: &'a mut Vec<GraphqlError>,
    pub(super) path: Vec<Step<'a>>,
    most: usize,
    /// The bytes of the errors, near enough: with a field that fails in every record, they are most of an answer.
    said: usize,
    full: bool,
}

impl<'a> Renderer<'a> {
    /// A renderer for the root field with this key.
    pub(crate) fn new(out: &'a mut String, errors: &'a mut Vec<GraphqlError>, key: &'a str) -> Renderer<'a> {
        Renderer { out, errors, path: vec![Step::Key(key)], most: usize::MAX, said: 0, full: false }
    }

    /// Stops once `out` and what was said have more than `most` bytes; it may end a value later.
    pub(crate) fn at_most(mut self, most: usize) -> Renderer<'a> {
        self.most = most;
        self
    }

    /// The bytes of the errors that it met.
    pub(crate) fn said(&self) -> usize {
        self.said
    }

    /// Whether it had to stop.
    pub(crate) fn is_full(&self) -> bool {
        self.full
    }

    /// Writes a record, or null for none; also null if a field that may not be null is.
    pub(crate) fn nullable_record(
        &mut self,
        selection: &'a Selection,
        row: Option<&Row>,
        related: &'a Related,
    ) {
        let Some(row) = row else { return self.out.push_str("null") };
        let start = self.out.len();
        if let Err(Bubble) = self.record(selection, row, related) {
            self.out.truncate(start);
            self.out.push_str("null");
        }
    }

    fn record(&mut self, selection: &'a Selection, row: &Row, related: &'a Related) -> Result<(), Bubble> {
        let mut links = related.0.iter();
        self.out.push('{');
        for (place, item) in selection.items.iter().enumerate() {
            self.room()?;
            self.key(place, item);
            match &item.what {
                What::Typename => write_text(self.out, &selection.type_name),
                What::Field(field) => match &row.record[*field] {
                    Value::Null => self.null(selection, item)?,
                    value => write_value(self.out, value),
                },
                What::Custom(custom) => self.custom(selection, item, custom, &row.record[custom.field])?,
                What::Version => write_int(self.out, row.meta.version),
                What::ChangedAt => write_int(self.out, row.meta.last_changed_at),
                What::Deleted => self.out.push_str(if row.meta.deleted { "true" } else { "null" }),
                What::Relation(relation) => {
                    self.path.push(Step::Key(&item.key));
                    let result = match links.next() {
                        Some(link) => self.link(selection, item, &relation.selection, row, link),
                        None => self.null(selection, item),
                    };
                    self.path.pop();
                    result?;
                }
                // A connection's fields: not selected on a record.
                What::Items(_) | What::NextToken | What::StartedAt => self.out.push_str("null"),
            }
        }
        self.out.push('}');
        Ok(())
    }

    /// Looked at before each value, and remembered: the text of a record that was given up is taken back.
    pub(super) fn room(&mut self) -> Result<(), Bubble> {
        self.full |= self.out.len().saturating_add(self.said) > self.most;
        if self.full { Err(Bubble) } else { Ok(()) }
    }

    /// Writes null for what began at `start`, or hands the trouble on if it may not be null.
    pub(super) fn give_up(&mut self, start: usize, required: bool) -> Result<(), Bubble> {
        if required {
            return Err(Bubble);
        }
        self.out.truncate(start);
        self.out.push_str("null");
        Ok(())
    }

    fn link(
        &mut self,
        parent: &'a Selection,
        item: &'a Item,
        selection: &'a Selection,
        row: &Row,
        link: &'a Link,
    ) -> Result<(), Bubble> {
        match link {
            Link::One { own, rows, related } => {
                let found = own.key(row).and_then(|key| rows.get(&key));
                let start = self.out.len();
                match found {
                    None => self.null_here(parent, item),
                    Some(target) => {
                        let result = self.record(selection, target, related);
                        result.or_else(|Bubble| self.give_up(start, item.non_null.is_some()))
                    }
                }
            }
            Link::Many { own, pages, related } => match own.key(row).and_then(|key| pages.get(&key)) {
                Some(Ok(page)) => {
                    self.connection(selection, page, related);
                    Ok(())
                }
                Some(Err(refusal)) => self.refuse(item, refusal),
                None => {
                    self.connection(selection, &Page::default(), related);
                    Ok(())
                }
            },
            // What lies behind a connection's records is never behind a relation.
            Link::Items(_) => self.null_here(parent, item),
            Link::Refused(refusal) => self.refuse(item, refusal),
        }
    }

    /// Says why `item` has no value.
    fn refuse(&mut self, item: &Item, refusal: &Refusal) -> Result<(), Bubble> {
        self.error(located(refusal.as_ref().clone(), item.location));
        if item.non_null.is_some() {
            return Err(Bubble);
        }
        self.out.push_str("null");
        Ok(())
    }

    /// Writes a page of records. An item that cannot be written is null; the others stay.
    pub(crate) fn connection(&mut self, selection: &'a Selection, page: &Page, related: &'a Related) {
        self.out.push('{');
        let mut per_set = related.0.iter();
        for (place, item) in selection.items.iter().enumerate() {
            self.key(place, item);
            match &item.what {
                What::Typename => write_text(self.out, &selection.type_name),
                What::Items(records) => {
                    let nested = match per_set.next() {
                        Some(Link::Items(related)) => related,
                        _ => Related::NONE,
                    };
                    match &page.written {
                        Some(written) => self.copy(written),
                        None => self.items(&item.key, records, &page.rows, nested),
                    }
                }
                What::NextToken => match &page.next {
                    Some(token) => write_text(self.out, token),
                    None => self.out.push_str("null"),
                },
                What::StartedAt => match page.started_at {
                    Some(at) => write_int(self.out, at),
                    None => self.out.push_str("null"),
                },
                // A record's fields: not selected on a connection.
                _ => self.out.push_str("null"),
            }
        }
        self.out.push('}');
    }

    /// Writes the records of a connection, which are under `key` there.
    pub(super) fn items(&mut self, key: &'a str, records: &'a Selection, rows: &[Row], related: &'a Related) {
        self.path.push(Step::Key(key));
        self.out.push('[');
        for (number, row) in rows.iter().enumerate() {
            if number > 0 {
                self.out.push(',');
            }
            self.path.push(Step::Place(number));
            self.nullable_record(records, Some(row), related);
            self.path.pop();
        }
        self.out.push(']');
        self.path.pop();
    }

    /// Writes records that have been written elsewhere.
    fn copy(&mut self, written: &Written) {
        self.out.push_str(&written.json);
        self.errors.extend_from_slice(&written.errors);
        self.said += written.said;
        self.full |= written.full;
    }

    pub(super) fn key(&mut self, place: usize, item: &Item) {
        let comma = usize::from(place == 0);
        self.out.push_str(&item.opening[comma..]);
    }

    /// Writes null for `item`, or complains that it may not be null.
    pub(super) fn null(&mut self, parent: &Selection, item: &'a Item) -> Result<(), Bubble> {
        if item.non_null.is_none() {
            self.out.push_str("null");
            return Ok(());
        }
        self.path.push(Step::Key(&item.key));
        let result = self.null_here(parent, item);
        self.path.pop();
        result
    }

    /// The same, for an item that the path ends with already.
    pub(super) fn null_here(&mut self, parent: &Selection, item: &Item) -> Result<(), Bubble> {
        match &item.non_null {
            Some(ty) => self.complain(parent, ty, item.location),
            None => {
                self.out.push_str("null");
                Ok(())
            }
        }
    }

    /// A null where the path is, which may not be there.
    pub(super) fn complain(
        &mut self,
        parent: &Selection,
        ty: &str,
        location: Option<Location>,
    ) -> Result<(), Bubble> {
        let place = self.path_for_people();
        let parent = &parent.type_name;
        let message =
            format!("Cannot return null for non-nullable type: '{ty}' within parent '{parent}' ({place})");
        self.error(located(GraphqlError::new(message), location));
        Err(Bubble)
    }

    fn error(&mut self, mut error: GraphqlError) {
        let step = |step: &Step<'_>| match step {
            Step::Key(key) => PathItem::Field((*key).to_owned()),
            Step::Place(place) => PathItem::Index(*place as u64),
        };
        error.path = Some(self.path.iter().map(step).collect());
        self.said += ENVELOPE + error.message.len() + STEP * self.path.len();
        self.errors.push(error);
    }

    fn path_for_people(&self) -> String {
        self.path.iter().fold(String::new(), |mut text, step| {
            let _ = match step {
                Step::Key(key) => write!(text, "/{key}"),
                Step::Place(place) => write!(text, "[{place}]"),
            };
            text
        })
    }
}
