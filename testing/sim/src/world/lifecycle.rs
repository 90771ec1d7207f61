//! What befalls a device or the server as a whole: starting, stopping, crashing, restarting.

use super::{Message, World};
use crate::device::Volatile;
use syncline_engine::Input;

impl World {
    /// A point where a device's process may end. Whether it did.
    ///
    /// # Errors
    /// If its file cannot be opened again.
    pub fn may_crash(&mut self, device: usize) -> Result<bool, String> {
        let crashes = !self.calm && self.random.chance(self.settings.crash);
        if crashes {
            self.crash(device)?;
        }
        Ok(crashes)
    }

    /// A device's process ends without a word and starts again.
    ///
    /// # Errors
    /// If its file cannot be opened again.
    pub fn crash(&mut self, device: usize) -> Result<(), String> {
        self.tell(|| format!("device {device} crashes"));
        self.history.count("crashes");
        self.hang_up(device);
        self.devices[device].crash()?;
        crate::check::whole(self, device)?;
        if self.devices[device].wanted { self.start(device) } else { Ok(()) }
    }

    /// The server's process ends and starts again, after `meanwhile`; every connection is lost.
    ///
    /// # Errors
    /// If its store cannot be opened again.
    pub fn restart_server(
        &mut self,
        meanwhile: impl FnOnce(&mut crate::server::Server) -> Result<(), String>,
    ) -> Result<(), String> {
        self.server.stop()?;
        meanwhile(&mut self.server)?;
        self.server.go_on()?;
        for (connection, device) in std::mem::take(&mut self.connections) {
            let to = self.address(device);
            self.later(1, Message::Lost { to, connection });
        }
        Ok(())
    }

    /// A device's connection ends: the server hears of it.
    pub fn hang_up(&mut self, device: usize) {
        self.devices[device].volatile.connection = None;
        self.devices[device].volatile.connecting = None;
        self.server.hang_up(device, None);
        self.connections.retain(|_, owner| *owner != device);
    }

    /// The network goes or comes back.
    pub fn set_online(&mut self, device: usize, online: bool) {
        self.devices[device].online = online;
        self.tell(|| format!("device {device} is {}", if online { "online" } else { "offline" }));
        if !online && let Some(connection) = self.devices[device].volatile.connection {
            let to = self.address(device);
            self.later(5, Message::Lost { to, connection });
        }
    }

    /// Starts sync on a device.
    ///
    /// # Errors
    /// If something fails that must not.
    pub fn start(&mut self, device: usize) -> Result<(), String> {
        let it = &mut self.devices[device];
        if it.engine.is_running() {
            return Ok(());
        }
        let generation = it.store()?.reads().generation().map_err(|error| error.to_string())?;
        it.volatile = Volatile { generation, ..Volatile::default() };
        let start = it.start();
        self.input(device, Input::Start(start))?;
        crate::runner::ask_all(self, device)
    }

    /// Stops sync on a device.
    ///
    /// # Errors
    /// If something fails that must not.
    pub fn stop(&mut self, device: usize) -> Result<(), String> {
        // A crash on the way starts it again.
        while self.devices[device].engine.is_running() {
            self.input(device, Input::Stop)?;
        }
        self.hang_up(device);
        self.devices[device].volatile = Volatile::default();
        Ok(())
    }
}
