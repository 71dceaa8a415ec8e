"""Starts a cluster and a browser, runs every check, and ends both."""
import argparse
import sys

from playwright.sync_api import sync_playwright

from checks import runner
from checks.cluster import Cluster
from pages.shop import Shop
# In this order: the empty shop, then the ordinary, then the faults.
from pages import shelves, carts, language, accessible, operations, stores, till, faults, shots  # noqa: F401


def main():
    parser = argparse.ArgumentParser(prog="Tests/Browser/run")
    parser.add_argument("--binary", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--chromium", required=True)
    parser.add_argument("--shots")
    parser.add_argument("patterns", nargs="*")
    arguments = parser.parse_args()
    cluster = Cluster(arguments.binary, arguments.work)
    cluster.start()
    with sync_playwright() as playwright:
        # The sandbox needs what containers don't allow; only pages of our own nodes are opened.
        browser = playwright.chromium.launch(executable_path=arguments.chromium,
                                             args=["--no-sandbox", "--disable-dev-shm-usage"])
        shop = Shop(cluster, browser, arguments.shots)
        passed, failed = runner.run(shop, arguments.patterns)
        browser.close()
    codes = cluster.end()
    if codes != [0, 0, 0]:
        failed += 1
        print(f"FAILED: the nodes' exit codes after SIGTERM are {codes}, not 0", flush=True)
    if failed:
        for node in cluster.nodes:
            tail = "\n".join(node.log.splitlines()[-25:])
            print(f"--- the end of {node.name}'s log\n{tail}", flush=True)
    print(f"{passed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
