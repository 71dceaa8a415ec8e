"""A tiny test runner: checks are functions that take the cluster."""
import time
import traceback

CHECKS = []


def check(function):
    """Registers a check; its name says what holds."""
    CHECKS.append(function)
    return function


def title(function):
    return function.__name__.replace("_", " ")


def run(cluster, patterns):
    """Runs the checks one after another and returns how many passed and failed."""
    chosen = [c for c in CHECKS if not patterns or any(p in title(c) for p in patterns)]
    passed = failed = 0
    for function in chosen:
        begun = time.monotonic()
        try:
            function(cluster)
            cluster.assert_healthy()
            passed += 1
            verdict = "ok"
        except Exception:  # each check reports, none stops the others
            failed += 1
            verdict = "FAILED\n" + traceback.format_exc()
        finally:
            cluster.resume_all()
        print(f"{time.monotonic() - begun:6.2f} s  {title(function)}: {verdict}", flush=True)
    return passed, failed


def eventually(condition, seconds, what):
    """Waits until `condition` gives something true, and returns it."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.02)
