//! What is looked at, and what is said of it.

use crate::commands::output::to_stdout;
use crate::failure::Failure;
use crate::schema_file::SchemaFile;
use crate::style::Style;
use clap::Args;
use std::path::PathBuf;
use syncline::StoreError;
use syncline::doctor::{Inspection, Migration, Planned, examine, plan_migration};

/// Which file, and what is to be known of it.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// The file of the store
    #[arg(long, value_name = "FILE")]
    db: PathBuf,
    /// A schema file: would the store be opened with it?
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    /// The cli.json of the Amplify project that the schema comes from, for its feature flags; without it, all are on
    #[arg(long, value_name = "FILE", requires = "schema")]
    cli_json: Option<PathBuf>,
    /// Show each step from the schema of the store to that one
    #[arg(long, requires = "schema")]
    migrate_plan: bool,
    /// What has another name now, beside what the schema says by @renamedFrom: Post=Article, Post.title=headline
    #[arg(long, value_name = "OLD=NEW", requires = "schema")]
    rename: Vec<String>,
    /// What is given up of the pending changes: Draft, Post.title
    #[arg(long, value_name = "PLACE", requires = "schema")]
    discard: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let migration = self.migration()?;
        let found = examine(&self.db).map_err(|error| unreadable(&error))?;
        let planned = match &self.schema {
            None => None,
            Some(path) => {
                let schema = SchemaFile::new(path.clone(), self.cli_json.as_deref())?.load()?;
                Some(plan_migration(&self.db, &schema, &migration).map_err(|error| unreadable(&error))?)
            }
        };
        let text = match self.json {
            true => super::json::text(&found, planned.as_ref()),
            false => self.shown(&found, planned.as_ref()),
        };
        to_stdout(&text)?;
        verdict(&found, planned.as_ref())
    }

    fn migration(&self) -> Result<Migration, Failure> {
        let mut migration = Migration::default();
        for rename in &self.rename {
            let Some((from, to)) = rename.split_once('=') else {
                let what = format!("--rename {rename} does not say what it is called now");
                return Err(Failure::new(what, "write --rename OLD=NEW, as in Post.title=headline"));
            };
            migration.renames.add(from, to);
        }
        self.discard.iter().for_each(|place| migration.discards.add(place));
        Ok(migration)
    }

    fn shown(&self, found: &Inspection, planned: Option<&Planned>) -> String {
        let style = Style::of_stdout();
        let mut text = super::report::of_file(&self.db, found, style);
        if let (Some(planned), Some(schema)) = (planned, &self.schema) {
            text += &super::report::of_plan(schema, planned, self.migrate_plan, style);
        }
        text
    }
}

/// What is wrong is an exit code other than 0.
fn verdict(found: &Inspection, planned: Option<&Planned>) -> Result<(), Failure> {
    if !found.faults.is_empty() {
        return Err(Failure::new(
            "the file is damaged",
            "restore it from a backup, or move it away and sync anew",
        ));
    }
    match planned.map_or(0, |planned| planned.refusals.len()) {
        0 => Ok(()),
        _ => Err(Failure::plain("the store would not be opened with that schema")),
    }
}

fn unreadable(error: &StoreError) -> Failure {
    Failure::plain(error.to_string())
}
