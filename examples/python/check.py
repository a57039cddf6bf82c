"""Check a host and say what is wrong: ``python check.py HOST[:PORT]``."""

import sys

import rdpcheck

try:
    [target] = sys.argv[1:]
    report = rdpcheck.check(target)
except rdpcheck.InvalidTargetError as error:
    sys.exit(str(error))
except ValueError:
    sys.exit("usage: python check.py HOST[:PORT]")
print(report.summary)
for finding in report.findings:
    if finding.verdict.is_open:
        print(f"{finding.verdict} {finding.cause}: {finding.message}")
        for remedy in finding.remedies:
            print(f"  on the {remedy.place}: {remedy.action}")
if report.detects(0x904, 0x7):
    print("this is the state that clients show as 0x904 / 0x7")
