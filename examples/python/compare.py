"""Check a host, wait for a repair, and say what it changed: ``python compare.py HOST[:PORT]``."""

import sys

import rdpcheck

try:
    [target] = sys.argv[1:]
    before = rdpcheck.check(target)
except rdpcheck.InvalidTargetError as error:
    sys.exit(str(error))
except ValueError:
    sys.exit("usage: python compare.py HOST[:PORT]")
print(before.summary)
print("Press Enter when it has been repaired.")
sys.stdin.readline()
diff = before.diff(rdpcheck.check(target))
print(diff.summary)
for finding in diff.fixed:
    print(f"fixed: {finding.cause}")
for finding in diff.new:
    print(f"new: {finding.cause}: {finding.message}")
for finding in diff.not_comparable:
    # Not seen any more is not the same as gone.
    print(f"not known: {finding.cause}")
