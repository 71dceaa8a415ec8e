// The items of the store: found by words or by their number, with what is on the shelf and what may be sold.
import { get, segment } from "./api.js";
import { announce, h } from "./dom.js";
import { money, number, t } from "./text.js";

const list = document.getElementById("items");
const note = document.getElementById("items-note");
const query = document.getElementById("query");
const LIMIT = 24;
const LOW = 3;

/** Items that were seen, by SKU. */
export const known = new Map();
/** What is shown, and for which words. */
let shown = [];
let asked = 0;

/** An item as it is now; nil when there is none. */
export async function look(sku) {
  try {
    const { data } = await get(`/v1/items/${segment(sku)}`);
    known.set(data.sku, data);
    return data;
  } catch (failure) {
    if (failure.status === 404) return null;
    throw failure;
  }
}

const level = (count) => (count <= 0 ? "none" : count <= LOW ? "low" : "enough");

function fact(count, key, mark) {
  return h("span", { "data-level": mark ? level(count) : null }, h("b", {}, number(count)), ` ${t(key)}`);
}

function card(item, choose) {
  return h("li", {}, h("button", { type: "button", class: "item", "data-sku": item.sku, onclick: () => choose(item) },
    h("span", { class: "item-title" }, item.title || item.sku),
    h("span", { class: "item-price" }, money(item.price)),
    h("span", { class: "item-sku" }, item.sku),
    h("span", { class: "item-facts" },
      fact(item.onHand, "tillOnShelf", false), fact(item.allotted, "tillMaySell", true),
      item.reserved > 0 ? fact(item.reserved, "tillReserved", false) : null)));
}

/** The shelf; `choose` gets an item that was picked or scanned. */
export function startShelf(choose) {
  function draw() {
    const focused = document.activeElement?.dataset?.sku;
    list.replaceChildren(...shown.map((item) => card(item, choose)));
    if (focused) list.querySelector(`[data-sku="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    note.textContent = shown.length === 0 ? t(query.value.trim() ? "tillNoItems" : "tillEmptyShelf")
      : shown.length === LIMIT ? t("tillMore", { count: LIMIT }) : "";
  }

  async function ask() {
    const turn = asked += 1;
    const text = query.value.trim();
    try {
      const { data } = await get(`/v1/items?limit=${LIMIT}&q=${segment(text)}`);
      if (turn !== asked) return;
      shown = data.items;
      for (const item of shown) known.set(item.sku, item);
      draw();
    } catch { /* the strip above says that the agent doesn't answer */ }
  }

  let typing = null;
  query.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(ask, 150); });
  document.getElementById("find").addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(typing);
    const text = query.value.trim();
    if (!text) return;
    // A scanner types a number and presses Enter.
    const item = /^[!-~]{1,64}$/.test(text) ? await look(text).catch(() => null) : null;
    if (item) {
      choose(item);
      query.value = "";
    }
    await ask();
    if (!item && shown.length === 1) { choose(shown[0]); query.value = ""; await ask(); }
    else if (!item && shown.length === 0) announce(t("tillNoItems"));
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
    if (event.key === "/" && !isTyping && !event.metaKey && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      query.focus();
      query.select();
    }
  });
  ask();
  return { ask, draw };
}
