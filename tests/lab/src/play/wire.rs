use std::io::{ErrorKind, Read as _, Write as _};
use std::time::Duration;

use rustls::ServerConnection;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::log::Entry;
use crate::scenario::{Device, DeviceAction, Finish, Pace};
use crate::{End, Progress};

/// How long a connection is read after the host's FIN, so that late bytes of the client do not turn it into
/// a reset.
const LINGER: Duration = Duration::from_secs(2);

/// Most bytes that are kept unread by the script.
const INPUT_LIMIT: usize = 128 * 1024;

/// Waits; a timer of zero would still cost a tick of the runtime's clock.
pub(super) async fn pause(milliseconds: u64) {
    if milliseconds > 0 {
        sleep(Duration::from_millis(milliseconds)).await;
    }
}

/// One connection, in clear or under TLS; every `Err` says how the connection ended.
pub(super) struct Wire<'a> {
    stream: TcpStream,
    tls: Option<Box<ServerConnection>>,
    input: Vec<u8>,
    /// Reads since the stage began.
    segments: usize,
    /// Whether nothing of the stage's input has been taken.
    is_beginning: bool,
    device: Option<Device>,
    entry: &'a Entry,
}

impl<'a> Wire<'a> {
    pub(super) fn new(stream: TcpStream, entry: &'a Entry, device: Option<Device>) -> Self {
        Self { stream, tls: None, input: Vec::new(), segments: 0, is_beginning: true, device, entry }
    }

    /// What comes now is the first segment of a stage.
    pub(super) fn begin_stage(&mut self) {
        self.segments = usize::from(!self.input.is_empty());
        self.is_beginning = true;
    }

    /// Reads of the socket since the stage began.
    pub(super) fn segments(&self) -> usize {
        self.segments
    }

