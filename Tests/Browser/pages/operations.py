"""The operations page: what the node and its leader know, as it happens."""
import re

import grpc
from playwright.sync_api import expect

from checks import asking
from checks.runner import check
from estoque.v1 import commands_pb2

SOME_A_SECOND = re.compile(r"at most [1-9][0-9.,]+ / s")
AN_AGE = re.compile(r"^[0-9.,]+ ms$")
NOTHING_YET = re.compile(r"at most 0 ms")


@check
def the_operations_page_shows_who_leads_and_how_far_everybody_is(shop):
    leader = shop.cluster.leader()
    here = shop.node
    with shop.visitor(here) as visitor:
        page = visitor.go("/ops")
        rows = page.locator("#nodes tbody tr")
        expect(rows).to_have_count(3)
        expect(page.locator('#nodes tr[data-role="leader"] th')).to_contain_text(leader.name)
        own = page.locator(f'#nodes tr[data-node="{here.name}"]')
        expect(own).to_contain_text("you are here")
        expect(own).to_contain_text("follower")
        for node in shop.cluster.nodes:
            cells = page.locator(f'#nodes tr[data-node="{node.name}"] td')
            expect(cells.nth(4)).to_have_text(AN_AGE)
        expect(page.locator("#nodes")).not_to_contain_text("–")
        expect(page.locator("#members tbody tr")).to_have_count(3)
        expect(page.locator("#members")).to_contain_text("keeping up")
        expect(page.locator("#members")).to_contain_text(f"127.0.0.1:{leader.peer_port}")


@check
def a_write_moves_the_chart_and_comes_up_in_the_journal(shop):
    sku, place = shop.item("Merino throw", Lisboa=40)
    with shop.visitor() as visitor:
        page = visitor.go("/ops")
        first = page.locator("#journal tbody tr").first
        expect(first).to_be_visible()
        expect(page.locator("#now-writes")).to_have_text("0 / s")
        asking.batch(shop.node, [_sale(sku, place) for _ in range(30)])
        expect(first.locator(".effect")).to_contain_text(f"{sku} @ {place}")
        expect(first).to_contain_text("sale")
        expect(page.locator("figure", has_text="Writes").locator(".chart-picture")).to_have_attribute(
            "aria-label", SOME_A_SECOND)
        line = page.locator("figure", has_text="Writes").locator(".chart-line").get_attribute("d")
        heights = {point.split()[-1] for point in line.replace("M", "L").split("L") if point}
        assert len(heights) > 1, line
        expect(page.locator("figure", has_text="Write latency").locator(".chart-picture")).not_to_have_attribute(
            "aria-label", NOTHING_YET)


@check
def reservations_are_counted_by_what_became_of_them(shop):
    sku, place = shop.item("Last lamp", Lisboa=2)
    with shop.visitor() as visitor:
        page = visitor.go("/ops")
        held, refused = page.locator("#heldCount"), page.locator("#refusedCount")
        expect(held).to_be_visible()
        before = _number(held), _number(refused)
        asking.reserve(shop.node, sku, place, 2)
        _refused(shop, sku, place)
        expect(held).to_have_text(str(before[0] + 1))
        expect(refused).to_have_text(str(before[1] + 1))
        expect(page.locator(".reasons")).to_contain_text("INSUFFICIENT_STOCK")


@check
def the_journal_can_be_held_still(shop):
    sku, place = shop.item("Quiet clock", Lisboa=9)
    with shop.visitor() as visitor:
        page = visitor.go("/ops")
        first = page.locator("#journal tbody tr").first
        expect(first.locator(".effect")).to_contain_text(sku)
        page.get_by_role("button", name="Pause").click()
        other, there = shop.item("Loud clock", Porto=9)
        seen = page.locator("#nodes")
        position = asking.ask(shop.node, "Sell", lines=[asking.line(other, there, 1)]).position
        expect(seen).to_contain_text(f"{position:,}")
        expect(first.locator(".effect")).to_contain_text(sku)
        page.get_by_role("button", name="Go on").click()
        expect(first.locator(".effect")).to_contain_text(other)


def _number(locator):
    return int(locator.inner_text().replace(",", ""))


def _sale(sku, place):
    return commands_pb2.Command(sell=asking.make("Sell", lines=[asking.line(sku, place, 1)]))


def _refused(shop, sku, place):
    try:
        asking.reserve(shop.node, sku, place, 1)
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.FAILED_PRECONDITION, error
        return
    raise AssertionError("it was not refused")
