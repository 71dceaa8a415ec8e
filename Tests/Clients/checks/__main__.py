"""Starts a cluster, runs every check on it, and ends it."""
import argparse
import pathlib
import subprocess
import sys

from checks import asking, runner
from checks.cluster import Cluster
# In this order: the ordinary first, then the hostile, then the faults, then the balance.
from checks import (  # noqa: F401
    commands, refusals, documents, books, stores, malformed, reads, http_reads, http_documents,
    http_requests, http_forms, http_description, feed, metrics,
    calls, sessions, membership, hostile, http_hostile, faults, ending)


def wire_conformance(echo, work):
    """The wire's own checks, against a WireEcho server; returns passed and failed."""
    script = pathlib.Path(__file__).parent.parent / "wire_conformance.py"
    server = subprocess.Popen([echo], stdout=subprocess.PIPE, text=True)
    (pathlib.Path(work) / "echo.pid").write_text(str(server.pid))
    try:
        port = server.stdout.readline().split()[-1]
        result = subprocess.run([sys.executable, str(script), f"127.0.0.1:{port}"], timeout=120,
                                stdout=subprocess.PIPE, text=True)
    finally:
        server.kill()
        server.wait()
    print(result.stdout, end="")
    lines = result.stdout.splitlines()
    passed = sum(line.endswith(": ok") for line in lines)
    failed = sum(": FAILED: " in line for line in lines)
    if result.returncode and not failed:
        failed = 1
    return passed, failed


def main():
    parser = argparse.ArgumentParser(prog="Tests/Clients/run")
    parser.add_argument("--binary", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--echo")
    parser.add_argument("patterns", nargs="*")
    arguments = parser.parse_args()
    cluster = Cluster(arguments.binary, arguments.work)
    cluster.start()
    passed, failed = runner.run(cluster, arguments.patterns)
    if asking.asked_again:
        again = ", ".join(f"{n} × {reason}" for reason, n in sorted(asking.asked_again.items()))
        print(f"asked again with the same request_id: {again}", flush=True)
    codes = cluster.end()
    if codes != [0, 0, 0]:
        failed += 1
        print(f"FAILED: the nodes' exit codes after SIGTERM are {codes}, not 0", flush=True)
    if arguments.echo and not arguments.patterns:
        wire_passed, wire_failed = wire_conformance(arguments.echo, arguments.work)
        passed, failed = passed + wire_passed, failed + wire_failed
    if failed:
        for node in cluster.nodes:
            tail = "\n".join(node.log.splitlines()[-25:])
            print(f"--- the end of {node.name}'s log\n{tail}", flush=True)
    print(f"{passed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
