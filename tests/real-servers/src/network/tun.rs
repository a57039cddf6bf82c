//! A network device whose packets a program reads and writes.
#![expect(unsafe_code, reason = "a TUN device is made by an ioctl, which has no safe wrapper")]

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd as _;

/// Makes a TUN device in the namespace of the calling thread.
///
/// Each read gives one packet and each write takes one, without a header before it (`IFF_NO_PI`). The device goes
/// when the file is closed, wherever it was moved meanwhile. Linux, Documentation/networking/tuntap.rst.
pub(super) fn open(name: &str) -> io::Result<File> {
    let flags = libc::c_short::try_from(libc::IFF_TUN | libc::IFF_NO_PI).map_err(io::Error::other)?;
    let mut request = libc::ifreq {
        ifr_name: [0; libc::IFNAMSIZ],
        ifr_ifru: libc::__c_anonymous_ifr_ifru { ifru_flags: flags },
    };
    // The last byte stays the terminating zero.
    for (to, from) in request.ifr_name.iter_mut().take(libc::IFNAMSIZ - 1).zip(name.bytes()) {
        *to = libc::c_char::try_from(from).map_err(io::Error::other)?;
    }
    let file = File::options().read(true).write(true).open("/dev/net/tun")?;
    // SAFETY: the descriptor is open and `request` is the struct that TUNSETIFF reads and writes.
    let done = unsafe { libc::ioctl(file.as_raw_fd(), libc::TUNSETIFF, &raw mut request) };
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(file) }
}
