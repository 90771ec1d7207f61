//! The story that `syncline demo` tells: two devices and a server, on real files, every step checked on all three.
//!
//! | module | holds |
//! |---|---|
//! | `story` | the steps in their order |
//! | `steps` | one step per file |
//! | `world` | the server, the devices, and whether they agree |
//! | `probe` | the server as a plain GraphQL client sees it |
//! | `report` | how each check is shown |
//! | `trouble` | what ends the story early |

mod models;
mod probe;
mod report;
mod steps;
mod story;
mod trouble;
mod world;

pub(crate) use story::run;
