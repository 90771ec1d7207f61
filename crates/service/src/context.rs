//! What a request carries with it while it is answered.

use crate::answer::{Refusal, bad_request, refused};
use crate::caller::Caller;
use crate::exec::Values;
use crate::service::Service;
use std::sync::atomic::{AtomicUsize, Ordering};
use syncline_backend::{Allowance, BackendError, Row};
use syncline_core::model::Operation;
use syncline_core::predicate::Filter;
use syncline_core::{Model, Value};
use syncline_protocol::ErrorType;
use syncline_protocol::extension::RequestExtension;

/// One request.
pub(crate) struct Context<'a> {
    pub(crate) service: &'a Service,
    pub(crate) caller: &'a Caller,
    pub(crate) variables: &'a Values,
    /// Whether the client asked for the extension, and it is offered.
    pub(crate) negotiated: bool,
    /// What the request says in the extension, if that was negotiated.
    pub(crate) extension: Option<&'a RequestExtension>,
    /// The server's time, in ms.
    pub(crate) now_ms: i64,
    /// Records read so far.
    pub(crate) records: AtomicUsize,
    /// Bytes of text in the pages read so far.
    pub(crate) bytes: AtomicUsize,
}

/// Why a field has no value.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The request is at fault: the field is null, and the answer says why.
    Field(Refusal),
    /// The store is at fault: the whole request fails.
    Store(BackendError),
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Halt {
        Halt::Field(refusal)
    }
}

impl From<BackendError> for Halt {
    fn from(error: BackendError) -> Halt {
        match error {
            BackendError::Cursor(reason) => Halt::Field(bad_request(format!(
                "Invalid pagination token given: nextToken does not fit this query: {reason}"
            ))),
            BackendError::Misfit(reason) => {
                Halt::Field(bad_request(format!("The arguments do not fit the schema: {reason}")))
            }
            other => Halt::Store(other),
        }
    }
}

impl Context<'_> {
    /// What the caller may see of `model`; a refusal says which field it was, of which type.
    pub(crate) fn may(
        &self,
        model: &Model,
        operation: Operation,
        field: &str,
        parent: &str,
    ) -> Result<Filter, Refusal> {
        crate::access::allowed(self.caller, model, operation).ok_or_else(|| {
            refused(ErrorType::Unauthorized, format!("Not Authorized to access {field} on type {parent}"))
        })
    }

    /// Counts records that were read.
    ///
    /// # Errors
    /// If the request has now read more than it may.
    pub(crate) fn count(&self, records: usize) -> Result<(), Refusal> {
        let before = self.records.fetch_add(records, Ordering::Relaxed);
        let most = self.service.config.limits.max_records;
        if before + records > most {
            return Err(bad_request(format!(
                "The request reads more than {most} records. Ask for smaller pages, or follow nextToken."
            )));
        }
        Ok(())
    }

    /// What may still be read.
    pub(crate) fn allowance(&self) -> Allowance {
        let limits = &self.service.config.limits;
        Allowance {
            records: limits.max_records.saturating_sub(self.records.load(Ordering::Relaxed)),
            bytes: limits.max_answer_bytes.saturating_sub(self.bytes.load(Ordering::Relaxed)),
        }
    }

    /// Weighs a page that was read. Its records are held until the answer is written, so that many pages of large
    /// records must not add up.
    ///
    /// # Errors
    /// If the request now holds more than an answer may have.
    pub(crate) fn weigh<'r>(&self, rows: impl IntoIterator<Item = &'r Row>) -> Result<(), Refusal> {
        let page: usize = rows.into_iter().flat_map(|row| &row.record.0).map(weight).sum();
        self.weigh_bytes(page)
    }

    /// The same, for a page that has so many bytes.
    ///
    /// # Errors
    /// If the request now holds more than an answer may have.
    pub(crate) fn weigh_bytes(&self, page: usize) -> Result<(), Refusal> {
        let before = self.bytes.fetch_add(page, Ordering::Relaxed);
        let most = self.service.config.limits.max_answer_bytes;
        if before + page > most { Err(self.too_large()) } else { Ok(()) }
    }

    /// The refusal of a request that holds more than an answer may have.
    pub(crate) fn too_large(&self) -> Refusal {
        let most = self.service.config.limits.max_answer_bytes;
        bad_request(format!(
            "The request reads more than {most} bytes. Ask for smaller pages, or for fewer in one request."
        ))
    }
}

/// The bytes of text in a value: what can be large in it.
pub(crate) fn weight(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::List(items) => items.iter().map(weight).sum(),
        Value::Object(object) => object.0.iter().map(|(_, value)| weight(value)).sum(),
        _ => 0,
    }
}
