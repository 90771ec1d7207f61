//! The engine against scripts and against a world that answers late, twice, wrongly or not at all.

mod random;
mod script;
