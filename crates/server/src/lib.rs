//! The sync server's sockets: HTTP, the realtime WebSocket and fan-out.
