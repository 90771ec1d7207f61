//! What a field that lists records asks for, beside which records it goes through: filter, order, limit and place.

use super::Page;
use super::args::{direction, filter, limit};
use crate::answer::{Refusal, bad_request};
use crate::context::Context;
use crate::exec::Values;
use crate::fingerprint::{access_text, fingerprint, list_cursor, query_hash, read_list_cursor};
use serde_json::Value as Json;
use syncline_backend::{Access, List, ListPage};
use syncline_core::page::Direction;
use syncline_core::predicate::Filter;
use syncline_core::{ModelId, Predicate};

/// The arguments that lists have in common. A relation has one of these and a list for each record above it.
pub(super) struct Terms<'a> {
    model: ModelId,
    /// The field's name, which its tokens are bound to.
    field: String,
    predicate: Predicate,
    /// The records that are asked for.
    pub(super) request: Filter,
    direction: Direction,
    limit: usize,
    token: Option<&'a str>,
}

impl<'a> Terms<'a> {
    /// The terms in `values`, for records of `model`.
    ///
    /// # Errors
    /// If the filter or the limit cannot be.
    pub(super) fn new(
        ctx: &Context<'_>,
        model: ModelId,
        field: String,
        values: &'a Values,
    ) -> Result<Terms<'a>, Refusal> {
        let (predicate, request) = filter(ctx, ctx.service.api.models.model(model), values, "filter")?;
        Ok(Terms {
            model,
            field,
            predicate,
            request,
            direction: direction(values),
            limit: limit(ctx, values)?,
            token: values.get("nextToken").and_then(Json::as_str),
        })
    }

    /// The list that goes through `access`.
    ///
    /// # Errors
    /// If the token is not one of this list.
    pub(super) fn list(&self, ctx: &Context<'_>, access: Access) -> Result<List, Refusal> {
        let after = match self.token {
            None => None,
            Some(token) => {
                let cursor = ctx.service.tokens.open(&self.query(ctx, &access), token)?;
                let cursor = read_list_cursor(&cursor);
                Some(cursor.ok_or_else(|| bad_request("nextToken cannot be read."))?)
            }
        };
        Ok(List { model: self.model, access, direction: self.direction, after, limit: self.limit })
    }

    /// What was found of it, with a token for what follows.
    pub(super) fn page(&self, ctx: &Context<'_>, access: &Access, found: ListPage) -> Page {
        let token = |cursor| ctx.service.tokens.seal(&self.query(ctx, access), &list_cursor(&cursor));
        Page { rows: found.rows, next: found.next.map(token), ..Page::default() }
    }

    /// What a token is bound to.
    fn query(&self, ctx: &Context<'_>, access: &Access) -> String {
        let direction = match self.direction {
            Direction::Ascending => "asc",
            Direction::Descending => "desc",
        };
        let model = ctx.service.api.models.model(self.model);
        let arguments = format!("{direction} {}", access_text(access));
        query_hash(&self.field, &arguments, &fingerprint(model, ctx.caller, &self.predicate))
    }
}
