//! The little of BER (X.690) that MCS and old certificates need. Their lengths may be longer than they must be, which `der`
//! does not take.

use ironrdp_core::ReadCursor;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const ENUMERATED: u8 = 0x0a;
pub(super) const SEQUENCE: u8 = 0x30;

/// The contents of the next value, which must have this tag.
pub(super) fn value<'a>(source: &mut ReadCursor<'a>, tag: u8) -> Option<&'a [u8]> {
    (source.try_read_u8().ok()? == tag).then(|| contents(source)).flatten()
}

/// What follows a tag: a length, and as many bytes.
pub(super) fn contents<'a>(source: &mut ReadCursor<'a>) -> Option<&'a [u8]> {
    let length = match source.try_read_u8().ok()? {
        short @ 0..=0x7f => usize::from(short),
        0x81 => usize::from(source.try_read_u8().ok()?),
        0x82 => usize::from(source.try_read_u16_be().ok()?),
        _ => return None,
    };
    take(source, length)
}

/// The next bytes.
pub(super) fn take<'a>(source: &mut ReadCursor<'a>, count: usize) -> Option<&'a [u8]> {
    (source.len() >= count).then(|| source.read_slice(count))
}
