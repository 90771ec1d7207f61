//! Another schema for an API that runs.

use super::watch::Look;
use crate::failure::Failure;
use crate::local_api::LocalApi;
use crate::schema_file::SchemaFile;
use std::path::Path;
use syncline_schema::{Change, diff};

/// What came of a reload: the changes that are served now.
pub(crate) type Reloaded = Vec<Change>;

/// Serves what the schema file says now, if that only adds to what is served. Otherwise, and if the file is wrong,
/// everything stays as it was.
pub(crate) async fn reload(api: &mut LocalApi, look: Look, file: &SchemaFile) -> Result<Reloaded, Failure> {
    let text = look.map_err(|reason| file.unreadable(&reason))?;
    let schema = file.compile(&text)?;
    let changes = diff(api.schema(), &schema);
    let refused: Vec<&Change> = changes.iter().filter(|change| !change.is_additive()).collect();
    if !refused.is_empty() {
        return Err(not_additive(&refused, file.path()));
    }
    if !changes.is_empty() {
        api.reload(schema).await?;
    }
    Ok(changes)
}

fn not_additive(refused: &[&Change], path: &Path) -> Failure {
    let mut what = format!("{} does more than add to what is served:", path.display());
    for change in refused {
        what.push_str("\n  ");
        what.push_str(&change.to_string());
    }
    let help = "take that back, or start again with a new data directory: --data DIR";
    Failure::new(what, help)
}
