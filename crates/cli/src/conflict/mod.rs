//! `--conflict` and `--transform-conf`: how version conflicts are settled, as the command line and Amplify's file say.

mod choice;
mod options;
mod transform_conf;

pub(crate) use choice::Choice;
pub(crate) use options::ConflictOptions;
