//! The store over real files.

mod support;

mod stories;
