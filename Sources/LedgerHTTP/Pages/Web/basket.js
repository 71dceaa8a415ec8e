// The cart's page: what is held and for how long, and every end that a hold can have.
import { get, segment } from "./api.js";
import { TTL, cart } from "./cart.js";
import { announce, h, say } from "./dom.js";
import { showFreshness } from "./freshness.js";
import { problem } from "./problem.js";
import { stepper } from "./product.js";
import { tile } from "./tile.js";
import { clock, money, t } from "./text.js";

/** What items and places are called; asked for once. */
const items = new Map();
const places = new Map();

async function learn(lines) {
  await Promise.all([...new Set(lines.map((line) => line.sku))].filter((sku) => !items.has(sku)).map(async (sku) => {
    try { items.set(sku, (await get(`/v1/items/${segment(sku)}`)).data); } catch { /* the SKU has to do */ }
  }));
  await Promise.all([...new Set(lines.map((line) => line.sku))].map(async (sku) => {
    if (lines.every((line) => line.sku !== sku || places.has(line.location))) return;
    try {
      const { data } = await get(`/v1/items/${segment(sku)}/locations`);
      for (const place of data.locations) places.set(place.location, place.name || place.location);
    } catch { /* the id has to do */ }
  }));
}

/** Shows the cart in `root`; returns what ends it. */
export function basket(root, navigate) {
  showFreshness(false);
  const heading = h("h1", {}, t("cartTitle"));
  const left = h("strong", { class: "timer-value number" });
  const bar = h("div", { class: "timer-bar" }, h("span"));
  const result = h("div", { class: "result" });
  const content = h("div");
  root.replaceChildren(heading, content, result);
  let shown = "";
  let isGone = false;
  let ticking = null;
  let wasHeld = false;

  const run = (work, done) => async () => {
    if (cart.isBusy) return;
    result.replaceChildren();
    try {
      await work();
      if (done) announce(done());
    } catch (failure) {
      result.replaceChildren(problem(failure, {
        titles: new Map([...items].map(([sku, item]) => [sku, item.title])),
        retry: failure.isUncertain ? run(work, done) : null,
      }));
      result.firstChild.scrollIntoView({ block: "nearest" });
      shown = "";
      draw();
    }
  };
  const button = (kind, key, work) => h("button", { type: "button", class: `button ${kind}`, onclick: work }, t(key));

  function lines() {
    return h("ul", { class: "lines" }, cart.lines.map((line) => {
      const item = items.get(line.sku);
      const title = item?.title || line.sku;
      const isHeld = cart.phase === "held";
      const amount = isHeld
        ? stepper(line.quantity, 99, (quantity) => { if (quantity !== line.quantity) run(() => cart.change(line, quantity))(); }, `${t("quantity")}: ${title}`).node
        : h("span", { class: "number line-amount" }, `× ${line.quantity}`);
      return h("li", { class: "line" },
        h("a", { href: `/item/${segment(line.sku)}`, class: "line-tile", tabindex: "-1", "aria-hidden": "true" }, tile(line.sku, 1)),
        h("div", { class: "line-text" }, h("a", { href: `/item/${segment(line.sku)}`, class: "line-title" }, title),
          h("p", { class: "muted small" }, t("fromPlace", { place: places.get(line.location) ?? line.location }))),
        h("div", { class: "line-amounts" }, amount,
          h("p", { class: "number line-price" }, money(item?.price, line.quantity)),
          isHeld ? h("button", { type: "button", class: "button quiet", "aria-label": t("removeItem", { title }), onclick: run(() => cart.change(line, 0)) }, t("remove")) : null));
    }));
  }

  function total() {
    const prices = cart.lines.map((line) => [items.get(line.sku)?.price, line.quantity]);
    const currency = prices[0]?.[0]?.currency;
    if (!currency || prices.some(([price]) => price?.currency !== currency)) return null;
    const amount = prices.reduce((sum, [price, quantity]) => sum + price.amount * quantity, 0);
    return h("p", { class: "total" }, h("span", {}, t("total")), h("strong", { class: "number" }, money({ amount, currency })));
  }

  const views = {
    loading: () => h("p", { class: "empty" }, t("cartLoading")),
    unknown: () => h("div", { class: "panel notice" }, h("h2", {}, t("cartUnknown")), h("p", {}, t("cartUnknownHint"))),
    empty: () => h("div", { class: "empty" }, h("h2", {}, t("cartEmpty")), h("p", {}, t("cartEmptyHint")),
      h("a", { class: "button primary", href: "/" }, t("browse"))),
    held: () => [
      h("section", { class: "panel timer", "aria-label": t("timeLeftLabel") },
        h("p", { class: "timer-text" }, t("timeLeft"), " ", left), bar, button("", "extend", run(() => cart.extend(), () => t("extended", { time: clock(cart.left) })))),
      lines(), total(),
      h("div", { class: "actions" }, button("quiet", "release", run(() => cart.release(), () => t("released"))), button("primary", "checkOut", run(() => cart.confirm()))),
    ],
    expired: () => [
      h("section", { class: "panel notice", "data-state": "expired" }, h("h2", { tabindex: "-1" }, t("expiredTitle")), h("p", {}, t("expiredHint")),
        h("div", { class: "actions start" }, button("primary", "again", run(() => cart.again())), button("quiet", "startOver", () => cart.forget()))),
      lines(),
    ],
    confirmed: () => [
      h("section", { class: "panel done", "data-state": "confirmed" }, h("h2", { tabindex: "-1" }, t("confirmedTitle")),
        h("p", {}, t("confirmedHint", { order: cart.hold.order ?? cart.hold.reservation })),
        h("div", { class: "actions start" }, button("", "startOver", () => { cart.forget(); navigate("/"); }))),
      lines(), total(),
    ],
  };

  async function draw() {
    const state = JSON.stringify([cart.phase, cart.lines, cart.hold?.reservation]);
    content.setAttribute("aria-busy", String(cart.isBusy));
    if (state === shown) return;
    shown = state;
    if (cart.hold) await learn(cart.lines);
    if (isGone || state !== shown) return;
    content.replaceChildren(...[views[cart.phase]()].flat().filter(Boolean));
    if (cart.phase === "expired" && wasHeld) { result.replaceChildren(); announce(t("expiredAnnounce")); }
    if (cart.phase !== "held" && wasHeld) content.querySelector("h2[tabindex]")?.focus();
    wasHeld = cart.phase === "held";
    tick();
  }

  let wasLow = false;
  function tick() {
    clearTimeout(ticking);
    if (isGone || cart.phase !== "held") return;
    say(left, clock(cart.left));
    bar.firstChild.style.inlineSize = `${Math.min(100, Math.max(0, (100 * cart.left) / TTL))}%`;
    const isLow = cart.left < 60_000;
    if (isLow && !wasLow) announce(t("timeLow"));
    wasLow = isLow;
    bar.parentNode?.classList.toggle("low", isLow);
    ticking = setTimeout(tick, 250);
  }

  cart.addEventListener("change", draw);
  draw();
  return { title: t("cartTitle"), heading, end() { isGone = true; clearTimeout(ticking); cart.removeEventListener("change", draw); } };
}
