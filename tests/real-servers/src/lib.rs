//! Tests against real Remote Desktop servers.
