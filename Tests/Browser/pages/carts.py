"""Holds in a cart, and every end that they can have."""
import json
import re

from playwright.sync_api import expect

from checks import asking
from checks.runner import check, eventually
from estoque.v1 import reads_pb2
from pages.shop import ready, stock_of


def hold(page, quantity=None):
    """Presses the button; what comes of it shows in `.result`."""
    if quantity is not None:
        page.get_by_label("How many").fill(str(quantity))
    page.get_by_role("button", name="Hold for 10 minutes").click()


def kept(page):
    """What the browser keeps of the cart."""
    return json.loads(page.evaluate("localStorage.getItem('estoque.cart')"))


def reservation(shop, page):
    """The hold of the cart, as the ledger has it."""
    request = reads_pb2.GetReservationRequest(
        reservation_id=kept(page)["hold"],
        consistency=reads_pb2.Consistency(level=reads_pb2.Consistency.LEVEL_LINEARIZABLE))
    return shop.node.stock.GetReservation(request, timeout=10).reservation


@check
def a_hold_is_taken_kept_longer_and_checked_out(shop):
    sku, lisboa = shop.item("Linen towel", price=1250, Lisboa=8)
    with shop.visitor() as visitor:
        page = ready(visitor.go(f"/item/{sku}"))
        hold(page, 3)
        expect(page.locator(".held-note")).to_contain_text("3 are held for you.")
        expect(stock_of(page, lisboa)).to_have_text("Last 5")
        page.get_by_role("link", name="To the cart").click()
        expect(page.locator(".line-title")).to_have_text("Linen towel")
        expect(page.locator(".total strong")).to_have_text("€37.50")
        before = reservation(shop, page)
        assert before.lines[0].requested == 3 and before.owner.reference.startswith("web:")
        assert kept(page)["secret"] not in before.owner.reference
        page.get_by_role("button", name="Keep 10 minutes longer").click()
        eventually(lambda: reservation(shop, page).version > before.version, 10, "extended")
        page.get_by_role("button", name="Check out").click()
        expect(page.get_by_role("heading", name="It is yours")).to_be_focused()
        after = reservation(shop, page)
        assert after.order_reference == f"web-{after.reservation_id[:8]}"
        page.reload()
        expect(page.get_by_role("heading", name="It is yours")).to_be_visible()
        page.get_by_role("button", name="Start a new cart").click()
        expect(page.locator(".card").first).to_be_visible()
        assert kept(page)["hold"] is None


@check
def a_cart_has_one_hold_that_changes_as_a_whole(shop):
    cup, lisboa = shop.item("Espresso cup", price=690, Lisboa=6)
    pot, _ = shop.item("Moka pot", price=2990, Lisboa=6)
    with shop.visitor() as visitor:
        page = ready(visitor.go(f"/item/{cup}"))
        hold(page, 2)
        expect(page.locator(".held-note")).to_be_visible()
        first = kept(page)["hold"]
        page = ready(visitor.go(f"/item/{pot}"))
        hold(page)
        expect(page.locator(".held-note")).to_be_visible()
        assert kept(page)["hold"] != first
        page = visitor.go("/cart")
        expect(page.locator(".line")).to_have_count(2)
        expect(page.locator(".total strong")).to_have_text("€43.70")
        page.locator(".line", has_text="Espresso cup").get_by_role("button", name="One more").click()
        expect(page.locator(".total strong")).to_have_text("€50.60")
        page.get_by_role("button", name="Remove Moka pot").click()
        expect(page.locator(".line")).to_have_count(1)
        level = asking.level(shop.node, cup, lisboa)
        assert level.reserved == 3, level
        page.get_by_role("button", name="Give everything back").click()
        expect(page.get_by_role("heading", name="Nothing is held for you")).to_be_visible()
        level = asking.level(shop.node, cup, lisboa)
        assert level.reserved == 0 and level.on_hand == 6, level


