"""Nodes that are cut off, stopped or killed: the pages say so, promise nothing, and recover."""
import re

from playwright.sync_api import expect

from checks import asking
from checks.runner import check
from pages.accessible import assert_accessible
from pages.carts import hold
from pages.shop import ready, stock_of

CANT_CONFIRM = re.compile(r"We can’t confirm stock right now. Last known \d+(\.\d)?\ss ago\.")


@check
def a_node_that_is_cut_off_says_so_holds_nothing_and_recovers(shop):
    sku, lisboa = shop.item("Lighthouse lamp", Lisboa=9)
    here = shop.node
    with shop.visitor(here) as visitor, shop.visitor(here) as admin:
        page, ops = ready(visitor.go(f"/item/{sku}")), admin.go("/ops")
        expect(ops.locator("#nodes tbody tr")).to_have_count(3)
        for node in shop.cluster.nodes:
            if node is not here:
                node.stop()
        try:
            expect(page.locator("#certificate-text")).to_have_text(CANT_CONFIRM)
            expect(page.locator("#certificate")).to_have_attribute("data-state", "old")
            # It still shows what it last knew, and no longer as if it were so.
            expect(stock_of(page, lisboa)).to_have_text("9 in stock")
            expect(stock_of(page, lisboa)).to_have_css("font-style", "italic")
            assert_accessible(page, "product, cut off")
            expect(ops.locator("#notices")).to_contain_text("No leader answers")
            for node in shop.cluster.nodes:
                if node is not here:
                    row = ops.locator(f'#nodes tr[data-node="{node.name}"]')
                    expect(row).to_contain_text("silent for")
                    expect(row).to_contain_text("not known, as it doesn’t answer")
            hold(page)
            expect(page.locator(".problem")).to_be_visible(timeout=40_000)
            reason = page.locator(".problem").get_attribute("data-reason")
            assert reason in ("NO_LEADER", "OUTCOME_UNKNOWN", "UNREACHABLE", "NO_QUORUM"), reason
        finally:
            shop.resume_all()
        expect(page.locator("#certificate")).to_have_attribute("data-state", "fresh")
        expect(ops.locator("#notices")).to_be_empty()
        page.get_by_role("button", name="Try again").click()
        expect(page.locator(".held-note")).to_be_visible()


@check
def a_node_that_is_killed_is_noticed_and_its_return_too(shop):
    sku, lisboa = shop.item("Fog horn", Lisboa=9)
    here = shop.node
    with shop.visitor(here) as visitor, shop.visitor(here) as admin, shop.visitor(shop.cluster.leader()) as other:
        page, ops, elsewhere = ready(visitor.go(f"/item/{sku}")), admin.go("/ops"), other.go("/ops")
        expect(ops.locator("#nodes tbody tr")).to_have_count(3)
        here.process.kill()
        here.process.wait()
        expect(page.locator("#certificate-text")).to_have_text(CANT_CONFIRM)
        expect(ops.locator("#notices")).to_contain_text("This node doesn’t answer.")
        assert_accessible(ops, "operations, node gone")
        expect(elsewhere.locator(f'#nodes tr[data-node="{here.name}"]')).to_contain_text("silent for")
        others = [node for node in shop.cluster.nodes if node is not here]
        asking.ask(others[0], "Sell", lines=[asking.line(sku, lisboa, 4)])
        here.channel.close()
        here.start(shop.cluster.binary, shop.cluster.members)
        shop.cluster.wait_ready(here, 30)
        expect(page.locator("#certificate")).to_have_attribute("data-state", "fresh", timeout=20_000)
        expect(stock_of(page, lisboa)).to_have_text("Last 5")
        expect(ops.locator("#notices")).to_be_empty()
        expect(elsewhere.locator(f'#nodes tr[data-node="{here.name}"]')).to_contain_text("connected")
