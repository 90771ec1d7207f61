//! A socket that is given up when its client takes nothing of what is sent to it.

use std::future::{Future, Pending, pending};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Timeout, timeout};

/// An accepted socket, with its place among those that the server holds. Also one that became a WebSocket keeps it.
#[derive(Debug)]
pub(super) struct Patient {
    socket: TcpStream,
    patience: Duration,
    /// Runs while the client's window is full.
    stalled: Option<Pin<Box<Timeout<Pending<()>>>>>,
    _place: OwnedSemaphorePermit,
}

impl Patient {
    /// A write that finds no room for `patience` fails; the answer that it belongs to need not be held any longer.
    pub(super) fn new(socket: TcpStream, patience: Duration, place: OwnedSemaphorePermit) -> Patient {
        Patient { socket, patience, stalled: None, _place: place }
    }

    /// Looks at the first byte without taking it; the number of bytes seen.
    pub(super) async fn peek(&self, first: &mut [u8]) -> io::Result<usize> {
        self.socket.peek(first).await
    }

    fn written(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let patience = self.patience;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(timeout(patience, pending())));
        let _elapsed = ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes nothing of what is sent")))
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write(cx, bytes);
        self.written(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write_vectored(cx, slices);
        self.written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}
