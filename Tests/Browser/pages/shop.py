"""A cluster with a browser in front of it, and visitors who look at it."""
import contextlib

from playwright.sync_api import expect

from checks import asking
from checks.asking import line

#: How long a page may take until it shows what it should.
PATIENCE_MS = 10_000
expect.set_options(timeout=PATIENCE_MS)

#: What runs in every page before its own scripts: keeps what the policy turned away.
WATCH_POLICY = """
addEventListener("securitypolicyviolation", (event) => {
  (window.violations ??= []).push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""


class Visitor:
    """Someone with a browser of their own: no cookies or storage shared with others."""

    def __init__(self, context, base):
        self.context = context
        self.base = base
        self.errors = []
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("pageerror", lambda error: self.errors.append(f"error: {error}"))
        self.page.on("console", self._console)

    def _console(self, message):
        # A status of 400 or more, and a node that is away, are told by the browser; the page tells them better.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.errors.append(f"console: {message.text}")

    def go(self, path):
        self.page.goto(self.base + path)
        return self.page

    def assert_clean(self):
        """No script failed, and none tried what the policy forbids."""
        violations = self.page.evaluate("window.violations ?? []")
        assert not self.errors and not violations, f"{self.errors} {violations}"


class Shop:
    """What checks get; it stands in for the cluster with the runner."""

    def __init__(self, cluster, browser, shots):
        self.cluster = cluster
        self.browser = browser
        self.shots = shots

    def assert_healthy(self):
        self.cluster.assert_healthy()

    def resume_all(self):
        self.cluster.resume_all()

    @property
    def node(self):
        """A follower: what it shows has come to it over the log."""
        return self.cluster.followers()[0]

    @contextlib.contextmanager
    def visitor(self, node=None, **options):
        """A visitor at a node; the page must be clean at the end."""
        node = node or self.node
        options = {"locale": "en-GB", "viewport": {"width": 1280, "height": 900}, **options}
        context = self.browser.new_context(**options)
        context.add_init_script(WATCH_POLICY)
        try:
            visitor = Visitor(context, f"http://127.0.0.1:{node.http_port}")
            yield visitor
            visitor.assert_clean()
        finally:
            context.close()

    def item(self, title, price=1250, **places):
        """A new item with so many units at each new place; its SKU and the places' ids, in their order."""
        sku = asking.new_item(self.node, title=title, price=price)
        ids = []
        for name, quantity in places.items():
            place = asking.new_location(self.node, name=name)
            ids.append(place)
            if quantity:
                asking.ask(self.node, "Receive", lines=[line(sku, place, quantity)])
        return sku, *ids

    def sell(self, sku, place, quantity):
        """Sold at a till, over gRPC."""
        asking.ask(self.node, "Sell", lines=[line(sku, place, quantity)])


def stock_of(page, place=None):
    """The line that says what there is, of a product's page; over all places, or at one."""
    return page.locator(f'.place:has(input[value="{place or ""}"]) .stock')


def ready(page):
    """A product's page with its places."""
    expect(page.locator(".place").nth(1)).to_be_visible()
    return page
