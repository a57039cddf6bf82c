use time::OffsetDateTime;

/// This machine's clock; the only place where the library reads it.
pub(crate) fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}
