//! What befalls the server: it restarts, is copied and restored, forgets, and is given other rules and keys.

use crate::world::World;
use syncline_core::record::EntryState;

pub(super) fn restart(world: &mut World) -> Result<(), String> {
    world.tell(|| "the server restarts".to_owned());
    world.restart_server(|_| Ok(()))
}

pub(super) fn copy(world: &mut World) -> Result<(), String> {
    if !world.server.has_disk() || world.settings.plain {
        return Ok(());
    }
    world.tell(|| "the server's file is copied".to_owned());
    world.restart_server(crate::server::Server::copy)
}

/// The copy takes the file's place: what was committed since is lost, and a new epoch begins (SYNC 2.6). Plain AppSync
/// has no epochs: its clients keep what was never there until they fetch everything anew.
pub(super) fn restore(world: &mut World) -> Result<(), String> {
    if !world.server.is_copied() {
        return Ok(());
    }
    world.tell(|| "the server is restored from its copy".to_owned());
    world.history.count("restores");
    world.history.restored = true;
    // It takes a while to put a copy in place: what is made anew then is told from what is lost (`LATER_LIFE_MS`).
    world.jump_clock(90_000);
    world.restart_server(crate::server::Server::restore)
}

/// Tombstones and changes go that are older than a time (SYNC 3.11). A plain client is not told that its last sync was
/// before the horizon.
pub(super) fn purge(world: &mut World) -> Result<(), String> {
    if world.settings.plain {
        return Ok(());
    }
    // Ids are remembered as long as tombstones: what is in doubt is not so old.
    for device in &mut world.devices {
        let outbox = device.store()?.reads().outbox().map_err(|error| error.to_string())?;
        if outbox.iter().any(|entry| entry.state == EntryState::Sent) {
            return Ok(());
        }
    }
    // A key comes to a later life a good while after its earlier one, or it is not told from what is late on its way.
    let older_ms = [65_000, 120_000][world.random.below(2)];
    let purged = world.server.purge(older_ms)?;
    world.tell(|| format!("the server forgets what is older than {older_ms} ms: {purged} of it"));
    if purged > 0 {
        world.history.count("purges");
        world.history.forgot = true;
    }
    Ok(())
}

/// Other rules are another fingerprint (SYNC 2.7); another key makes page tokens invalid.
pub(super) fn rules(world: &mut World) -> Result<(), String> {
    let rules = world.server.has_disk() && !world.settings.plain && world.random.chance(60);
    world.tell(|| format!("the server restarts with other {}", if rules { "rules" } else { "keys" }));
    world.restart_server(|server| {
        if rules {
            server.change_rules()
        } else {
            server.change_key()
        }
        Ok(())
    })
}
