"""Stores that sell while they are cut off: what the pages say of them."""
import json
import re

from playwright.sync_api import expect

from checks.asking import TIMEOUT, line, make_store, new_name
from checks.runner import check
from estoque.v1 import commands_pb2, stores_pb2
from pages.shop import ready


def tell(shop, kind, /, **fields):
    return getattr(shop.cluster.leader().stores, kind)(make_store(kind, **fields), timeout=TIMEOUT)


def sold(shop, sku, place, quantity):
    """The first fact of a store: a sale."""
    sell = commands_pb2.SellRequest(lines=[line(sku, place, quantity)], sale_id=new_name("sale"))
    payload = stores_pb2.FactPayload(occurred_at_us=1_700_000_000_000_000, sell=sell)
    fact = stores_pb2.SubmittedFact(claimed_time_us=1, kind=5, version=1,
                                    payload=payload.SerializeToString())
    tell(shop, "SubmitFacts", location_id=place, epoch=1, first_sequence=1,
         previous_hash=bytes(32), facts=[fact])


@check
def stores_show_how_much_is_known_of_each_and_what_waits(shop):
    sku, place = shop.item("Sea salt", Tavira=20)
    with shop.visitor() as visitor:
        page = visitor.go("/ops")
        expect(page.locator("#journal tbody tr").first).to_be_visible()
        tell(shop, "RegisterStore", location_id=place, instance=new_name("db"))
        tell(shop, "GrantAllotment", location_id=place, epoch=1,
             lines=[commands_pb2.ItemLine(sku=sku, quantity=8)])
        row = page.locator(f'#stores tr[data-store="{place}"]')
        expect(row).to_contain_text("active")
        expect(row).to_contain_text("never told all")
        expect(row.locator("td").nth(5)).to_have_text("8")
        expect(row.locator("td").nth(4)).to_have_text("0")
        sold(shop, new_name("unheard-of"), place, 2)
        conflict = page.locator("#conflicts tr", has_text=place)
        expect(conflict).to_contain_text("unknown item")
        expect(conflict).to_contain_text("1 of epoch 1")
        expect(row.locator("td").nth(4)).to_have_text("1")
        expect(row.locator("td").nth(6)).to_have_text("1")
        page.get_by_role("button", name="Português").click()
        expect(conflict).to_contain_text("item desconhecido")
        expect(page.get_by_role("heading", name="Lojas", level=2)).to_be_visible()


@check
def a_product_says_since_when_its_store_does_not_report(shop):
    sku, place, other = shop.item("Cork stool", Evora=20, Beja=3)
    for location in (place, other):
        tell(shop, "RegisterStore", location_id=location, instance=new_name("db"))
    tell(shop, "GrantAllotment", location_id=place, epoch=1,
         lines=[commands_pb2.ItemLine(sku=sku, quantity=8)])
    with shop.visitor(locale="en-GB", timezone_id="Europe/Lisbon") as visitor:

        def silent(route):
            """The same, an hour and a half after the one store was heard of last."""
            answer = route.fetch()
            body = answer.json()
            for found in body["locations"]:
                if found["location"] == place:
                    found["agent"] = {"lastSeen": "2026-01-15T14:02:30.000000Z", "silentMs": 5_400_000}
            route.fulfill(response=answer, body=json.dumps(body))

        visitor.page.route(re.compile(r"/v1/locations\?"), silent)
        page = ready(visitor.go(f"/item/{sku}"))
        note = page.locator(f'.place:has(input[value="{place}"]) .place-silent')
        # What is allotted to the store is out of what the ledger may still promise.
        expect(note).to_have_text("Store not reporting since 14:02, 12 units guaranteed")
        expect(page.locator(f'.place:has(input[value="{other}"]) .place-silent')).to_be_empty()
