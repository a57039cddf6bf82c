//! What Linux and macOS have in common.
#![expect(unsafe_code, reason = "getsockopt through libc: no crate reads options of a length that varies")]

use std::io;
use std::os::fd::{AsFd, AsRawFd as _};

use tokio::net::TcpSocket;

/// A structure that the kernel has filled as far as it knows it.
///
/// It is read by offset, for the structures grow at their end from version to version, and those of libc are behind.
pub(super) struct Answer<const SIZE: usize> {
    bytes: [u8; SIZE],
    length: usize,
}

impl<const SIZE: usize> Answer<SIZE> {
    /// Asks for an option of level `IPPROTO_TCP`.
    pub(super) fn of_tcp(socket: impl AsFd, option: libc::c_int) -> io::Result<Self> {
        let descriptor = socket.as_fd().as_raw_fd();
        let mut bytes = [0; SIZE];
        let mut length = libc::socklen_t::try_from(SIZE).map_err(io::Error::other)?;
        // SAFETY: the descriptor is open while `socket` lives; the kernel writes at most `length` bytes to `bytes`.
        let status = unsafe {
            libc::getsockopt(
                descriptor,
                libc::IPPROTO_TCP,
                option,
                bytes.as_mut_ptr().cast(),
                &raw mut length,
            )
        };
        if status != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(Self { bytes, length: usize::try_from(length).map_err(io::Error::other)? })
    }

    fn field<const WIDTH: usize>(&self, offset: usize) -> Option<[u8; WIDTH]> {
        self.bytes.get(..self.length)?.get(offset..)?.first_chunk().copied()
    }

    pub(super) fn u8(&self, offset: usize) -> Option<u8> {
        self.field(offset).map(u8::from_ne_bytes)
    }

    pub(super) fn u16(&self, offset: usize) -> Option<u16> {
        self.field(offset).map(u16::from_ne_bytes)
    }

    pub(super) fn u32(&self, offset: usize) -> Option<u32> {
        self.field(offset).map(u32::from_ne_bytes)
    }

    pub(super) fn u64(&self, offset: usize) -> Option<u64> {
        self.field(offset).map(u64::from_ne_bytes)
    }
}

/// Makes the peer's and our own segments carry at most so many bytes of data; before the socket connects.
///
/// Linux takes 88 (`TCP_MIN_MSS`) and more; macOS (`tcp_ctloutput`) no more than the default that holds before there is a
/// connection, which is 512 as it is shipped.
pub(crate) fn limit_segments(socket: &TcpSocket, bytes: u16) -> io::Result<()> {
    socket2::SockRef::from(socket).set_tcp_mss(bytes.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_kernel_answers_less() {
        let answer = Answer { bytes: [1, 0, 0, 0, 2, 0, 0, 0], length: 6 };
        assert_eq!(answer.u32(0).map(u32::to_ne_bytes), Some([1, 0, 0, 0]));
        assert_eq!((answer.u32(4), answer.u64(0)), (None, None));
        assert_eq!(answer.u16(4).map(u16::to_ne_bytes), Some([2, 0]));
        assert_eq!((answer.u8(5), answer.u8(6)), (Some(0), None));
    }
}
