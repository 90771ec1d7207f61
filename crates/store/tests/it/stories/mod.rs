//! The stories of the sync rules, as scripts: one command per line, and after `>` what is expected then.

mod script;

mod chains;
mod handlers;
mod rules;
