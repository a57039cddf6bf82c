//! How a check is carried out.
#![expect(unsafe_code, reason = "a struct of C is read through a pointer")]

use std::ffi::c_char;
use std::mem::{MaybeUninit, offset_of};
use std::ptr;
use std::time::Duration;

use rdpcheck_core::{AddressFamily, CheckOptions, ClientError, Depth};

use crate::cancel::Cancel;
use crate::error::Failure;
use crate::guard;
use crate::status::Status;

/// `client_error_code` is given, even if it is 0.
pub const HAS_CLIENT_ERROR_CODE: u32 = 1;
/// `client_error_extended` is given, even if it is 0.
pub const HAS_CLIENT_ERROR_EXTENDED: u32 = 2;
/// `expiry_threshold_days` is given, even if it is 0: only certificates that have expired are reported.
pub const HAS_EXPIRY_THRESHOLD_DAYS: u32 = 4;

const FLAGS: u32 = HAS_CLIENT_ERROR_CODE | HAS_CLIENT_ERROR_EXTENDED | HAS_EXPIRY_THRESHOLD_DAYS;

/// How many connections a check may spend on explaining what it saw.
/// A healthy host takes one at every depth but `RDPCHECK_DEPTH_DEEP`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "C knows the values by number")]
#[repr(u32)]
pub enum DepthCode {
    /// As `RDPCHECK_DEPTH_STANDARD`.
    Default = 0,
    /// At most 3 connections.
    Quick = 1,
    /// At most 12 connections.
    Standard = 2,
    /// At most 60 connections, and facts that a healthy host is not asked for otherwise: whether it insists on NLA, every
    /// offer of the negotiation, TLS versions, suites and groups, CredSSP versions, UDP, and the quality of the path.
    Deep = 3,
}

numbered!(DepthCode, Depth, Default, [Quick, Standard, Deep]);

/// Which addresses of the target are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "C knows the values by number")]
#[repr(u32)]
pub enum AddressFamilyCode {
    /// As `RDPCHECK_ADDRESS_FAMILY_ANY`.
    Default = 0,
    /// Both, raced as RFC 8305 says.
    Any = 1,
    /// IPv4 only.
    Ipv4 = 2,
    /// IPv6 only.
    Ipv6 = 3,
}

numbered!(AddressFamilyCode, AddressFamily, Default, [Any, Ipv4, Ipv6]);