@check
def the_last_unit_goes_to_one_visitor_and_the_other_is_told(shop):
    sku, _ = shop.item("Copper cataplana", Porto=1)
    with shop.visitor() as ana, shop.visitor(shop.cluster.leader()) as rui:
        first, second = ready(ana.go(f"/item/{sku}")), ready(rui.go(f"/item/{sku}"))
        expect(stock_of(second)).to_have_text("Last one")
        hold(first)
        expect(first.locator(".held-note")).to_contain_text("1 is held for you.")
        hold(second)
        expect(second.locator('.problem[data-reason="INSUFFICIENT_STOCK"]')).to_contain_text(
            "Someone was faster.Copper cataplana: none are left.")
        expect(stock_of(second)).to_have_text("Out of stock")


@check
def who_asks_for_too_many_is_told_what_is_left_and_can_take_that(shop):
    sku, _ = shop.item("Wool blanket", Manteigas=2)
    with shop.visitor() as visitor:
        page = ready(visitor.go(f"/item/{sku}"))
        hold(page, 5)
        expect(page.locator(".problem")).to_contain_text("There aren’t that many.")
        expect(page.locator(".problem")).to_contain_text("Wool blanket: only 2 are left, you asked for 5.")
        page.get_by_role("button", name="Hold the 2 that are left").click()
        expect(page.locator(".held-note")).to_contain_text("2 are held for you.")


@check
def a_hold_that_expires_says_so_and_can_be_tried_again(shop):
    sku, lisboa = shop.item("Bread knife", Lisboa=2)
    with shop.visitor() as visitor:
        page = ready(visitor.go(f"/item/{sku}"))
        hold(page)
        expect(page.locator(".held-note")).to_be_visible()
        asking.ask(shop.node, "Extend", reservation_id=kept(page)["hold"], ttl_ms=4_000)
        page = visitor.go("/cart")
        expect(page.locator(".timer-value")).to_have_text("0:01")
        expect(page.get_by_role("heading", name="Your hold has ended")).to_be_focused()
        expect(page.locator("#announcer")).to_have_text("Your hold has ended.")
        assert asking.level(shop.node, sku, lisboa).reserved == 0
        page.get_by_role("button", name="Try to hold them again").click()
        expect(page.locator(".timer")).to_be_visible()
        assert asking.level(shop.node, sku, lisboa).reserved == 1


@check
def an_expired_hold_whose_stock_is_gone_says_what_is_left(shop):
    sku, lisboa = shop.item("Straw basket", Lisboa=1)
    with shop.visitor() as visitor:
        page = ready(visitor.go(f"/item/{sku}"))
        hold(page)
        expect(page.locator(".held-note")).to_be_visible()
        asking.ask(shop.node, "Extend", reservation_id=kept(page)["hold"], ttl_ms=500)
        page = visitor.go("/cart")
        expect(page.get_by_role("heading", name="Your hold has ended")).to_be_visible()
        shop.sell(sku, lisboa, 1)
        page.get_by_role("button", name="Try to hold them again").click()
        expect(page.locator(".problem")).to_contain_text("Straw basket: none are left.")
        expect(page.get_by_role("heading", name="Your hold has ended")).to_be_visible()


@check
def a_cart_outlives_its_page_and_belongs_to_its_browser(shop):
    sku, _ = shop.item("Sewn notebook", Lousa=5)
    with shop.visitor() as visitor, shop.visitor() as stranger:
        page = ready(visitor.go(f"/item/{sku}"))
        hold(page)
        expect(page.locator(".held-note")).to_be_visible()
        page.reload()
        expect(page.locator(".cart-count")).to_have_text("1")
        expect(page.locator("#cart-time")).to_have_text(re.compile(r"^1(9|10):\d\d$"))
        other = stranger.go("/cart")
        expect(other.get_by_role("heading", name="Nothing is held for you")).to_be_visible()
        # Whoever knows the reservation's id doesn't have the cart's secret.
        status = other.evaluate("""async (id) => (await fetch(`/v1/holds/${id}:release`, {
            method: "POST", headers: {"content-type": "application/json"},
            body: JSON.stringify({requestId: crypto.randomUUID(), cart: "0123456789012345678901"}),
        })).status""", kept(page)["hold"])
        assert status == 404, status
        assert reservation(shop, page).lines[0].released == 0
