//! A scripted Remote Desktop host for tests and demonstrations.
