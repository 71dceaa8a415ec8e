// The shelves: a search, and a card for each product.
import { get, segment } from "./api.js";
import { announce, glow, h, say } from "./dom.js";
import { availability, canWatch, gathered, shelf, watch } from "./stock.js";
import { certify, showFreshness } from "./freshness.js";
import { tile } from "./tile.js";
import { money, t } from "./text.js";

const PAGE = 24;

/** The line of a product's availability; keeps itself when nothing has changed. */
export function stockLine(className = "stock") {
  const words = h("span");
  const node = h("p", { class: className, "data-kind": "unknown" }, h("span", { class: "stock-mark", "aria-hidden": "true" }), words);
  let last;
  return {
    node,
    show(entry, isLive) {
      const { kind, key, values } = shelf(entry);
      const text = t(key, values);
      node.dataset.kind = kind;
      say(words, text);
      const hasChanged = last !== undefined && last !== JSON.stringify([kind, values]);
      last = JSON.stringify([kind, values]);
      if (hasChanged && isLive) glow(node);
      return hasChanged;
    },
  };
}

function card(item) {
  const stock = stockLine();
  const price = h("p", { class: "price number" }, money(item.price) || t("noPrice"));
  const title = h("h2", { class: "card-title" }, item.title || item.sku);
  const node = h("li", { class: "card" },
    h("a", { href: `/item/${segment(item.sku)}`, class: "card-link" },
      h("div", { class: "card-tile" }, tile(item.sku)),
      title,
      price,
      stock.node));
  return {
    node,
    get name() { return title.textContent; },
    rename(text) { say(title, text || item.sku); },
    show(entry, isLive) {
      if (entry?.price) say(price, money(entry.price));
      return stock.show(entry, isLive);
    },
  };
}

const ghosts = () => Array.from({ length: 8 }, () => h("li", { class: "card ghost", "aria-hidden": "true" },
  h("div", { class: "card-tile" }), h("span"), h("span"), h("span")));

/** Shows the shelves for a search in `root`; returns what ends it. */
export function catalogue(root, text, navigate) {
  const cards = new Map();
  let stop = () => {};
  let retry = null;
  let token = null;
  let isGone = false;

  const heading = h("h1", { class: "shelf-title" }, text ? t("catalogueFor", { query: text }) : t("catalogue"));
  const count = h("p", { class: "shelf-count muted" });
  const grid = h("ul", { class: "shelf", "aria-busy": "true" }, ghosts());
  const more = h("button", { type: "button", class: "button", hidden: true, onclick: () => load() }, t("more"));
  const below = h("div", { class: "shelf-more" }, more);
  root.replaceChildren(h("div", { class: "shelf-head" }, heading, count), grid, below);

  const path = () => `/v1/items?page_size=${PAGE}${text ? `&q=${segment(text)}` : ""}${token ? `&page_token=${segment(token)}` : ""}`;

  let news = null;
  /** One sentence for a rush: a screen reader must not read a whole sale out. */
  function tell(card, entry) {
    const { key, values } = shelf(entry);
    if (news === null) setTimeout(() => { if (!isGone) announce(news); news = null; }, 1500);
    news = t("changedTo", { title: card.name, stock: t(key, values) });
  }

  function show(entry, isLive) {
    const card = cards.get(entry.sku);
    if (card?.show(entry, isLive) && isLive) tell(card, entry);
  }

  function told(kind, data) {
    if (kind === "item") cards.get(data.sku)?.rename(data.title);
    if (kind === "availability") show(data, true);
  }

  async function refresh(skus, isLive = true) {
    for (const entry of (await availability(skus)).values()) show(entry, isLive);
  }
  const ask = gathered(() => refresh([...cards.keys()]));

  async function load() {
    more.disabled = true;
    clearTimeout(retry);
    try {
      const { data, stamp } = await get(path());
      if (isGone) return;
      certify(stamp);
      token = data.nextPageToken;
      if (cards.size === 0) grid.replaceChildren();
      const first = data.items.map(card);
      first.forEach((one, index) => { cards.set(data.items[index].sku, one); grid.append(one.node); });
      grid.setAttribute("aria-busy", "false");
      more.hidden = !token || !canWatch([...cards.keys(), ...Array(PAGE).fill("x".repeat(64))]);
      more.disabled = false;
      say(count, token ? t("resultsMore", { count: cards.size }) : t("results", { count: cards.size }));
      if (cards.size === 0) return nothing();
      showFreshness(true);
      await refresh(data.items.map((item) => item.sku), false).catch(() => {});
      if (text) announce(count.textContent);
      stop();
      if (!isGone) stop = watch([...cards.keys()], { told, ask });
    } catch {
      if (!isGone) failed();
    }
  }

  function nothing() {
    showFreshness(false);
    count.textContent = "";
    grid.replaceChildren();
    root.replaceChildren(text
      ? h("div", { class: "empty" }, h("h1", {}, t("nothingFound")), h("p", {}, t("nothingFoundHint")),
        h("button", { type: "button", class: "button", onclick: () => navigate("/") }, t("clearSearch")))
      : h("div", { class: "empty" }, h("h1", {}, t("noItems")), h("p", {}, t("noItemsHint")),
        h("pre", { tabindex: "0" }, "estoque import locations locations.csv\nestoque import items items.csv\nestoque import stock stock.csv")));
    announce(t(text ? "nothingFound" : "noItems"));
    if (!text) retry = setTimeout(again, 3000);
  }

  function again() {
    if (isGone) return;
    get(path()).then(({ data, stamp }) => {
      certify(stamp);
      if (data.items.length) navigate(location.pathname + location.search, { replaces: true });
      else retry = setTimeout(again, 3000);
    }, () => { retry = setTimeout(again, 3000); });
  }

  function failed() {
    more.disabled = false;
    if (cards.size) return;
    grid.setAttribute("aria-busy", "false");
    root.replaceChildren(h("div", { class: "empty" }, h("h1", {}, t("failed")), h("p", {}, t("failedHint")),
      h("button", { type: "button", class: "button", onclick: () => navigate(location.pathname + location.search, { replaces: true }) }, t("tryAgain"))));
    retry = setTimeout(again, 2000);
  }

  load();
  return { title: text || null, heading, end() { isGone = true; clearTimeout(retry); stop(); } };
}
