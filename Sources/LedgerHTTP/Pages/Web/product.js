// One product: its picture, price and details, where it is, and a hold on it.
import { get, segment } from "./api.js";
import { cart } from "./cart.js";
import { stockLine } from "./catalogue.js";
import { announce, glow, h, say } from "./dom.js";
import { certify, showFreshness } from "./freshness.js";
import { problem } from "./problem.js";
import { askSilence, silentSince } from "./silence.js";
import { availability, gathered, shelf, watch } from "./stock.js";
import { tile } from "./tile.js";
import { money, t, time } from "./text.js";

const QUANTITY_MAX = 99;
/** How often a page that nothing happens on looks whether a store has fallen silent. */
const SILENCE_EVERY = 15_000;

/** What is said of a store that doesn't report: what is still promised is out of its reach. */
function silence(place) {
  const then = silentSince(place.location);
  if (!then) return "";
  return t(place.availableCapped ? "notReportingMany" : "notReporting", { time: time(then), count: place.available });
}

/** A number with a step down and a step up beside it. */
export function stepper(value, most, changed, label = t("quantity")) {
  const input = h("input", {
    type: "number", class: "stepper-value number", inputmode: "numeric", min: 1, max: most, value, "aria-label": label,
    onchange: () => set(Number(input.value)),
  });
  function set(next) {
    const quantity = Math.min(Math.max(Math.round(next) || 1, 1), most);
    input.value = quantity;
    changed(quantity);
  }
  const step = (by, sign, name) => h("button", {
    type: "button", class: "stepper-step", "aria-label": name, onclick: () => set(Number(input.value) + by),
  }, sign);
  return { node: h("div", { class: "stepper" }, step(-1, "−", t("less")), input, step(1, "+", t("moreOne"))), set, get value() { return Number(input.value); } };
}

/** A choice of where the units come from: wherever they are, or one place. */
function places(choose) {
  const rows = new Map();
  const list = h("div", { class: "places" });
  const node = h("fieldset", { class: "places-box" }, h("legend", {}, t("where")), list);
  function row(id, name, hint) {
    const stock = stockLine("stock place-stock");
    const radio = h("input", { type: "radio", name: "place", value: id, checked: id === "", onchange: () => choose(id) });
    const note = h("span", { class: "place-silent" });
    const one = { radio, stock, note, node: h("label", { class: "place" }, radio,
      h("span", { class: "place-name" }, h("span", {}, name), hint ? h("span", { class: "muted" }, hint) : null, note), stock.node) };
    rows.set(id, one);
    list.append(one.node);
    return one;
  }
  row("", t("anywhere"), t("anywhereHint"));
  return {
    node,
    select(id) { const one = rows.get(id); if (one) { one.radio.checked = true; choose(id); } },
    /** One place, as an event tells it. */
    told(place) { rows.get(place.location)?.stock.show(place, true); },
    show(total, locations, isLive) {
      rows.get("").stock.show(total, isLive);
      for (const place of locations) {
        const one = rows.get(place.location)
          ?? row(place.location, place.name || place.location, t(place.kind === "WAREHOUSE" ? "warehouse" : "store"));
        one.stock.show(place, isLive);
        say(one.note, silence(place));
      }
    },
  };
}

