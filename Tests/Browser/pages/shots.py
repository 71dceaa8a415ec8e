"""Pictures of every page for people to look at, where they are asked for; nothing is compared."""
import csv
import pathlib

from playwright.sync_api import expect

from checks import asking
from checks.runner import check
from pages.carts import kept
from pages.shop import ready

SAMPLE = pathlib.Path(__file__).parents[3] / "cluster" / "sample"


def _rows(name):
    with open(SAMPLE / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def fill(shop):
    """The sample catalogue, as `estoque import` would bring it in."""
    for row in _rows("locations.csv"):
        asking.ask(shop.node, "UpsertLocation", location_id=row["id"], name=row["name"], state=1,
                   kind={"store": 1, "warehouse": 2}[row["kind"]], priority=int(row["priority"]), sells_online=True)
    for row in _rows("items.csv"):
        attributes = {name[10:]: value for name, value in row.items() if name.startswith("attribute:")}
        asking.ask(shop.node, "UpsertItem", sku=row["sku"], title=row["title"], state=1, currency=row["currency"],
                   price=round(float(row["price"]) * 100), attributes=attributes)
    lines = [asking.line(row["sku"], row["location"], int(row["receive"])) for row in _rows("stock.csv")]
    asking.ask(shop.node, "Receive", lines=lines)


@check
def pictures_are_taken_where_they_are_asked_for(shop):
    if not shop.shots:
        return
    folder = pathlib.Path(shop.shots)
    folder.mkdir(parents=True, exist_ok=True)
    fill(shop)
    for scheme in ("light", "dark"):
        for width, height, locale in ((320, 720, "pt-BR"), (768, 1024, "en-GB"), (1280, 860, "en-GB"), (1920, 1080, "pt-BR")):
            with shop.visitor(color_scheme=scheme, locale=locale, viewport={"width": width, "height": height}) as visitor:
                def take(name, full=False):
                    visitor.page.screenshot(path=folder / f"{name}-{scheme}-{width}.png", full_page=full)

                page = visitor.go("/?q=")
                expect(page.locator(".card .stock[data-kind=unknown]")).to_have_count(0)
                take("catalogue")
                page = ready(visitor.go("/item/wool-blanket"))
                take("product")
                page.locator(".stepper-value").fill("9")
                page.locator("button.primary").click()
                expect(page.locator(".problem")).to_be_visible()
                take("refused")
                page = ready(visitor.go("/item/moka-pot"))
                page.locator("button.primary").click()
                expect(page.locator(".held-note")).to_be_visible()
                take("held", full=True)
                page = visitor.go("/cart")
                expect(page.locator(".timer")).to_be_visible()
                take("cart")
                asking.ask(shop.node, "Extend", reservation_id=kept(page)["hold"], ttl_ms=500)
                page = visitor.go("/cart")
                expect(page.locator(".notice")).to_be_visible()
                take("expired")
                page = visitor.go("/ops")
                expect(page.locator("#journal tbody tr").first).to_be_visible()
                for _ in range(4):
                    asking.ask(shop.node, "Sell", lines=[asking.line("sea-salt", "setubal", 1)])
                    page.wait_for_timeout(700)
                take("operations", full=True)
