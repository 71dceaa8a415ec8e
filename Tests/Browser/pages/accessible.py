"""For everyone: keyboard, screen reader, contrast, narrow screens, less motion."""
from playwright.sync_api import expect

from checks import asking
from checks.runner import check
from estoque.v1 import commands_pb2
from pages.carts import hold
from pages.shop import ready

#: Every text that is seen, against what is behind it: WCAG 2.2, 1.4.3.
CONTRASTS = """() => {
  const parse = (text) => {
    const numbers = text.match(/[\\d.]+/g).map(Number);
    return text.startsWith("color(srgb") ? [...numbers.slice(0, 3).map((n) => n * 255), numbers[3] ?? 1]
      : [...numbers.slice(0, 3), numbers[3] ?? 1];
  };
  const over = (front, back) => front.slice(0, 3).map((n, i) => n * front[3] + back[i] * (1 - front[3]));
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] === 1) return colour.slice(0, 3);
      if (colour[3] > 0) return over(colour, behind(at.parentElement ?? at));
    }
    return matchMedia("(prefers-color-scheme: dark)").matches ? [0, 0, 0] : [255, 255, 255];
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((n) => n / 255).map((n) => (n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !node.checkVisibility({ visibilityProperty: true })) continue;
    const box = node.getBoundingClientRect();
    if (box.width <= 1 || box.height <= 1 || node.closest("svg, noscript, [disabled]")) continue;
    const style = getComputedStyle(node);
    const back = behind(node);
    const [a, b] = [light(over(parse(style.color), back)), light(back)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) found.push(`${ratio.toFixed(2)} ${walker.currentNode.textContent.trim()}`);
  }
  return found;
}"""

#: Controls without a name, fields without a label, pictures that are read out without words.
NAMELESS = """() => [...document.querySelectorAll("a[href], button, input, select, [role=img], [role=region]")]
  .filter((node) => node.checkVisibility() && !node.closest("[aria-hidden=true]"))
  .filter((node) => !(node.getAttribute("aria-label") || node.textContent.trim() || node.labels?.length
    || document.getElementById(node.getAttribute("aria-labelledby"))?.textContent.trim()))
  .map((node) => node.outerHTML.slice(0, 120))"""

#: Targets of fingers are 24 by 24 at least, unless they stand in a text: WCAG 2.2, 2.5.8.
SMALL = """() => [...document.querySelectorAll("a[href], button, input")]
  .filter((node) => node.checkVisibility() && getComputedStyle(node).position !== "absolute" && !node.closest("p, .held-note"))
  .map((node) => [node.closest("label") ?? node, node])
  .filter(([area]) => { const box = area.getBoundingClientRect(); return box.width < 24 || box.height < 24; })
  .map(([, node]) => node.outerHTML.slice(0, 120))"""

OUTLINE = """() => {
  const order = [...document.querySelectorAll("h1, h2, h3")].filter((node) => node.checkVisibility())
    .map((node) => Number(node.tagName[1]));
  return { order, ids: [...document.querySelectorAll("[id]")].map((node) => node.id),
    landmarks: ["header", "main"].map((tag) => document.querySelectorAll(tag).length) };
}"""


def assert_accessible(page, what):
    # Colours that are on their way to others are not judged.
    page.evaluate("Promise.all(document.getAnimations().filter((one) => one.effect.getTiming().iterations === 1)"
                  ".map((one) => one.finished.catch(() => {})))")
    for name, script in (("contrast", CONTRASTS), ("without a name", NAMELESS), ("too small", SMALL)):
        found = page.evaluate(script)
        assert not found, f"{what}: {name}: {found}"
    outline = page.evaluate(OUTLINE)
    assert outline["landmarks"] == [1, 1], (what, outline)
    assert outline["order"].count(1) == 1 and outline["order"][0] == 1, (what, outline["order"])
    steps = zip(outline["order"], outline["order"][1:])
    assert all(after <= before + 1 for before, after in steps), (what, outline["order"])
    assert len(set(outline["ids"])) == len(outline["ids"]), (what, "an id comes twice")


def narrow_enough(page, what):
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], f"{what} is {width} px wide"


