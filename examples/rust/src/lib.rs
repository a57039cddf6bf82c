//! Examples of rdpcheck in Rust: see the folder `examples` beside this one.
//!
//! * `check`: checks a host, or shows a diagnosis of a scripted one.
//! * `detect`: the few lines with which a program tells the state that users see as 0x904 / 0x7.