    pub(super) fn entry(&self) -> &'a Entry {
        self.entry
    }

    /// What has been received and not been taken yet.
    pub(super) fn input(&self) -> &[u8] {
        &self.input
    }

    pub(super) fn take(&mut self, count: usize) -> Vec<u8> {
        self.is_beginning = false;
        let rest = self.input.split_off(count.min(self.input.len()));
        std::mem::replace(&mut self.input, rest)
    }

    pub(super) fn take_all(&mut self) -> Vec<u8> {
        self.is_beginning = false;
        std::mem::take(&mut self.input)
    }

    /// Waits for more input.
    pub(super) async fn fill(&mut self) -> Result<(), End> {
        if self.input.len() > INPUT_LIMIT {
            return Err(self.finish().await);
        }
        if self.tls.is_none() {
            let received = self.receive().await?;
            self.input.extend_from_slice(&received);
            self.segments += 1;
            return match self.device {
                Some(device) if self.is_beginning && device.acts_on(&self.input, self.segments) => {
                    Err(match device.action {
                        DeviceAction::Close => self.finish().await,
                        DeviceAction::Reset => self.reset(),
                        DeviceAction::Swallow => self.hold().await,
                    })
                }
                Some(_) | None => Ok(()),
            };
        }
        let before = self.input.len();
        while self.input.len() == before {
            let received = self.receive().await?;
            self.decrypt(&received, Pace::default()).await?;
        }
        Ok(())
    }

    /// Sends, under TLS where it is up.
    pub(super) async fn say(&mut self, bytes: &[u8], pace: Pace) -> Result<(), End> {
        pause(pace.delay_ms).await;
        match &mut self.tls {
            None => self.send(bytes, pace).await,
            Some(tls) => {
                tls.writer().write_all(bytes).map_err(|_| End::ClientReset)?;
                self.flush(pace).await
            }
        }
    }

    /// Puts the rest of the connection under TLS; what was received so far is the client's first flight.
    pub(super) async fn start_tls(&mut self, mut tls: ServerConnection, pace: Pace) -> Result<(), End> {
        let hello = self.take_all();
        tls.set_buffer_limit(None);
        self.tls = Some(Box::new(tls));
        self.decrypt(&hello, pace).await?;
        while self.tls.as_ref().is_some_and(|tls| tls.is_handshaking()) {
            let received = self.receive().await?;
            self.decrypt(&received, pace).await?;
        }
        Ok(())
    }

    /// Ends the connection as the scenario says.
    pub(super) async fn end(&mut self, how: Finish) -> End {
        match how {
            Finish::Close => self.finish().await,
            Finish::Reset => self.reset(),
            Finish::Silent => self.drain().await,
        }
    }

    /// Reads and discards until the client ends the connection.
    pub(super) async fn drain(&mut self) -> End {
        loop {
            drop(self.take_all());
            if let Err(end) = self.fill().await {
                return end;
            }
        }
    }

    /// Sends FIN, under TLS after a `close_notify`, and waits for the client's.
    pub(super) async fn finish(&mut self) -> End {
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
            if let Err(end) = self.flush(Pace::default()).await {
                return end;
            }
        }
        let end = match self.stream.shutdown().await {
            Ok(()) => End::HostFinished,
            Err(_) => End::ClientReset,
        };
        self.entry.ended(end);
        drop(timeout(LINGER, async { while self.receive().await.is_ok() {} }).await);
        end
    }

    /// Makes the socket send RST when it is dropped, which is when the connection's play ends.
    pub(super) fn reset(&self) -> End {
        match self.stream.set_zero_linger() {
            Ok(()) => End::HostReset,
            Err(_) => End::ClientReset,
        }
    }

    /// Neither reads nor writes; sees only when the client goes away.
    pub(super) async fn hold(&self) -> End {
        loop {
            let closed = match self.stream.ready(tokio::io::Interest::READABLE).await {
                Ok(ready) => ready.is_read_closed(),
                Err(_) => true,
            };
            if closed {
                return match self.stream.take_error() {
                    Ok(None) => End::ClientFinished,
                    Ok(Some(_)) | Err(_) => End::ClientReset,
                };
            }
            // What is unread keeps the socket ready: forget it, so that the next event is the client's end. Where
            // the system tells of it again and again, the pause keeps this from spinning.
            let forget = || Err::<(), _>(ErrorKind::WouldBlock.into());
            drop(self.stream.try_io(tokio::io::Interest::READABLE, forget));
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Bytes from the socket as they are.
    async fn receive(&mut self) -> Result<Vec<u8>, End> {
        let mut buffer = vec![0; 16 * 1024];
        match self.stream.read(&mut buffer).await {
            Ok(0) => Err(End::ClientFinished),
            Ok(count) => {
                buffer.truncate(count);
                self.entry.update(|entry| {
                    entry.bytes_received += u64::try_from(count).unwrap_or(u64::MAX);
                    entry.progress = entry.progress.max(Progress::FirstBytes);
                });
                Ok(buffer)
            }
            Err(_) => Err(End::ClientReset),
        }
    }

    async fn decrypt(&mut self, mut received: &[u8], pace: Pace) -> Result<(), End> {
        while let Some(tls) = &mut self.tls
            && !received.is_empty()
        {
            tls.read_tls(&mut received).map_err(|_| End::ClientReset)?;
            match tls.process_new_packets() {
                Ok(state) => {
                    if !tls.is_handshaking() {
                        self.entry.reached(Progress::TlsComplete);
                    }
                    if state.plaintext_bytes_to_read() > 0 {
                        let mut plaintext = vec![0; state.plaintext_bytes_to_read()];
                        match tls.reader().read_exact(&mut plaintext) {
                            Ok(()) => self.input.extend_from_slice(&plaintext),
                            Err(error) => debug_assert_eq!(error.kind(), ErrorKind::WouldBlock),
                        }
                    }
                    if state.peer_has_closed() {
                        self.entry.update(|entry| entry.close_notify = true);
                    }
                    self.flush(pace).await?;
                    if state.peer_has_closed() {
                        return Err(self.discard().await);
                    }
                }
                Err(rustls::Error::AlertReceived(description)) => {
                    self.entry.update(|entry| entry.client_alert = Some(description.into()));
                    self.tls = None;
                    return Err(self.discard().await);
                }
                Err(_) => {
                    self.flush(pace).await?;
                    self.tls = None;
                    return Err(self.finish().await);
                }
            }
        }
        Ok(())
    }

    /// Waits for the end of a client that has nothing more to say.
    async fn discard(&mut self) -> End {
        loop {
            if let Err(end) = self.receive().await {
                return end;
            }
        }
    }

    async fn flush(&mut self, pace: Pace) -> Result<(), End> {
        let mut output = Vec::new();
        while let Some(tls) = &mut self.tls
            && tls.wants_write()
        {
            tls.write_tls(&mut output).map_err(|_| End::ClientReset)?;
        }
        self.send(&output, pace).await
    }

    async fn send(&mut self, bytes: &[u8], pace: Pace) -> Result<(), End> {
        let chunk = pace.chunk.unwrap_or(bytes.len()).max(1);
        for (index, piece) in bytes.chunks(chunk).enumerate() {
            if index > 0 {
                pause(pace.pause_ms).await;
            }
            self.stream.write_all(piece).await.map_err(|_| End::ClientReset)?;
            self.entry.update(|entry| entry.bytes_sent += u64::try_from(piece.len()).unwrap_or(u64::MAX));
        }
        Ok(())
    }
}
