"""The catalogue and a product's page, and how they follow the ledger by themselves."""
import urllib.parse

from playwright.sync_api import expect

from checks import asking
from checks.runner import check
from pages.shop import ready, stock_of


@check
def empty_shelves_tell_how_to_fill_them_and_fill_by_themselves(shop):
    # Runs first: there is nothing in the ledger yet.
    with shop.visitor() as visitor:
        page = visitor.go("/")
        expect(page.get_by_role("heading", name="The shelves are empty")).to_be_visible()
        expect(page.locator("pre")).to_contain_text("estoque import items")
        shop.item("First thing on the shelf", Somewhere=3)
        expect(page.get_by_role("heading", name="First thing on the shelf")).to_be_visible()


@check
def a_search_by_keyboard_leads_to_a_product_and_back(shop):
    sku, _ = shop.item("Quince paste, Odivelas", Odivelas=7)
    shop.item("Rosemary honey", Serpa=2)
    with shop.visitor() as visitor:
        page = visitor.go("/")
        expect(page.locator(".card").first).to_be_visible()
        page.keyboard.press("/")
        page.keyboard.type("quince od")
        expect(page.locator(".shelf-count", has_text="1 product")).to_be_visible()
        assert page.url.endswith("/?q=quince%20od"), page.url
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Quince paste, Odivelas", level=1)).to_be_focused()
        assert page.url.endswith(f"/item/{sku}"), page.url
        assert page.title() == "Quince paste, Odivelas · Estoque"
        page.go_back()
        expect(page.locator(".shelf-count", has_text="1 product")).to_be_visible()
        expect(page.locator("#search")).to_have_value("quince od")


@check
def a_search_without_results_says_so_and_leads_back(shop):
    with shop.visitor() as visitor:
        page = visitor.go("/?q=unobtainium")
        expect(page.get_by_role("heading", name="Nothing on the shelves is called that")).to_be_visible()
        page.get_by_role("button", name="Clear the search").click()
        expect(page.locator(".card").first).to_be_visible()


@check
def a_sale_at_a_till_appears_without_reloading(shop):
    sku, lisboa, porto = shop.item("Oak board", Lisboa=9, Porto=4)
    with shop.visitor() as visitor, shop.visitor() as other:
        page, shelf = ready(visitor.go(f"/item/{sku}")), other.go("/?q=oak")
        expect(stock_of(page, lisboa)).to_have_text("9 in stock")
        expect(stock_of(page)).to_have_text("13 in stock")
        expect(shelf.locator(".card .stock")).to_have_text("13 in stock")
        page.evaluate("window.isSamePage = true")
        shop.sell(sku, lisboa, 2)
        expect(stock_of(page, lisboa)).to_have_text("7 in stock")
        expect(stock_of(page)).to_have_text("11 in stock")
        expect(stock_of(page, lisboa)).to_have_class("stock place-stock changed")
        expect(page.locator("#announcer")).to_have_text("Oak board: 11 in stock")
        expect(shelf.locator(".card .stock")).to_have_text("11 in stock")
        expect(stock_of(page, porto)).to_have_text("Last 4")
        assert page.evaluate("window.isSamePage")


@check
def a_new_price_and_title_appear_without_reloading(shop):
    sku, _ = shop.item("Tea kettle", price=3490, Lisboa=9)
    with shop.visitor() as visitor:
        page = ready(visitor.go(f"/item/{sku}"))
        expect(page.locator(".product-price")).to_have_text("€34.90")
        asking.ask(shop.node, "UpsertItem", sku=sku, title="Tea kettle, blue", price=3290, currency="EUR",
                   state=1)
        expect(page.locator(".product-price")).to_have_text("€32.90")
        expect(page.get_by_role("heading", name="Tea kettle, blue", level=1)).to_be_visible()


@check
def the_age_of_the_stock_is_told_and_stays_young(shop):
    sku, _ = shop.item("Olive oil", Lisboa=9)
    with shop.visitor() as visitor:
        page = ready(visitor.go(f"/item/{sku}"))
        strip = page.locator("#certificate")
        expect(strip).to_have_attribute("data-state", "fresh")
        expect(page.locator("#certificate-text")).to_contain_text("Stock as of")
        expect(page.locator("#certificate-source")).to_have_text(f"told by {shop.node.name}")
        # The stream's certificates arrive once a second; without them the age would pass this.
        page.wait_for_timeout(5_000)
        expect(strip).to_have_attribute("data-state", "fresh")
        age = float(page.locator("#certificate-text").inner_text().split()[3])
        assert age < 3, age


@check
def what_came_from_the_ledger_is_text_and_never_markup(shop):
    title = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>&amp;'
    sku = asking.new_name('a/b?c#d%"<i>')[:64]
    asking.ask(shop.node, "UpsertItem", sku=sku, title=title, state=1, price=1, currency="EUR",
               attributes={"<b>bold</b>": "<script>window.owned=1</script>"})
    place = asking.new_location(shop.node, name="<u>Here</u>")
    asking.ask(shop.node, "Receive", lines=[asking.line(sku, place, 3)])
    with shop.visitor() as visitor:
        page = visitor.go("/?q=img")
        expect(page.locator(".card-title", has_text="onerror")).to_have_text(title)
        page.locator(".card-link", has_text="onerror").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        assert page.url.endswith("/item/" + urllib.parse.quote(sku, safe="")), page.url
        expect(page.locator(".facts")).to_contain_text("<b>bold</b>")
        expect(page.locator(".place-name", has_text="<u>Here</u>")).to_be_visible()
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        assert page.evaluate("window.owned") is None
        assert page.locator("main img, main script, main b, main u").count() == 0


@check
def a_product_that_is_not_there_is_told_of_kindly(shop):
    with shop.visitor() as visitor:
        page = visitor.go("/item/no-such-thing")
        expect(page.get_by_role("heading", name="There is no such product")).to_be_visible()
        page.locator("main").get_by_role("link", name="All products").click()
        expect(page.locator(".card").first).to_be_visible()
