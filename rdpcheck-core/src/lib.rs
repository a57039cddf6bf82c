//! Typed probe and diagnosis of Remote Desktop connections.
