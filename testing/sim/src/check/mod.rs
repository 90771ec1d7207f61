//! What must hold: after every step (I4), after every crash (I1), and when everybody is online again (I2, I3, I5, I6, I7).
//!
//! A record is looked at by the name of its model and of its fields: the devices may have other versions of the schema
//! than the server.

mod alike;
mod applied;
mod counted;
mod kept;
mod odd;
mod rules;
mod together;

use rules::model_at;
pub use rules::{Known, at_rest, forget, versions, whole};
pub use together::at_once;