/// How a check is carried out. Begin with `RDPCHECK_OPTIONS_INIT` and set what differs: zero in a field is its default.
/// Later versions add fields at the end only. A struct of an older header is understood, and one of a newer header too
/// as long as the fields that this version does not know are zero; else the check fails with
/// `RDPCHECK_STATUS_BAD_STRUCT_SIZE`.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "C knows the layout")]
#[repr(C)]
pub struct Options {
    /// `sizeof(rdpcheck_options)` where the caller was compiled; `RDPCHECK_OPTIONS_INIT` sets it.
    pub struct_size: u32,
    /// `RDPCHECK_HAS_...`, combined by `|`, where a zero is meant as a value. Other bits must be 0.
    pub flags: u32,
    /// Deadline of the whole check in milliseconds: 100 to 600000. Default 15000, and 60000 at `RDPCHECK_DEPTH_DEEP`.
    pub deadline_ms: u32,
    /// Limit of name resolution in milliseconds: 10 to 600000. Default 5000.
    pub resolve_timeout_ms: u32,
    /// Limit of the TCP connection, over all addresses together, in milliseconds: 10 to 600000. Default 4500.
    /// Below 3000 a host is given up after fewer than three SYN segments.
    pub connect_timeout_ms: u32,
    /// Limit of the answer to the X.224 connection request in milliseconds: 10 to 600000. Default 4500.
    pub negotiate_timeout_ms: u32,
    /// Limit of the TLS handshake in milliseconds: 10 to 600000. Default 5000.
    pub tls_timeout_ms: u32,
    /// Limit of the CredSSP answer in milliseconds: 10 to 600000. Default 5000.
    pub credssp_timeout_ms: u32,
    /// How many connections may be spent, an `rdpcheck_depth`. Default `RDPCHECK_DEPTH_STANDARD`.
    pub depth: u32,
    /// Which addresses are used, an `rdpcheck_address_family`. Default `RDPCHECK_ADDRESS_FAMILY_ANY`.
    pub address_family: u32,
    /// The error code that a client showed, for instance 0x904. Findings that can produce it come first among equals.
    /// Default none.
    pub client_error_code: u32,
    /// The extended error code that it showed, for instance 0x7. Default not known.
    pub client_error_extended: u32,
    /// A certificate with fewer days left than this is reported: 1 to 3650, or 0 with
    /// `RDPCHECK_HAS_EXPIRY_THRESHOLD_DAYS`. Default 14.
    pub expiry_threshold_days: u32,
    /// Must be 0.
    pub reserved: u32,
    /// The name that is sent in the TLS server name indication and looked for in the certificate. Default NULL: the
    /// target's own name. Read during the call only.
    pub server_name: *const c_char,
    /// A wish to stop that is asked for during the call. Default NULL: none.
    pub cancel: *const Cancel,
    /// A name for this check in the `mstshash` cookie of its X.224 requests, so that a host's log shows who asked: 1 to 64
    /// printable ASCII characters but space and semicolon. Default NULL: no cookie is sent, but for one follow-up that
    /// finds out whether a host that answers nothing wants one. Read during the call only.
    pub probe_name: *const c_char,
    /// The hardware address of the host, as `aa:bb:cc:dd:ee:ff`, with `-` for `:`, as `aabb.ccdd.eeff` or without
    /// separators. When the host does not answer, a Wake-on-LAN packet for it is broadcast on this machine's own networks,
    /// and the host is waited for until the deadline, which should be one to two minutes. Default NULL: nothing is ever
    /// sent. Read during the call only.
    pub wake_on_lan: *const c_char,
}

/// Structs beyond this size are refused unread: whatever it is, it is not a size.
const MOST: usize = 4096;

const OWN: usize = size_of::<Options>();

impl Options {
    /// The caller's struct as this version understands it. NULL is all defaults.
    ///
    /// # Safety
    ///
    /// `options` is NULL or points to as many bytes as its first field says.
    pub(crate) unsafe fn from_caller(options: *const Self) -> Result<Self, Failure> {
        let mut own = MaybeUninit::<Self>::zeroed();
        if !options.is_null() {
            // SAFETY: the struct begins with its size, whatever its version.
            let size = unsafe { options.cast::<u32>().read_unaligned() };
            let size = usize::try_from(size).unwrap_or(usize::MAX);
            check_size(size)?;
            // SAFETY: at most its own size is read, and at most the size of `own` written.
            unsafe {
                ptr::copy_nonoverlapping(options.cast::<u8>(), own.as_mut_ptr().cast::<u8>(), size.min(OWN));
            };
            if size > OWN {
                // SAFETY: the tail lies within the size that the struct says it has.
                let tail = unsafe { options.cast::<u8>().add(OWN) };
                // SAFETY: as above.
                let tail = unsafe { std::slice::from_raw_parts(tail, size - OWN) };
                if let Some(at) = tail.iter().position(|byte| *byte != 0) {
                    return Err(Failure::new(
                        Status::BadStructSize,
                        &format!(
                            "the options set something at byte {} that this version ({OWN} bytes) does not know",
                            OWN + at
                        ),
                    ));
                }
            }
        }
        // SAFETY: zero and what the caller wrote are both valid: every field is a number or a pointer.
        Ok(unsafe { own.assume_init() })
    }

