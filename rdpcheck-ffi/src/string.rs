//! Texts that are handed out.
#![expect(unsafe_code, reason = "functions are exported to C by name")]

use std::ffi::{CStr, CString, c_char};
use std::sync::OnceLock;

use crate::guard::{free, give, read};

/// A text that belongs to the object that it was asked of, and lives until that object is freed.
/// `data` is never NULL, ends in NUL, and holds no other NUL; `len` does not count the end. UTF-8.
/// Where there is no such text, and for a NULL object, it is "".
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "C knows the layout")]
#[repr(C)]
pub struct Str {
    /// The first byte.
    pub data: *const c_char,
    /// The length in bytes.
    pub len: usize,
}

impl Str {
    pub(crate) const EMPTY: Self = Self { data: c"".as_ptr(), len: 0 };
}

/// A text that the caller owns.
#[derive(Debug)]
pub struct OwnedString(Text);

impl OwnedString {
    /// The text, for the caller to free.
    pub(crate) fn give(text: &str) -> *mut Self {
        give(Self(Text::new(text)))
    }
}

/// The text, which lives until the string is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_string_view(string: *const OwnedString) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(string, Str::EMPTY, |string| string.0.view()) }
}

/// Frees a string. NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_string_free(string: *mut OwnedString) {
    // SAFETY: the caller passes NULL or an object that it owns and gives up.
    unsafe { free(string) };
}

/// A text with a NUL at its end and nowhere else.
#[derive(Debug, Default)]
pub(crate) struct Text(CString);

impl Text {
    /// A NUL within the text is written as `\0`, so that it cannot cut the text short.
    pub(crate) fn new(text: &str) -> Self {
        let whole =
            if text.contains('\0') { CString::new(text.replace('\0', "\\0")) } else { CString::new(text) };
        Self(whole.unwrap_or_default())
    }

    pub(crate) fn optional(text: Option<&str>) -> Self {
        text.map(Self::new).unwrap_or_default()
    }

    pub(crate) fn list<T: AsRef<str>>(texts: &[T]) -> Vec<Self> {
        texts.iter().map(|text| Self::new(text.as_ref())).collect()
    }

    pub(crate) fn view(&self) -> Str {
        Str { data: self.0.as_ptr(), len: self.0.count_bytes() }
    }
}

/// The view of one text of a list.
pub(crate) fn view_at(texts: &[Text], index: usize) -> Str {
    texts.get(index).map_or(Str::EMPTY, Text::view)
}

/// The codes of a core enum with a NUL at their ends, in memory that needs no freeing when the library is unloaded.
///
/// Codes of more than `LONGEST - 1` bytes would be cut; a test holds them all against this.
pub(crate) struct Codes<const N: usize, const LONGEST: usize = 64>(OnceLock<[[u8; LONGEST]; N]>);

impl<const N: usize, const LONGEST: usize> Codes<N, LONGEST> {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The code of the value at `index` of `all`.
    pub(crate) fn get<T: Copy>(
        &'static self,
        all: &[T],
        code: fn(T) -> &'static str,
        index: usize,
    ) -> Option<&'static CStr> {
        let table = self.0.get_or_init(|| {
            let mut table = [[0; LONGEST]; N];
            for (slot, value) in table.iter_mut().zip(all) {
                // The last byte stays NUL.
                for (to, from) in slot.iter_mut().take(LONGEST.saturating_sub(1)).zip(code(*value).bytes()) {
                    *to = from;
                }
            }
            table
        });
        CStr::from_bytes_until_nul(table.get(index)?).ok()
    }

    /// The code of the first value of `all` that `is_it` says yes to; "" when there is none.
    pub(crate) fn find<T: Copy>(
        &'static self,
        all: &[T],
        code: fn(T) -> &'static str,
        is_it: impl Fn(T) -> bool,
    ) -> *const c_char {
        all.iter()
            .position(|value| is_it(*value))
            .and_then(|index| self.get(all, code, index))
            .unwrap_or_default()
            .as_ptr()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_within_a_text_is_escaped() {
        let text = Text::new("a\0b");
        assert_eq!(text.0.to_bytes(), b"a\\0b");
        assert_eq!(text.view().len, 4);
        assert_eq!(Text::optional(None).view().len, 0);
    }
}