@check
def every_page_has_contrast_names_and_an_outline_in_light_and_dark(shop):
    sku, *_ = shop.item("Preserving jar", Lisboa=30, Porto=3, Faro=0)
    for scheme in ("light", "dark"):
        for width in (320, 1280):
            with shop.visitor(color_scheme=scheme, viewport={"width": width, "height": 800}) as visitor:
                where = f"{scheme} {width}"
                page = visitor.go("/")
                expect(page.locator(".card .stock[data-kind=unknown]")).to_have_count(0)
                assert_accessible(page, f"catalogue {where}")
                narrow_enough(page, f"catalogue {where}")
                page = visitor.go("/?q=nothing-of-that-kind")
                expect(page.locator(".empty")).to_be_visible()
                assert_accessible(page, f"no results {where}")
                page = ready(visitor.go(f"/item/{sku}"))
                hold(page, 99)
                expect(page.locator(".problem")).to_be_visible()
                assert_accessible(page, f"product, refused {where}")
                hold(page, 1)
                expect(page.locator(".held-note")).to_be_visible()
                assert_accessible(page, f"product, held {where}")
                narrow_enough(page, f"product {where}")
                page = visitor.go("/cart")
                expect(page.locator(".timer")).to_be_visible()
                assert_accessible(page, f"cart {where}")
                narrow_enough(page, f"cart {where}")
                page.get_by_role("button", name="Check out").click()
                expect(page.locator(".done")).to_be_visible()
                assert_accessible(page, f"order {where}")
                page = visitor.go("/ops")
                expect(page.locator("#journal tbody tr").first).to_be_visible()
                assert_accessible(page, f"operations {where}")
                narrow_enough(page, f"operations {where}")


@check
def everything_is_reached_by_keyboard_and_the_focus_is_seen(shop):
    sku, *_ = shop.item("Sea salt", CastroMarim=9, Lisboa=9)
    with shop.visitor() as visitor:
        page = ready(visitor.go(f"/item/{sku}"))
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        assert page.locator(".skip").bounding_box()["y"] >= 0
        page.evaluate("document.querySelector('.place').isSame = true")
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        # To leap there is not to go there: nothing is drawn anew.
        assert page.evaluate("document.querySelector('.place').isSame")
        reached = []
        for _ in range(12):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("""() => {
              const node = document.activeElement;
              if (node === document.body) return ["", true];
              const styles = [node, node.closest(".place"), node.closest(".stepper")].filter(Boolean).map(getComputedStyle);
              const isSeen = styles.some((style) => parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none");
              return [node.textContent.trim() || node.name || node.getAttribute("aria-label"), isSeen];
            }"""))
        names = [name for name, _ in reached]
        assert "place" in names and "Hold for 10 minutes" in names and "One more" in str(reached) or "+" in names, reached
        assert all(seen for name, seen in reached if name), reached
        # The places are one group: the arrows choose.
        page.locator(".place input").first.focus()
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.value") != ""


@check
def less_motion_is_none(shop):
    sku, place = shop.item("Beeswax candle", Lisboa=9)
    with shop.visitor(reduced_motion="reduce") as visitor:
        page = ready(visitor.go(f"/item/{sku}"))
        shop.sell(sku, place, 1)
        expect(page.locator(".stock.changed").first).to_be_visible()
        assert page.evaluate("document.getAnimations().length") == 0


@check
def a_rush_is_announced_in_one_sentence(shop):
    sku, place = shop.item("Rush hour", Lisboa=60)
    with shop.visitor() as visitor:
        page = visitor.go("/?q=rush")
        expect(page.locator(".card .stock")).to_have_text("60 in stock")
        page.evaluate("""() => { window.said = []; new MutationObserver(() => {
          const text = document.getElementById("announcer").textContent;
          if (text) window.said.push(text);
        }).observe(document.getElementById("announcer"), { childList: true, characterData: true, subtree: true }); }""")
        asking.batch(shop.node, [_sale(sku, place) for _ in range(40)])
        expect(page.locator(".card .stock")).to_have_text("20 in stock")
        expect(page.locator("#announcer")).to_have_text("Rush hour: 20 in stock")
        assert len(page.evaluate("window.said")) <= 3, page.evaluate("window.said")


def _sale(sku, place):
    return commands_pb2.Command(sell=asking.make("Sell", lines=[asking.line(sku, place, 1)]))
