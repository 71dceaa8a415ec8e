"""Two languages, and the reader's own forms of money and numbers."""
import re

from playwright.sync_api import expect

from checks.runner import check
from pages.shop import ready, stock_of


@check
def the_browsers_language_is_spoken_and_the_switch_is_remembered(shop):
    sku, _ = shop.item("Cork bowl", price=123450, Coruche=7)
    with shop.visitor(locale="pt-BR") as visitor:
        page = ready(visitor.go(f"/item/{sku}"))
        assert page.locator("html").get_attribute("lang") == "pt-BR"
        expect(stock_of(page)).to_have_text("7 em estoque")
        expect(page.locator(".product-price")).to_have_text(re.compile(r"€\s1\.234,50"))
        expect(page.locator("#certificate-text")).to_contain_text("Estoque de")
        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(stock_of(page)).to_have_text("7 in stock")
        page.reload()
        expect(stock_of(page)).to_have_text("7 in stock")
        expect(page.get_by_role("button", name="English")).to_have_attribute("aria-pressed", "true")
        page = visitor.go("/ops")
        expect(page.get_by_role("heading", name="Operations", level=1)).to_be_visible()
        page.get_by_role("button", name="Português").click()
        expect(page.get_by_role("heading", name="Operações", level=1)).to_be_visible()
        expect(page.locator("#nodes")).to_contain_text("líder")


@check
def both_languages_have_the_same_words_with_the_same_holes(shop):
    with shop.visitor() as visitor:
        page = visitor.go("/")
        words = page.evaluate("import('/assets/words.js').then((module) => module.words)")
    english, portuguese = words["en"], words["pt-BR"]
    assert english.keys() == portuguese.keys(), english.keys() ^ portuguese.keys()

    def holes(text):
        texts = text.values() if isinstance(text, dict) else [text]
        return set().union(*(re.findall(r"\{(\w+)\}", one) for one in texts))

    for key, text in english.items():
        assert isinstance(text, dict) == isinstance(portuguese[key], dict), key
        assert holes(text) == holes(portuguese[key]), key


@check
def other_languages_get_english_and_their_words_are_complete(shop):
    with shop.visitor(locale="de-DE") as visitor:
        page = visitor.go("/")
        assert page.locator("html").get_attribute("lang") == "en"
        # A key without words would show as nothing.
        missing = page.evaluate("""async () => {
          const { words } = await import("/assets/words.js");
          const found = new Set();
          for (const name of ["basket", "cart", "catalogue", "freshness", "journal", "nodes", "ops", "problem",
                              "product", "stock", "store", "agents", "silence"]) {
            const text = await (await fetch(`/assets/${name}.js`)).text();
            for (const [, key] of text.matchAll(/\\bt\\("(\\w+)"/g)) if (!words.en[key]) found.add(key);
          }
          const problems = await (await fetch("/assets/problem.js")).text();
          for (const [, key] of problems.matchAll(/"([A-Z][A-Z_]+)"/g)) if (!words.en[key]) found.add(key);
          for (const path of ["/", "/ops"]) {
            const text = await (await fetch(path)).text();
            for (const [, key] of text.matchAll(/data-(?:text|label|placeholder)="(\\w+)"/g)) {
              if (!words.en[key]) found.add(key);
            }
          }
          return [...found];
        }""")
        assert missing == [], missing
