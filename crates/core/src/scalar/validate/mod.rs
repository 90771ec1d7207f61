//! What each scalar accepts: one small parser each, no locale, no clock.
//!
//! Where AppSync's own check is not documented to the letter, the rule here is the wider one: data that AppSync has
//! accepted must be storable.

mod date;
mod judge;
mod mail;
mod net;
mod phone;
mod url;

use judge::Reason;
pub(super) use judge::{check_text, validate};

#[cfg(test)]
mod tests;
