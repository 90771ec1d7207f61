//! I1 and I2 against a process that ends between any two SQL statements: no destructor runs, nothing is rolled back,
//! nothing is closed. Each scene runs in a process of its own again and again, and ends one statement later each time,
//! until it gets through.
//!
//! | module | holds |
//! |---|---|
//! | `hook` | counts the statements, and ends the process at one of them |
//! | `scenes` | what is done |
//! | `child` | the process: does a scene and tells what has returned |
//! | `check` | what the file must hold afterwards |

mod check;
mod child;
pub(crate) mod hook;
mod io;
mod scenes;
