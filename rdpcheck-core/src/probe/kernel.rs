//! What the kernel knows of a TCP connection. No maintained crate offers `TCP_INFO`, so the calls are made here.
#![cfg_attr(target_os = "linux", expect(unsafe_code, reason = "getsockopt and ioctl through libc"))]

use std::time::Duration;

/// The kernel's numbers; `None` where the system does not tell.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Numbers {
    /// Smoothed round-trip time.
    pub(crate) round_trip: Option<Duration>,
    /// Bytes sent that the peer's TCP has not acknowledged.
    pub(crate) unacknowledged: Option<u64>,
}

#[cfg(target_os = "linux")]
pub(crate) fn numbers(socket: &tokio::net::TcpStream) -> Numbers {
    use std::mem::MaybeUninit;
    use std::os::fd::AsRawFd as _;

    let descriptor = socket.as_raw_fd();
    let mut info = MaybeUninit::<libc::tcp_info>::zeroed();
    let mut length = libc::socklen_t::try_from(size_of::<libc::tcp_info>()).unwrap_or_default();
    // SAFETY: the descriptor is open while `socket` is borrowed; the kernel writes at most `length` bytes to `info`.
    let status = unsafe {
        libc::getsockopt(
            descriptor,
            libc::IPPROTO_TCP,
            libc::TCP_INFO,
            info.as_mut_ptr().cast(),
            &raw mut length,
        )
    };
    // SAFETY: every field is an integer, for which the zeroes that a short answer leaves are valid.
    let info = unsafe { info.assume_init() };
    let microseconds = (status == 0 && info.tcpi_rtt > 0).then_some(info.tcpi_rtt);

    // SIOCOUTQ has the number of TIOCOUTQ: bytes in the send queue that are not acknowledged (tcp(7)).
    let mut queued: libc::c_int = 0;
    // SAFETY: the descriptor is open; the kernel writes one int to `queued`.
    let status = unsafe { libc::ioctl(descriptor, libc::TIOCOUTQ, &raw mut queued) };
    Numbers {
        round_trip: microseconds.map(|microseconds| Duration::from_micros(microseconds.into())),
        unacknowledged: (status == 0).then(|| u64::try_from(queued).unwrap_or_default()),
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn numbers(_socket: &tokio::net::TcpStream) -> Numbers {
    Numbers::default()
}
