"""Say what a client's error codes mean, then what a check says of them.

``python explain.py CODE[/EXTENDED] [HOST[:PORT]]``; the first argument may be the pasted text of the client's
dialog. Without a host nothing is asked over the network.
"""

import sys

import rdpcheck


def main(shown: str, *hosts: str) -> None:
    """Explain the codes, and check the host if there is one."""
    client_error = rdpcheck.ClientError.parse(shown)
    explanation = rdpcheck.explain(client_error)
    print(f"{client_error}: {explanation.title}")
    for explained in explanation.causes:
        print(f"  {explained.cause} ({explained.basis}): {explained.says}")
    for host in hosts:
        report = rdpcheck.check(host, client_error=client_error)
        print(report.summary)
        if report.client_error_fit:
            print(f"  {report.client_error_fit.outcome}: {report.client_error_fit.message}")
        for finding in report.findings:
            if finding.verdict is rdpcheck.Verdict.CONFIRMED:
                # What else clients show because of it, and how it is recognised, whatever the host.
                print(rdpcheck.describe(finding.cause).text)


if len(sys.argv) not in (2, 3):
    sys.exit("usage: python explain.py CODE[/EXTENDED] [HOST[:PORT]]")
try:
    main(*sys.argv[1:])
except rdpcheck.RdpCheckError as error:
    sys.exit(str(error))
