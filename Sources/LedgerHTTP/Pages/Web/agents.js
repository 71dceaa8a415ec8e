// Stores that sell while they are cut off: how much of each is known, and what waits for a person.
import { get } from "./api.js";
import { h } from "./dom.js";
import { table } from "./nodes.js";
import { age, named, number, t, time } from "./text.js";

/** Older than this, what is known of a store is said to be old. */
const OLD = 60_000;
const EVERY = 5_000;
const STORES = 500;
const CONFLICTS = 50;
let askedAt = -Infinity;
let shown = "";
let last = null;

const muted = (text) => h("span", { class: "muted" }, text);
const right = (value) => h("td", { class: "number right" }, value);

/** A count that may be too long to be counted to its end. */
const capped = (count) => (count >= 1000 ? `${number(1000)}+` : number(count));

function known(store) {
  if (store.ageMs === null) return h("span", { class: "bad" }, t("neverTold"));
  const text = age(store.ageMs);
  return store.ageMs > OLD ? h("span", { class: "bad" }, text) : text;
}

/** Those of which least is known come first. */
export const byAge = (stores) => [...stores].sort((a, b) => (b.ageMs ?? Infinity) - (a.ageMs ?? Infinity)
  || a.location.localeCompare(b.location));

function storeRow(store) {
  return h("tr", { "data-store": store.location, "data-state": store.state },
    h("th", { scope: "row" }, store.location),
    h("td", {}, store.state === "FROZEN" ? h("span", { class: "bad" }, named(store.state)) : named(store.state)),
    right(number(store.epoch)),
    right(known(store)),
    right(t("ago", { age: age(store.silentMs) })),
    right(number(store.lastFact)),
    right(number(store.allotted)),
    right(store.openConflicts ? h("span", { class: "bad" }, capped(store.openConflicts)) : number(0)),
    right(store.quarantined ? h("span", { class: "bad" }, capped(store.quarantined)) : number(0)));
}

function conflictRow(conflict) {
  const when = new Date(conflict.time);
  const fact = conflict.fact ? t("factName", { epoch: conflict.fact.epoch, sequence: conflict.fact.sequence }) : null;
  return h("tr", { "data-conflict": conflict.conflict, "data-kind": conflict.kind },
    h("th", { scope: "row" }, h("span", { class: "kind" }, named(conflict.kind))),
    h("td", {}, conflict.location),
    h("td", {}, conflict.sku ?? muted("–")),
    right(conflict.quantity === 0 ? muted("–") : number(conflict.quantity)),
    h("td", { class: "number" }, h("time", { datetime: conflict.time }, time(when))),
    h("td", {}, fact ?? muted("–")),
    h("td", {}, h("code", {}, conflict.conflict)));
}

const storesTable = (stores) => table("stores", ["store", "state", "epoch", "knownAge", "heardOf", "lastFact", "allotted", "conflicts", "putAside"],
  byAge(stores).map(storeRow), [2, 3, 4, 5, 6, 7, 8]);

function conflictsTable({ conflicts, nextPageToken }) {
  if (!conflicts.length) return [h("p", { class: "muted" }, t("noConflicts"))];
  const rows = table("openConflicts", ["kind", "store", "item", "units", "time", "fact", "conflictName"], conflicts.map(conflictRow), [3]);
  return nextPageToken ? [rows, h("p", { class: "muted small" }, t("moreConflicts", { count: conflicts.length }))] : [rows];
}

function draw(panel) {
  const [stores, conflicts] = last;
  panel.hidden = stores.stores.length === 0;
  panel.querySelector("#stores").replaceChildren(storesTable(stores.stores));
  panel.querySelector("#conflicts").replaceChildren(...conflictsTable(conflicts));
}

/** Asks now and then, and shows what has changed; a cluster without such stores shows nothing of them. */
export async function refreshStores(panel) {
  const now = performance.now();
  if (now - askedAt > EVERY) {
    askedAt = now;
    last = await Promise.all([`/v1/stores?page_size=${STORES}`, `/v1/conflicts?page_size=${CONFLICTS}`]
      .map(async (path) => (await get(path)).data));
  }
  if (!last) return;
  const key = JSON.stringify([last, document.documentElement.lang]);
  if (key === shown) return;
  shown = key;
  draw(panel);
}
