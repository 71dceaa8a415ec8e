"""The till of a store: an agent of its own beside the cluster, with its page."""
import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import urllib.request

from playwright.sync_api import expect

from checks import asking
from checks.asking import line
from checks.cluster import reserve_ports
from checks.runner import check, eventually
from estoque.v1 import commands_pb2
from pages.accessible import assert_accessible
from pages.shop import WATCH_POLICY, Visitor

#: An agent gives up a call to its cluster after some seconds.
NOTICED_MS = 45_000


@contextlib.contextmanager
def till(shop, stock=20, **options):
    """A visitor at the till of a new store that has some tea; its agent ends with the block."""
    sku = asking.new_item(shop.node, title="Green tea", price=350)
    place = asking.new_location(shop.node, name="Porto")
    asking.ask(shop.node, "Receive", lines=[line(sku, place, stock)])
    directory = pathlib.Path(shop.cluster.nodes[0].directory)
    reserved = reserve_ports(2)
    rpc, http = [one.getsockname()[1] for one in reserved]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ESTOQUE_")}
    environment["SWIFT_BACKTRACE"] = "enable=no"
    with open(directory / f"{place}.log", "ab") as log:
        process = subprocess.Popen(
            [shop.cluster.binary, "store", "run", "--location", place, "--data", str(directory / place),
             "--node", ",".join(f"127.0.0.1:{node.rpc_port}" for node in shop.cluster.nodes),
             "--rpc-address", f"127.0.0.1:{rpc}", "--http-address", f"127.0.0.1:{http}"],
            stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment)
    (directory / f"{place}.pid").write_text(str(process.pid))
    context = shop.browser.new_context(**{"locale": "en-GB", "viewport": {"width": 1280, "height": 900}, **options})
    context.add_init_script(WATCH_POLICY)
    try:
        visitor = Visitor(context, f"http://127.0.0.1:{http}")
        eventually(lambda: "store agent started" in (directory / f"{place}.log").read_text(), 30, "the agent runs")
        page = visitor.go("/")
        # It has rights before anything is sold. Of many items the page lists the first: this one is looked for.
        page.locator("#query").fill(sku)
        expect(page.locator(f'.item[data-sku="{sku}"] [data-level="enough"]')).to_be_visible()
        yield page, sku, place
        visitor.assert_clean()
    finally:
        context.close()
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        for one in reserved:
            one.close()
    assert code == 0, f"the agent ended with {code}"


def scan(page, sku):
    page.locator("#query").fill(sku)
    page.locator("#query").press("Enter")
    expect(page.locator(".line-title")).to_be_visible()


def _picture(shop, page, name):
    if shop.shots:
        page.screenshot(path=pathlib.Path(shop.shots) / f"{name}.png", full_page=True)


@check
def a_till_sells_takes_back_counts_and_receives(shop):
    with till(shop) as (page, sku, place):
        scan(page, sku)
        page.get_by_role("button", name="One more of Green tea").click()
        expect(page.locator(".total strong")).to_have_text("€7.00")
        page.locator(".do").click()
        expect(page.locator('.told[data-kind="done"]')).to_contain_text("18 on the shelf now")
        receipt = page.locator(".receipt").inner_text()
        page.get_by_role("radio", name="Return").click()
        scan(page, sku)
        expect(page.locator(".do")).to_be_disabled()
        page.get_by_label("Number on the receipt").fill(receipt)
        page.locator(".do").click()
        expect(page.locator('.told[data-kind="done"]')).to_contain_text("19 on the shelf now")
        page.get_by_role("radio", name="Return").press("ArrowRight")
        expect(page.get_by_role("radio", name="Count")).to_be_focused()
        scan(page, sku)
        page.get_by_role("spinbutton").fill("17")
        page.get_by_role("spinbutton").press("Tab")
        page.locator(".do").click()
        expect(page.locator('.told[data-kind="done"]')).to_contain_text("17 on the shelf now")
        page.get_by_role("radio", name="Receive").click()
        scan(page, sku)
        page.locator(".do").click()
        expect(page.locator('.told[data-kind="done"]')).to_contain_text("18 on the shelf now")
        expect(page.locator("#standing-outbox")).to_have_text("Everything is told")


