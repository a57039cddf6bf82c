//! A network of a test's own, for tests of this system's kernel.

use std::process::Command;
use std::thread;

use nix::sched::{CloneFlags, unshare};

/// Runs `test` in a network namespace in which the shell has carried out `setup`.
///
/// Where this user cannot make one, or lacks the tools, it says so by name and the result is `None`.
pub(super) fn in_namespace<T: Send>(setup: &str, test: impl AsyncFnOnce() -> T + Send) -> Option<T> {
    let shell = |script: &str| Command::new("sh").args(["-ec", script]).status().unwrap().success();
    let inside = || {
        let tools = shell("command -v ip >/dev/null; command -v nft >/dev/null");
        if !tools || unshare(CloneFlags::CLONE_NEWNET).is_err() {
            println!("skipped: a network namespace needs root's rights, `ip` and `nft`");
            return None;
        }
        assert!(shell(setup), "{setup}");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Some(runtime.block_on(test()))
    };
    // Namespaces belong to a thread: the other tests keep theirs.
    thread::scope(|scope| scope.spawn(inside).join().unwrap())
}