/** Shows a product in `root`; returns what ends it. */
export function product(root, sku, navigate) {
  let stop = () => {};
  let isGone = false;
  let retry = null;
  let listener = null;
  const heading = h("h1", { class: "product-title" }, t("loading"));
  root.replaceChildren(h("p", { class: "trail" }, h("a", { href: "/" }, "← ", t("back"))),
    h("div", { class: "product" }, h("div", { class: "product-tile" }, tile(sku, 3)), h("div", { class: "product-body" }, heading)));
  const view = { title: sku, heading, end() { isGone = true; clearTimeout(retry); clearInterval(listener); stop(); } };

  async function load() {
    try {
      const { data, stamp } = await get(`/v1/items/${segment(sku)}`);
      if (isGone) return;
      certify(stamp);
      show(data);
    } catch (failure) {
      if (isGone) return;
      if (failure.status === 404 || failure.status === 400) return missing();
      say(heading, t("failed"));
      heading.nextSibling?.remove();
      heading.after(h("p", { class: "muted" }, t("failedHint")));
      retry = setTimeout(load, 2000);
    }
  }

  function missing() {
    showFreshness(false);
    root.replaceChildren(h("div", { class: "empty" }, h("h1", {}, t("notFoundTitle")), h("p", {}, t("notFoundHint")),
      h("a", { class: "button", href: "/" }, t("back"))));
  }

  function show(item) {
    showFreshness(true);
    say(heading, item.title || item.sku);
    document.title = `${heading.textContent} · Estoque`;
    const price = h("p", { class: "product-price number" }, money(item.price) || t("noPrice"));
    const order = orderForm(item);
    const facts = [[t("skuLabel"), item.sku], ...Object.entries(item.attributes ?? {})];
    // The heading stays where it is: taken out it would lose the focus.
    heading.nextSibling?.remove();
    heading.after(price, order.node, h("section", { class: "facts", "aria-label": t("details") },
      h("dl", {}, facts.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]))));

    let locations = [];
    async function refresh(isLive = true) {
      const [total, found, { data }] = await Promise.all([
        availability([sku]), locationsOf(sku), get(`/v1/items/${segment(sku)}`), askSilence().catch(() => {})]);
      if (isGone) return;
      say(heading, data.title || sku);
      locations = found;
      const entry = total.get(sku);
      if (entry?.price && money(entry.price) !== price.textContent) { say(price, money(entry.price)); if (isLive) glow(price); }
      order.show(entry, locations, isLive);
    }
    // What is nowhere in an event, such as the sum over all places, is asked for; a rush makes few questions.
    const ask = gathered(() => refresh(), 300);
    refresh(false).catch(() => {}).then(() => {
      if (isGone) return;
      const told = (kind, data) => {
        if (kind === "availability" && data.location) order.told(data);
        ask();
      };
      listener = setInterval(() => { if (!document.hidden) ask(); }, SILENCE_EVERY);
      // By places, since a sum that is capped doesn't move with each of them.
      stop = watch([sku], { told, ask }, locations.map((place) => place.location));
    });
  }

  function orderForm(item) {
    let place = "";
    let known = null;
    const where = places((id) => { place = id; });
    const quantity = stepper(1, QUANTITY_MAX, () => {});
    const result = h("div", { class: "result", role: "status" });
    const button = h("button", { type: "submit", class: "button primary wide" }, t("hold"));

    async function hold(amount) {
      button.setAttribute("aria-disabled", "true");
      say(button, t("holding"));
      result.replaceChildren();
      try {
        await cart.add(item.sku, amount, place || undefined);
        result.replaceChildren(h("p", { class: "held-note" }, h("span", {}, t("held", { count: amount })), " ",
          h("a", { href: "/cart" }, t("toCart"))));
      } catch (failure) {
        result.replaceChildren(problem(failure, {
          titles: new Map([[item.sku, item.title]]),
          retry: failure.isUncertain ? () => hold(amount) : null,
          takeLeft: (left) => { quantity.set(left); hold(left); },
        }));
      } finally {
        result.firstChild?.scrollIntoView({ block: "nearest" });
        button.removeAttribute("aria-disabled");
        say(button, t("hold"));
      }
    }

    const node = h("form", { class: "order", onsubmit: (event) => {
      event.preventDefault();
      if (button.getAttribute("aria-disabled") !== "true") hold(quantity.value);
    } }, where.node,
      h("div", { class: "order-row" }, h("div", { class: "order-quantity" }, h("span", { class: "field-name", "aria-hidden": "true" }, t("quantity")), quantity.node), button),
      h("p", { class: "muted small" }, t("holdNote")), result);

    return { node, told: where.told, show(entry, locations, isLive) {
      where.show(entry, locations, isLive);
      const stock = JSON.stringify([entry?.status, entry?.available]);
      if (isLive && known !== null && stock !== known) {
        const { key, values } = shelf(entry);
        announce(t("changedTo", { title: item.title || item.sku, stock: t(key, values) }));
      }
      known = stock;
    } };
  }

  load();
  return view;
}

/** Where an item is, place by place. */
async function locationsOf(sku) {
  const { data, stamp } = await get(`/v1/items/${segment(sku)}/locations`);
  certify(stamp);
  return data.locations;
}