@check
def a_till_hands_over_orders_and_moves_goods_between_stores(shop):
    with till(shop) as (page, sku, place):
        elsewhere = asking.new_location(shop.node, name="Braga")
        asking.ask(shop.node, "Receive", lines=[line(sku, elsewhere, 9)])
        order = asking.reserve(shop.node, sku, place, 3, ttl_ms=600_000)
        asking.ask(shop.node, "Confirm", reservation_id=order.reservation_id, order_reference="A-1027")
        # One that nobody has confirmed is no order yet.
        asking.reserve(shop.node, sku, place, 1, ttl_ms=600_000)
        leaving, coming = asking.new_name("transfer"), asking.new_name("transfer")
        asking.ask(shop.node, "CreateTransfer", transfer_id=leaving, from_location_id=place,
                   to_location_id=elsewhere, lines=[commands_pb2.ItemLine(sku=sku, quantity=2)])
        asking.ask(shop.node, "CreateTransfer", transfer_id=coming, from_location_id=elsewhere,
                   to_location_id=place, lines=[commands_pb2.ItemLine(sku=sku, quantity=4)])
        asking.ask(shop.node, "ShipTransfer", transfer_id=coming)
        page.get_by_role("radio", name="Pick-ups 1").click()
        card = page.locator(".waiting")
        expect(card).to_have_count(1)
        expect(card).to_contain_text("Order A-1027")
        expect(card).to_contain_text("3 × Green tea")
        assert_accessible(page, "orders to hand over")
        _picture(shop, page, "till-pickups")
        card.get_by_role("button").click()
        expect(page.locator('.told[data-kind="done"]')).to_contain_text("17 on the shelf now")
        expect(page.locator(".slip-hint")).to_have_text("No order waits to be handed over.")
        page.get_by_role("radio", name="Deliveries 2").click()
        _picture(shop, page, "till-deliveries")
        page.set_viewport_size({"width": 320, "height": 720})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it is wider than a phone"
        _picture(shop, page, "till-deliveries-320")
        page.set_viewport_size({"width": 1280, "height": 900})
        page.locator(f'.waiting[data-id="{coming}"]').get_by_role("button", name="All of it has arrived").click()
        expect(page.locator('.told[data-kind="done"]')).to_contain_text("21 on the shelf now")
        page.locator(f'.waiting[data-id="{leaving}"]').get_by_role("button", name="All of it has left").click()
        expect(page.locator('.told[data-kind="done"]')).to_contain_text("19 on the shelf now")
        expect(card).to_have_count(0)
        expect(page.locator("#standing-outbox")).to_have_text("Everything is told")
        page.get_by_role("radio", name="Damaged").click()
        scan(page, sku)
        page.get_by_label("Why").select_option("Faulty")
        assert_accessible(page, "what is damaged")
        page.locator(".do").click()
        expect(page.locator('.told[data-kind="done"] h3')).to_have_text("Out of sale")
        expect(page.locator("#standing-outbox")).to_have_text("Everything is told")
        told = json.load(urllib.request.urlopen(
            f"http://127.0.0.1:{shop.node.http_port}/v1/movements?sku={sku}&consistency=linearizable", timeout=10))
        assert "faulty" in [row.get("reason") for row in told["entries"]], told


@check
def a_till_that_is_cut_off_says_so_and_what_it_may_still_sell(shop):
    with till(shop, viewport={"width": 390, "height": 844}, color_scheme="dark") as (page, sku, place):
        for node in shop.cluster.nodes:
            node.process.send_signal(signal.SIGSTOP)
        try:
            expect(page.locator("#standing")).to_have_attribute("data-state", "cut-off", timeout=NOTICED_MS)
            expect(page.locator("#standing-text")).to_have_text(re.compile(r"^Cut off since .*allotted to this store\.$"))
            left = int(page.locator(f'.item[data-sku="{sku}"] [data-level] b').inner_text())
            scan(page, sku)
            page.get_by_role("spinbutton").fill(str(left + 1))
            page.get_by_role("spinbutton").press("Tab")
            page.locator(".do").click()
            expect(page.locator('.told[data-reason="INSUFFICIENT_STOCK"]')).to_contain_text(
                f"Green tea: {left} left to sell while cut off, {left + 1} asked for")
            assert_accessible(page, "a till that is cut off")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            page.get_by_role("spinbutton").fill("1")
            page.get_by_role("spinbutton").press("Tab")
            page.locator(".do").click()
            expect(page.locator('.told[data-kind="done"]')).to_be_visible()
            expect(page.locator("#standing-outbox")).to_have_text(re.compile(r"^\d+ entr(y|ies) waits? to be told, "))
        finally:
            shop.resume_all()
        expect(page.locator("#standing")).to_have_attribute("data-state", "connected", timeout=NOTICED_MS)
        expect(page.locator("#standing-outbox")).to_have_text("Everything is told", timeout=NOTICED_MS)


@check
def a_till_speaks_portuguese_and_can_be_read(shop):
    with till(shop, locale="pt-BR") as (page, sku, place):
        scan(page, sku)
        expect(page.locator(".do")).to_have_text("Vender")
        assert_accessible(page, "a till")
        page.get_by_role("button", name="English").click()
        expect(page.locator(".do")).to_have_text("Sell")
        same = page.evaluate("""async () => {
          const { tillWords } = await import("/assets/tillwords.js");
          const holes = (text) => JSON.stringify(text).match(/\\{\\w+\\}/g)?.sort().join() ?? "";
          const [en, pt] = [tillWords.en, tillWords["pt-BR"]];
          return Object.keys(en).join() === Object.keys(pt).join()
            && Object.keys(en).every((key) => holes(en[key]) === holes(pt[key]));
        }""")
        assert same, "the two languages have other words or other holes"
