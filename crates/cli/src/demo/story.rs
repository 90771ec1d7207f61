//! The steps, in their order.

use super::models::schema;
use super::report::Report;
use super::steps;
use super::trouble::Trouble;
use super::world::World;
use crate::conflict::ConflictOptions;
use crate::edge::random;
use crate::failure::Failure;
use crate::local_api::{LocalApi, Start};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Tells the story. The files go into `keep`, or into a directory that is removed at the end.
pub(crate) fn run(json: bool, keep: Option<&Path>) -> Result<(), Failure> {
    let place = Place::new(keep)?;
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| Failure::plain(format!("the runtime cannot be started: {error}")))?;
    runtime.block_on(tell(json, place.path()))
}

async fn tell(json: bool, directory: &Path) -> Result<(), Failure> {
    let mut report = Report::new(json);
    let (world, server) = open(directory).await.map_err(|trouble| match trouble {
        Trouble::Failed(why) => Failure::plain(why),
        Trouble::Wrong(wrong) => Failure::plain(format!("{}: {}", wrong.what, wrong.found)),
    })?;
    report.begin(&[
        ("server", server.endpoint()),
        ("files", format!("{} (full durability: what is saved has reached the disk)", directory.display())),
    ])?;
    let passed = steps_of(&mut report, world).await;
    server.shutdown().await;
    passed?;
    report.end()
}

async fn steps_of(report: &mut Report, world: World) -> Result<(), Failure> {
    report.check("first sync", steps::first_sync(&world)).await?;
    report.check("live", steps::live(&world)).await?;
    let edits = report.check("offline edits", steps::offline(&world)).await?;
    report.check("back online", steps::online(&world)).await?;
    report.check("different fields", steps::different_fields(&world, &edits)).await?;
    report.check("same field", steps::same_field(&world, &edits)).await?;
    report.check("delete", steps::delete(&world)).await?;
    report.check("failed condition", steps::condition(&world)).await?;
    report.check("selective sync", steps::selective(&world)).await?;
    report.check("restart", steps::restart(world)).await
}

async fn open(directory: &Path) -> Result<(World, LocalApi), Trouble> {
    let key = random::<16>()?.map(|byte| format!("{byte:02x}")).concat();
    let start = Start {
        store: directory.join("server.db"),
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        api_key: key,
        token_key: random()?,
        schema: schema(),
        tls: None,
        extension: true,
        conflict: ConflictOptions::default(),
    };
    World::new(directory, start).await
}

/// Where the files are.
enum Place {
    Kept(PathBuf),
    Temporary(TempDir),
}

impl Place {
    fn new(keep: Option<&Path>) -> Result<Place, Failure> {
        let Some(directory) = keep else {
            return tempfile::tempdir().map(Place::Temporary).map_err(|error| {
                let help = "set TMPDIR to a directory that can be written, or use --keep DIR";
                Failure::new(format!("no temporary directory can be made: {error}"), help)
            });
        };
        let shown = directory.display();
        let help = "name a new directory with --keep DIR";
        let unusable = |error| Failure::new(format!("{shown} cannot be used: {error}"), help);
        std::fs::create_dir_all(directory).map_err(unusable)?;
        match std::fs::read_dir(directory).map_err(unusable)?.next() {
            None => Ok(Place::Kept(directory.to_owned())),
            Some(_) => {
                Err(Failure::new(format!("{shown} is not empty; the demo begins with empty files"), help))
            }
        }
    }

    fn path(&self) -> &Path {
        match self {
            Place::Kept(path) => path,
            Place::Temporary(directory) => directory.path(),
        }
    }
}