    /// The options of the core.
    ///
    /// # Safety
    ///
    /// `server_name`, `probe_name` and `wake_on_lan` are NULL or end in NUL.
    pub(crate) unsafe fn interpret(&self) -> Result<CheckOptions, Failure> {
        let unknown = self.flags & !FLAGS;
        if unknown != 0 {
            return Err(invalid("flags", format!("0x{unknown:x}"), "RDPCHECK_HAS_..., combined by |"));
        }
        if self.reserved != 0 {
            return Err(invalid("reserved", self.reserved.to_string(), "0"));
        }
        let mut options = CheckOptions::default();
        let limits: [(u32, Limit); 6] = [
            (self.deadline_ms, CheckOptions::deadline),
            (self.resolve_timeout_ms, CheckOptions::resolve_timeout),
            (self.connect_timeout_ms, CheckOptions::connect_timeout),
            (self.negotiate_timeout_ms, CheckOptions::negotiate_timeout),
            (self.tls_timeout_ms, CheckOptions::tls_timeout),
            (self.credssp_timeout_ms, CheckOptions::credssp_timeout),
        ];
        for (milliseconds, set) in limits {
            if milliseconds != 0 {
                options = set(options, Duration::from_millis(milliseconds.into()));
            }
        }
        if self.depth != DepthCode::Default.number() {
            let depth = Depth::ALL
                .iter()
                .find(|depth| DepthCode::from(**depth).number() == self.depth)
                .ok_or_else(|| invalid("depth", self.depth.to_string(), "an rdpcheck_depth, 0 to 3"))?;
            options = options.depth(*depth);
        }
        if self.address_family != AddressFamilyCode::Default.number() {
            let family = AddressFamily::ALL
                .iter()
                .find(|family| AddressFamilyCode::from(**family).number() == self.address_family)
                .ok_or_else(|| {
                    invalid(
                        "address_family",
                        self.address_family.to_string(),
                        "an rdpcheck_address_family, 0 to 3",
                    )
                })?;
            options = options.address_family(*family);
        }
        let extended = self.given(HAS_CLIENT_ERROR_EXTENDED, self.client_error_extended);
        match self.given(HAS_CLIENT_ERROR_CODE, self.client_error_code) {
            Some(code) => options = options.client_error(ClientError::new(code, extended)),
            None if extended.is_some() => {
                return Err(invalid(
                    "client_error_extended",
                    self.client_error_extended.to_string(),
                    "only with client_error_code",
                ));
            }
            None => {}
        }
        if let Some(days) = self.given(HAS_EXPIRY_THRESHOLD_DAYS, self.expiry_threshold_days) {
            options = options.expiry_threshold_days(days);
        }
        if !self.server_name.is_null() {
            // SAFETY: it ends in NUL, as this function demands.
            let name = unsafe { guard::text(self.server_name, "server_name") }?;
            options = options.server_name(name);
        }
        if !self.probe_name.is_null() {
            // SAFETY: it ends in NUL, as this function demands.
            let name = unsafe { guard::text(self.probe_name, "probe_name") }?;
            options = options.probe_name(name.parse()?);
        }
        if !self.wake_on_lan.is_null() {
            // SAFETY: it ends in NUL, as this function demands.
            let address = unsafe { guard::text(self.wake_on_lan, "wake_on_lan") }?;
            options = options.wake_on_lan(address.parse()?);
        }
        Ok(options)
    }

    fn given(&self, flag: u32, value: u32) -> Option<u32> {
        (value != 0 || self.flags & flag != 0).then_some(value)
    }
}

type Limit = fn(CheckOptions, Duration) -> CheckOptions;

/// A size is good when it ends with a field: half a pointer would be taken for a whole one.
fn check_size(size: usize) -> Result<(), Failure> {
    let pointers = offset_of!(Options, server_name);
    let ends_with_a_field = if size <= pointers {
        size >= size_of::<u32>() && size.is_multiple_of(size_of::<u32>())
    } else {
        (size - pointers).is_multiple_of(size_of::<*const ()>()) || size > OWN
    };
    if ends_with_a_field && size <= MOST {
        return Ok(());
    }
    Err(Failure::new(
        Status::BadStructSize,
        &format!(
            "struct_size of the options is {size}; allowed: sizeof(rdpcheck_options), here {OWN}, as RDPCHECK_OPTIONS_INIT sets it"
        ),
    ))
}

fn invalid(option: &'static str, value: String, allowed: &'static str) -> Failure {
    rdpcheck_core::Error::InvalidOptions { option, value, allowed }.into()
}
