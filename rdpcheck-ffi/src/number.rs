//! Enums of the header and what they stand for in the core.

/// Ties an enum of the header to one of the core. What the core has and the header has no number for becomes `$absent`.
macro_rules! numbered {
    ($ours:ident, $core:ident, $absent:ident, [$($variant:ident),+ $(,)?]) => {
        impl From<$core> for $ours {
            fn from(core: $core) -> Self {
                match core {
                    $($core::$variant => Self::$variant,)+
                    _ => Self::$absent,
                }
            }
        }

        impl $ours {
            #[expect(clippy::as_conversions, reason = "the number is the discriminant")]
            pub(crate) const fn number(self) -> u32 {
                self as u32
            }
        }
    };
}
