// swift-format-ignore-file
// Made by Pages/generate; do not edit.

extension EmbeddedFile {
    /// Every file of Pages/Web.
    static let all: [EmbeddedFile] = [
        EmbeddedFile(
name: "agents.js",
text: ##"""
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

"""##
        ),
        EmbeddedFile(
name: "api.js",
text: ##"""
// Questions to the node that served the page, and what it says about its answers.

/** Why there is no answer: `status` 0 means that the node couldn't be reached. */
export class Failure extends Error {
  constructor(status, problem = {}) {
    super(problem.detail ?? problem.title ?? `status ${status}`);
    this.status = status;
    this.problem = problem;
    this.reason = problem.reason ?? (status === 0 ? "UNREACHABLE" : "UNKNOWN");
  }

  /** Nothing is known of what became of it: the same request may be sent again. */
  get isUncertain() { return this.status === 0 || this.status >= 500 || this.status === 408; }
}

/** A moment on both clocks: the steady one stops while some machines sleep, the other may be set. */
export const moment = () => ({ steady: performance.now(), wall: Date.now() });
/** How long ago that was, by the clock that says longer. */
export const since = (then) => Math.max(performance.now() - then.steady, Date.now() - then.wall, 0);

async function ask(path, options, patience) {
  const asked = moment();
  let response;
  try {
    response = await fetch(path, {
      cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(patience), ...options,
    });
  } catch {
    throw new Failure(0);
  }
  let data;
  try {
    data = response.status === 304 ? null : await response.json();
  } catch {
    throw new Failure(response.ok ? 0 : response.status);
  }
  if (!response.ok) throw new Failure(response.status, data);
  return { data, stamp: stamp(response.headers, asked), at: asked, date: new Date(response.headers.get("date") ?? Date.now()) };
}

/**
 * What a read says of itself. Its age was true when it left the node, after the question was sent; counted from
 * then on it can only be too old, never too young.
 */
function stamp(headers, asked) {
  const text = headers.get("estoque-staleness-ms");
  if (text === null) return null;
  return {
    staleness: /^\d+$/.test(text) ? Number(text) : null,
    node: headers.get("estoque-node"),
    position: Number(headers.get("estoque-position")),
    at: asked,
  };
}

export const get = (path, patience = 4000) => ask(path, {}, patience);

export const post = (path, body, patience = 8000, headers = {}) => ask(path, {
  method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body),
}, patience);

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Sends a command until its outcome is known, with the same `requestId` each time, so that it is done once at most. */
export async function command(path, body, tries = 4) {
  const request = { requestId: uuid(), ...body };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await post(path, request);
    } catch (failure) {
      if (!failure.isUncertain || attempt === tries) throw failure;
      await pause(200 * 2 ** attempt);
    }
  }
}

/** A random UUID, also where the page came over plain HTTP from another machine. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export const segment = encodeURIComponent;

"""##
        ),
        EmbeddedFile(
name: "base.css",
text: ##"""
/* What both pages share: colours, type, and the parts that look alike. */
:root {
  color-scheme: light dark;
  --paper: #faf7f0;
  --surface: #fffdf8;
  --raised: #f3eee2;
  --ink: #1b2430;
  --muted: #56606d;
  --line: #ddd5c4;
  --field: #827b6c;
  --accent: #1d4e9e;
  --accent-ink: #ffffff;
  --accent-soft: #e4ecf8;
  --good: #1a6644;
  --warn: #854800;
  --bad: #a12b2b;
  --warn-soft: #fcefd3;
  --bad-soft: #fbe6e1;
  --shadow: 0 1px 2px rgb(27 36 48 / 6%), 0 6px 20px rgb(27 36 48 / 6%);
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", "Book Antiqua", Georgia, "DejaVu Serif", serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0e131a;
    --surface: #151c26;
    --raised: #1c2531;
    --ink: #e9ecf0;
    --muted: #a0abb9;
    --line: #2a3543;
    --field: #6d7a8b;
    --accent: #92b8ff;
    --accent-ink: #0b1a33;
    --accent-soft: #1a2a46;
    --good: #79d2a4;
    --warn: #f2b863;
    --bad: #ff9f94;
    --warn-soft: #302511;
    --bad-soft: #351a18;
    --shadow: 0 1px 2px rgb(0 0 0 / 30%), 0 8px 24px rgb(0 0 0 / 25%);
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0;
  min-height: 100vh;
  min-height: 100dvh;
  display: flex;
  flex-direction: column;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.55 var(--sans);
  overflow-wrap: break-word;
}
main { flex: 1; width: 100%; max-width: 76rem; margin: 0 auto; padding: 1.5rem clamp(1rem, 4vw, 2.5rem) 4rem; outline: none; }
h1, h2, h3 { font-family: var(--serif); font-weight: 600; line-height: 1.15; letter-spacing: -.01em; margin: 0; text-wrap: balance; }
p { margin: 0; }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: .06em; }
img, svg { display: block; }
button, input, select { font: inherit; color: inherit; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }
.skip { position: absolute; left: 1rem; top: -4rem; z-index: 20; padding: .6rem 1rem; background: var(--accent); color: var(--accent-ink); border-radius: 0 0 8px 8px; }
.skip:focus { top: 0; }
.number { font-variant-numeric: tabular-nums lining-nums; }
.muted { color: var(--muted); }
.bar { background: var(--surface); border-bottom: 1px solid var(--line); }
.bar-inner { max-width: 76rem; margin: 0 auto; padding: .7rem clamp(1rem, 4vw, 2.5rem); display: flex; align-items: center; gap: .75rem 1.25rem; flex-wrap: wrap; }
.brand { display: inline-flex; align-items: center; gap: .6rem; font: 600 1.35rem/1 var(--serif); letter-spacing: -.02em; color: var(--ink); text-decoration: none; min-height: 44px; }
.language { display: inline-flex; border: 1px solid var(--line); border-radius: 999px; padding: 2px; background: var(--paper); }
.language button { border: 0; background: none; color: var(--muted); border-radius: 999px; min-width: 40px; min-height: 36px; padding: 0 .6rem; font-size: .8rem; font-weight: 600; letter-spacing: .04em; cursor: pointer; }
.language button[aria-pressed="true"] { background: var(--ink); color: var(--paper); }
.button { display: inline-flex; align-items: center; justify-content: center; gap: .5rem; min-height: 46px; padding: .55rem 1.25rem; border-radius: 10px; border: 1px solid var(--field); background: var(--surface); color: var(--ink); font-weight: 600; text-decoration: none; cursor: pointer; }
.button:hover { background: var(--raised); }
.button.primary { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
.button.primary:hover { filter: brightness(1.08); }
.button.quiet { border-color: transparent; background: none; color: var(--accent); padding-inline: .75rem; }
.button.quiet:hover { background: var(--accent-soft); }
.button[disabled], .button[aria-disabled="true"] { cursor: not-allowed; color: var(--muted); background: var(--raised); border-color: var(--line); filter: none; }
.panel { background: var(--surface); border: 1px solid var(--line); border-radius: 14px; padding: clamp(1rem, 3vw, 1.5rem); }
.foot { border-top: 1px solid var(--line); padding: 1.25rem max(clamp(1rem, 4vw, 2.5rem), calc((100% - 76rem) / 2 + 2.5rem)); display: flex; flex-wrap: wrap; gap: .5rem 2rem; justify-content: space-between; color: var(--muted); font-size: .9rem;}
.foot a { display: inline-block; padding: .6rem 0; margin: -.6rem 0; }
.empty { max-width: 38rem; margin: 8vh auto; text-align: center; color: var(--muted); }
.empty h1, .empty h2 { color: var(--ink); margin-bottom: .75rem; font-size: 1.6rem; }
.empty .button { margin-top: 1.25rem; }
.empty pre { text-align: left; background: var(--raised); color: var(--ink); padding: .9rem 1.1rem; border-radius: 10px; overflow-x: auto; font: .85rem/1.7 var(--mono); margin: 1.25rem 0 0; }
@media (prefers-reduced-motion: no-preference) {
  .button, .language button, a { transition: background-color .15s, color .15s, border-color .15s; }
}
@media (forced-colors: active) {
  .language button[aria-pressed="true"] { outline: 2px solid Highlight; }
}

"""##
        ),
        EmbeddedFile(
name: "basket.js",
text: ##"""
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

"""##
        ),
        EmbeddedFile(
name: "cart.js",
text: ##"""
// One hold on everything in the cart: taken, changed, extended, confirmed or given back in one step each.
//
// The browser keeps identities only. The secret is random and makes the cart the reader's: there are no accounts.
import { Failure, command, get, segment, since, uuid } from "./api.js";

const KEY = "estoque.cart";
/** How long a hold lasts, and is extended by. */
export const TTL = 10 * 60 * 1000;

function secret() {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

class Cart extends EventTarget {
  /** `secret` and the ids of the hold that stands and of the one that may have been taken. */
  #kept = { secret: secret(), hold: null, pending: null };
  #timer = null;

  /** The reservation as the ledger last told, or null. */
  hold = null;
  /** empty, loading, held, expired, confirmed, or unknown while nobody can say. */
  phase = "loading";
  isBusy = false;
  #endsIn = 0;
  #toldAt = null;

  constructor() {
    super();
    this.#restore();
    addEventListener("storage", (event) => {
      if (event.key === KEY) { this.#restore(); this.load(); }
    });
    addEventListener("online", () => this.load());
  }

  #restore() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY));
      if (kept?.secret) this.#kept = { secret: kept.secret, hold: kept.hold ?? null, pending: kept.pending ?? null };
    } catch { /* a cart of its own, as long as the page lasts */ }
  }

  #keep(change) {
    Object.assign(this.#kept, change);
    try { localStorage.setItem(KEY, JSON.stringify(this.#kept)); } catch { /* as above */ }
  }

  /** Milliseconds until the hold ends. */
  get left() { return this.#toldAt ? this.#endsIn - since(this.#toldAt) : 0; }

  /** Open lines: what is really held, by SKU and place. */
  get lines() {
    return (this.hold?.lines ?? [])
      .map((line) => ({ ...line, quantity: this.phase === "held" ? line.requested - line.fulfilled - line.released : line.requested }))
      .filter((line) => line.quantity > 0);
  }

  get count() { return this.phase === "held" ? this.lines.reduce((sum, line) => sum + line.quantity, 0) : 0; }

  #become(phase) {
    this.phase = phase;
    clearTimeout(this.#timer);
    if (phase === "held") this.#timer = setTimeout(() => this.load(), Math.max(this.left + 400, 400));
    if (phase === "unknown") this.#timer = setTimeout(() => this.load(), 2000);
    this.dispatchEvent(new Event("change"));
  }

  #take(hold, now, at) {
    this.hold = hold;
    this.#endsIn = hold.expireTime ? Date.parse(hold.expireTime) - now : 0;
    this.#toldAt = at;
    const phases = { HELD: "held", EXPIRED: "expired", CONFIRMED: "confirmed", FULFILLED: "confirmed" };
    this.#become(phases[hold.state] ?? "empty");
    if (this.phase === "empty") this.forget();
  }

  /** Asks what has become of the hold. */
  async load() {
    for (const id of [this.#kept.pending, this.#kept.hold]) {
      if (!id) continue;
      try {
        const { data, date, at } = await get(`/v1/reservations/${segment(id)}`);
        this.#keep({ hold: id, pending: null });
        // The header has whole seconds: the later end of this one, so that no time is promised that isn't there.
        this.#take(data, date.getTime() + 999, at);
        return;
      } catch (failure) {
        if (failure.status !== 404) { this.#become("unknown"); return; }
      }
    }
    this.forget();
  }

  /** An empty cart. */
  forget() {
    this.#keep({ hold: null, pending: null });
    this.hold = null;
    this.#become("empty");
  }

  async #do(work) {
    this.isBusy = true;
    this.dispatchEvent(new Event("change"));
    try {
      await work();
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      if (["RESERVATION_EXPIRED", "RESERVATION_CLOSED", "RESERVATION_NOT_FOUND"].includes(failure.reason)) await this.load();
      throw failure;
    } finally {
      this.isBusy = false;
      this.dispatchEvent(new Event("change"));
    }
  }

  async #send(path, body) {
    const { data, at } = await command(path, { cart: this.#kept.secret, ...body });
    this.#take(data.hold, Date.parse(data.time), at);
  }

  /** Holds exactly these lines, in place of what is held; all or none. */
  #replace(lines) {
    return this.#do(async () => {
      const reservation = uuid();
      // Kept before it is sent, so that a page that is closed meanwhile finds it again.
      this.#keep({ pending: reservation });
      try {
        await this.#send("/v1/holds", {
          reservation, lines, ttlMs: TTL, ...(this.phase === "held" ? { replaces: this.#kept.hold } : {}),
        });
        this.#keep({ hold: reservation, pending: null });
      } catch (failure) {
        if (!failure.isUncertain) this.#keep({ pending: null });
        throw failure;
      }
    });
  }

  #wanted() { return this.lines.map(({ sku, location, quantity }) => ({ sku, location, quantity })); }

  /** Adds units of an item; without a place, the ledger chooses. */
  add(sku, quantity, location) {
    const lines = this.phase === "held" ? this.#wanted() : [];
    const same = lines.find((line) => line.sku === sku && line.location === location);
    if (same) same.quantity += quantity;
    else lines.push(location ? { sku, quantity, location } : { sku, quantity });
    return this.#replace(lines);
  }

  /** Changes how many units a line has; none takes it out. */
  change(line, quantity) {
    const lines = this.#wanted()
      .map((other) => (other.sku === line.sku && other.location === line.location ? { ...other, quantity } : other))
      .filter((other) => other.quantity > 0);
    return lines.length ? this.#replace(lines) : this.release();
  }

  /** Takes the lines of a hold that has ended again. */
  again() { return this.#replace(this.#wanted()); }

  extend() { return this.#do(() => this.#send(`/v1/holds/${this.#kept.hold}:extend`, { ttlMs: TTL })); }
  confirm() { return this.#do(() => this.#send(`/v1/holds/${this.#kept.hold}:confirm`, { order: `web-${this.#kept.hold.slice(0, 8)}` })); }
  release() { return this.#do(() => this.#send(`/v1/holds/${this.#kept.hold}:release`, {})); }
}

export const cart = new Cart();

"""##
        ),
        EmbeddedFile(
name: "catalogue.js",
text: ##"""
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

"""##
        ),
        EmbeddedFile(
name: "chart.js",
text: ##"""
// A line over the last two minutes, drawn by hand in SVG.
import { h, s, say } from "./dom.js";

/** One point a second. */
const POINTS = 120;
const WIDTH = 480;
const HEIGHT = 96;

/** The next round number above: 1, 2 or 5 times a power of ten. */
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value) ?? value;
}

/** A chart with a name and what it is of; `format` makes text of a value, `least` is the smallest scale. */
export function chart({ id, format, least = 1 }) {
  const values = [];
  const area = s("path", { class: "chart-area" });
  const line = s("path", { class: "chart-line", "vector-effect": "non-scaling-stroke" });
  const grid = s("path", { class: "chart-grid", d: `M0 .5H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT - 0.5}H${WIDTH}`, "vector-effect": "non-scaling-stroke" });
  const picture = s("svg", { class: "chart-picture", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" }, grid, area, line);
  const name = h("h3", { class: "chart-name" });
  const hint = h("p", { class: "muted small chart-hint" });
  const now = h("p", { class: "chart-now number", id });
  const scale = h("p", { class: "chart-scale muted number", "aria-hidden": "true" });
  const node = h("figure", { class: "panel chart" }, h("figcaption", {}, name, now), hint, h("div", { class: "chart-box" }, picture, scale));

  function draw(describe) {
    const known = values.filter((value) => value !== null);
    const top = ceiling(Math.max(least, ...known));
    const x = (index) => WIDTH - ((values.length - 1 - index) * WIDTH) / (POINTS - 1);
    const y = (value) => HEIGHT - 1 - (value / top) * (HEIGHT - 2);
    // A second of which nothing is known leaves a gap: no line is drawn through what wasn't seen.
    let path = "";
    let below = "";
    let start = null;
    for (let index = 0; index <= values.length; index += 1) {
      const value = values[index];
      if (value === null || value === undefined) {
        if (start !== null) below += `L${x(index - 1).toFixed(1)} ${HEIGHT}L${x(start).toFixed(1)} ${HEIGHT}Z`;
        start = null;
        continue;
      }
      const point = `${start === null ? "M" : "L"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
      path += point;
      below += point;
      start ??= index;
    }
    line.setAttribute("d", path);
    area.setAttribute("d", below);
    say(scale, format(top));
    const last = values.at(-1);
    say(now, last === null || last === undefined ? "–" : format(last));
    picture.setAttribute("aria-label", describe(name.textContent, now.textContent, format(Math.max(0, ...known))));
  }

  return {
    node,
    name(text, about) { say(name, text); say(hint, about); },
    /** Adds the next second; null when nothing is known of it. */
    add(value, describe) {
      values.push(value);
      if (values.length > POINTS) values.shift();
      draw(describe);
    },
  };
}

"""##
        ),
        EmbeddedFile(
name: "dom.js",
text: ##"""
// Elements made by hand. Text goes in as text only: nothing that came from the ledger is ever read as HTML.

function make(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** An HTML element with attributes, `on…` listeners and children; strings become text. */
export function h(tag, attributes, ...children) {
  return make(document.createElement(tag), attributes, children);
}

/** The same in SVG. */
export function s(tag, attributes, ...children) {
  return make(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** Sets the text of an element, and leaves it alone when it says so already. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Marks an element for a moment as changed. */
export function glow(node) {
  node.classList.remove("changed");
  void node.offsetWidth; // begins the animation anew
  node.classList.add("changed");
}

const announcer = document.getElementById("announcer");
let silence;

/** Tells a screen reader, politely. */
export function announce(text) {
  clearTimeout(silence);
  announcer.textContent = "";
  // Emptied first, or the same words twice would be heard once.
  silence = setTimeout(() => { announcer.textContent = text; }, 60);
}

"""##
        ),
        EmbeddedFile(
name: "freshness.js",
text: ##"""
// The line under the header: how old what is shown may be, counted on from the node's last certificate.
import { moment, since } from "./api.js";
import { announce, say } from "./dom.js";
import { age, t } from "./text.js";

/** Older than this, the page says so plainly. */
const OLD = 4000;

const strip = document.getElementById("certificate");
const text = document.getElementById("certificate-text");
const source = document.getElementById("certificate-source");

let certificate = null;
/** The node answers, but has no certificate: it has just started, or never had a leader. */
let isUnknown = false;
let state = "waiting";

/** An upper bound on the age of what is shown, in milliseconds; null when nobody can say. */
export function currentAge() {
  return certificate ? certificate.staleness + since(certificate.at) : null;
}

/** Takes a read's or the stream's word: `staleness` in milliseconds was true at `at`. */
export function certify(stamp) {
  if (!stamp) return;
  isUnknown = stamp.staleness === null;
  // An older bound may still be the better one.
  if (!isUnknown && (certificate === null || stamp.staleness + since(stamp.at) <= currentAge())) certificate = stamp;
  draw();
}

/** Whether the page shows stock at all: an empty cart has no age. */
export function showFreshness(isShown) { strip.hidden = !isShown; }

// A page that was out of sight has asked nothing meanwhile; it asks first and complains afterwards.
let seenAt = null;
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) seenAt = moment();
  draw();
});
const GRACE = 2500;

function draw() {
  const milliseconds = currentAge();
  const isBack = document.hidden || (seenAt !== null && since(seenAt) < GRACE && state !== "old");
  const next = milliseconds === null ? (isUnknown ? "old" : "waiting")
    : milliseconds <= OLD ? "fresh" : isBack ? "waiting" : "old";
  if (next !== state) {
    if (next === "old" && !strip.hidden) announce(milliseconds === null ? t("cutOffUnknown") : t("cutOff", { age: age(milliseconds) }));
    if (next === "fresh" && state === "old" && !strip.hidden) announce(t("recovered"));
    state = next;
    strip.dataset.state = next;
    document.dispatchEvent(new CustomEvent("freshness", { detail: next }));
  }
  if (next === "waiting") say(text, t("asking"));
  else if (milliseconds === null) say(text, t("cutOffUnknown"));
  else say(text, next === "old" ? t("cutOff", { age: age(milliseconds) }) : t("asOf", { age: age(milliseconds) }));
  say(source, certificate?.node ? t("fromNode", { node: certificate.node }) : "");
}

const calm = matchMedia("(prefers-reduced-motion: reduce)");
/** Counts on by itself. */
export function startFreshness() {
  draw();
  setTimeout(startFreshness, calm.matches ? 1000 : 250);
}

"""##
        ),
        EmbeddedFile(
name: "icon.svg",
text: ##"""
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="6" fill="#1d4e9e"/>
<g fill="#faf7f0"><path d="M16 4c4 3 6 6 6 8a6 6 0 0 1-12 0c0-2 2-5 6-8z"/><path d="M28 16c-3 4-6 6-8 6a6 6 0 0 1 0-12c2 0 5 2 8 6z"/><path d="M16 28c-4-3-6-6-6-8a6 6 0 0 1 12 0c0 2-2 5-6 8z"/><path d="M4 16c3-4 6-6 8-6a6 6 0 0 1 0 12c-2 0-5-2-8-6z"/></g>
<circle cx="16" cy="16" r="3.5" fill="#d79a2b"/>
</svg>

"""##
        ),
        EmbeddedFile(
name: "journal.js",
text: ##"""
// The newest rows of the journal, as they are written.
import { get } from "./api.js";
import { h } from "./dom.js";
import { table } from "./nodes.js";
import { named, number, t, timeOfDay } from "./text.js";

const ROWS = 30;
let shown = "";
let last = 0;

function effect(entry) {
  const buckets = ["onHand", "reserved", "unavailable", "incoming"];
  const moves = entry.movements.slice(0, 3).map((movement) => {
    const changes = buckets.filter((bucket) => movement[bucket] !== 0)
      .map((bucket) => `${t(bucket === "incoming" ? "onItsWay" : bucket)} ${number(movement[bucket], { signDisplay: "always" })}`);
    return h("span", { class: "move" }, `${movement.sku} @ ${movement.location} `, h("span", { class: "number" }, changes.join(", ")));
  });
  if (entry.movements.length > 3) moves.push(h("span", { class: "muted" }, `+ ${number(entry.movements.length - 3)}`));
  return moves.length ? moves : h("span", { class: "muted" }, entry.document ?? entry.fact?.location ?? entry.reason ?? "–");
}

function row(entry) {
  return h("tr", { class: entry.sequence > last && last > 0 ? "new" : null, "data-kind": entry.kind },
    h("td", { class: "number right" }, number(entry.position)),
    h("td", { class: "number" }, timeOfDay(new Date(entry.time))),
    h("td", {}, h("span", { class: "kind" }, named(entry.kind)), entry.refused ? h("span", { class: "bad" }, ` ${t("refused")}`) : null),
    h("td", { class: "who" }, entry.actor ?? h("span", { class: "muted" }, t(entry.curedBy ? "lateFact" : "expiry"))),
    h("td", { class: "effect" }, effect(entry)));
}

/** Asks for the newest rows and shows them; nothing is drawn when nothing is new. */
export async function refreshJournal(root) {
  const { data } = await get(`/v1/movements?page_size=${ROWS}`);
  const key = JSON.stringify([data.entries[0]?.sequence, document.documentElement.lang]);
  if (key === shown) return;
  shown = key;
  root.replaceChildren(data.entries.length
    ? table("journal", ["position", "time", "what", "who", "effect"], data.entries.map(row), [0])
    : h("p", { class: "muted" }, t("journalEmpty")));
  last = data.entries[0]?.sequence ?? last;
}

"""##
        ),
        EmbeddedFile(
name: "nodes.js",
text: ##"""
// The nodes and members of the cluster as tables.
import { h } from "./dom.js";
import { age, named, number, t } from "./text.js";

const dash = () => h("span", { class: "muted" }, "–");
const cell = (content, className) => h("td", { class: className }, content ?? dash());

/** What is known of each member: what it says of itself, and what the leader says of it. */
export function nodeRows({ node, leader, members }) {
  return members.map((member) => {
    const own = member.state;
    const isLost = member.silentMs !== null && member.silentMs > 1500;
    const isSilent = own === null && member.unansweredMs !== null;
    return {
      id: member.id,
      isHere: member.id === node.id,
      role: own?.role ?? null,
      term: own?.term ?? null,
      position: own?.position ?? member.position,
      lag: member.id === leader?.id ? 0 : member.lag,
      age: own ? own.stalenessMs : undefined,
      state: member.connection,
      silent: isSilent || isLost ? Math.max(member.unansweredMs ?? 0, isLost ? member.silentMs : 0) : null,
    };
  });
}

/** The table of nodes. */
export function nodesTable(state) {
  const rows = nodeRows(state).map((row) => h("tr", { "data-node": row.id, "data-role": row.role },
    h("th", { scope: "row" }, h("span", { class: "node-name" }, row.id), row.isHere ? h("span", { class: "here" }, t("askedHere")) : null),
    cell(row.role ? h("span", { class: "role", "data-role": row.role }, named(row.role)) : null),
    cell(row.term === null ? null : number(row.term), "number right"),
    cell(row.position === null ? null : number(row.position), "number right"),
    cell(row.lag === null ? null : t("lagEntries", { count: row.lag }), "number right"),
    cell(row.age === undefined ? h("span", { class: "muted", title: t("ageNotTold") }, "–", h("span", { class: "hidden" }, t("ageNotTold")))
      : row.age === null ? t("ageUnknown") : `${number(row.age)} ms`, "number right"),
    cell(row.silent ? h("span", { class: "bad" }, t("silent", { age: age(row.silent) })) : named(row.state))));
  return table("nodes", ["node", "role", "term", "position", "lag", "ageColumn", "state"], rows, [2, 3, 4, 5]);
}

/** The table of members, with their part in the configuration. */
export function membersTable({ members }) {
  return table("members", ["node", "part", "sending", "address"], members.map((member) => h("tr", {},
    h("th", { scope: "row" }, member.id), cell(named(member.part)), cell(member.mode ? named(member.mode) : null),
    cell(h("code", {}, member.peerAddress)))));
}

/** A table with a caption for those who don't see its heading. */
export function table(caption, columns, rows, right = []) {
  return h("table", {}, h("caption", { class: "hidden" }, t(caption)),
    h("thead", {}, h("tr", {}, columns.map((column, index) => h("th", { scope: "col", class: right.includes(index) ? "right" : null }, t(column))))),
    h("tbody", {}, rows));
}

"""##
        ),
        EmbeddedFile(
name: "ops.css",
text: ##"""
/* The operations page: the storefront's colours, set closer. */
body { font-size: .9375rem; }
main { max-width: 84rem; padding-top: 1.25rem; }
.bar-inner { max-width: 84rem; }
.cluster-name { color: var(--muted); font: .85rem/1.4 var(--mono); }
.to-store { margin-left: auto; display: inline-block; padding: .6rem 0; }
.lead { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.25rem; margin-bottom: 1.25rem; }
.lead h1 { font-size: 1.9rem; }
.panel { margin-bottom: 1.25rem; min-width: 0; }
.panel h2 { font-size: 1.2rem; margin-bottom: .75rem; }
.panel h3 { font: 600 .9rem/1.4 var(--sans); letter-spacing: 0; margin: 1.1rem 0 .4rem; }
.panel-head { display: flex; align-items: center; flex-wrap: wrap; gap: .25rem 1rem; margin-bottom: .75rem; }
.panel-head h2 { margin: 0; }
.panel-head .button { margin-left: auto; min-height: 40px; padding-block: .3rem; }
.small { font-size: .8125rem; }
.right { text-align: right; }
.bad { color: var(--bad); font-weight: 600; }
.halves { display: grid; gap: 0 1.25rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); gap: 0 1.25rem; }
.chart { margin-inline: 0; margin-top: 0; display: flex; flex-direction: column; padding: 1rem 1.1rem; }
.chart figcaption { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; }
.panel .chart-name, .chart .chart-name { margin: 0; font: 600 .95rem/1.4 var(--sans); letter-spacing: 0; }
.chart-now { font: 600 1.35rem/1.2 var(--serif); font-variant-numeric: tabular-nums lining-nums; white-space: nowrap; }
.chart-hint { margin: .1rem 0 .75rem; }
.chart-box { position: relative; margin-top: auto; }
.chart-picture { width: 100%; height: 96px; overflow: visible; }
.chart-line { fill: none; stroke: var(--accent); stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; }
.chart-area { fill: var(--accent-soft); }
.chart-grid { fill: none; stroke: var(--line); stroke-width: 1; stroke-dasharray: 2 3; }
.chart-scale { position: absolute; top: .2rem; left: .1rem; font-size: .72rem; line-height: 1.3; background: var(--surface); padding-right: .3rem; }
.scroll { position: relative; overflow-x: auto; margin: 0 -.5rem; padding: 0 .5rem; }
.scroll:focus-visible { outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: baseline; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
th.right, td.right { text-align: right; padding-right: 1.25rem; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { font-size: .78rem; font-weight: 600; color: var(--muted); }
tbody th { font-weight: 600; }
.here { margin-left: .6rem; font-size: .75rem; font-weight: 500; color: var(--muted); border: 1px solid var(--line); border-radius: 999px; padding: .05rem .5rem; }
/* Numbers of a node that doesn't answer are what they were. */
.unheard td, .unheard .tally dd { color: var(--muted); font-style: italic; }
.role { display: inline-block; border-radius: 999px; padding: .05rem .65rem; border: 1px solid var(--line); }
.role[data-role="leader"] { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); font-weight: 600; }
code { font: .85em/1.4 var(--mono); }
.tally { display: grid; grid-template-columns: repeat(auto-fit, minmax(5.2rem, 1fr)); gap: .75rem 1rem; margin: .75rem 0 0; }
.tally dt { color: var(--muted); font-size: .8125rem; }
.tally dd { margin: 0; font: 600 1.5rem/1.2 var(--serif); font-variant-numeric: tabular-nums lining-nums; }
.reasons { list-style: none; margin: 0; padding: 0; }
.reasons li { display: flex; justify-content: space-between; gap: 1rem; padding: .25rem 0; }
#stores, #conflicts { max-height: 24rem; overflow-y: auto; }
#journal { max-height: 30rem; overflow-y: auto; }
#journal td { font-size: .875rem; }
#journal thead th { position: sticky; top: 0; background: var(--surface); }
.who { max-width: 14rem; overflow: hidden; text-overflow: ellipsis; }
.effect { width: 50%; min-width: 17rem; white-space: normal; }
.move { display: inline-block; margin-right: 1.1rem; }
.kind { font-weight: 600; }
.alert { padding: .8rem 1.1rem; border-radius: 10px; border: 1px solid; margin-bottom: 1.25rem; color: var(--ink); font-weight: 600; }
.alert.bad { background: var(--bad-soft); border-color: var(--bad); color: var(--ink); }
.alert.warn { background: var(--warn-soft); border-color: var(--warn); }
@media (min-width: 60rem) { .halves { grid-template-columns: 1fr 1fr; } }
@media (max-width: 40rem) {
  .cluster-name { order: 5; flex-basis: 100%; }
  .lead h1 { font-size: 1.6rem; }
}
@media (prefers-reduced-motion: no-preference) {
  tr.new > td { animation: arrived 1.8s ease-out; }
}
@keyframes arrived { from { background: var(--accent-soft); } }

"""##
        ),
        EmbeddedFile(
name: "ops.html",
text: ##"""
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Operations · Estoque</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/base.css">
<link rel="stylesheet" href="/assets/ops.css">
<link rel="modulepreload" href="/assets/dom.js">
<link rel="modulepreload" href="/assets/text.js">
<link rel="modulepreload" href="/assets/words.js">
<link rel="modulepreload" href="/assets/api.js">
<link rel="modulepreload" href="/assets/chart.js">
<link rel="modulepreload" href="/assets/rates.js">
<link rel="modulepreload" href="/assets/nodes.js">
<link rel="modulepreload" href="/assets/journal.js">
<link rel="modulepreload" href="/assets/agents.js">
<script type="module" src="/assets/ops.js"></script>
</head>
<body>
<a class="skip" href="#main" data-text="skip">Skip to the content</a>
<header class="bar">
  <div class="bar-inner">
    <a class="brand" href="/ops"><img src="/assets/icon.svg" alt="" width="26" height="26"><span>Estoque</span></a>
    <p class="cluster-name number" id="cluster-name"></p>
    <a class="to-store" href="/" data-text="storefront">Storefront</a>
    <div class="language" role="group" aria-label="Language" data-label="language">
      <button type="button" lang="en" data-language="en" aria-pressed="true" aria-label="English">EN</button>
      <button type="button" lang="pt-BR" data-language="pt-BR" aria-pressed="false" aria-label="Português">PT</button>
    </div>
  </div>
</header>
<main id="main" tabindex="-1">
  <div class="lead"><h1 data-text="opsTitle">Operations</h1><p class="muted" data-text="opsLead"></p></div>
  <div id="notices" role="status"></div>
  <section aria-labelledby="h-charts" class="charts" id="charts"><h2 id="h-charts" class="hidden" data-text="lastMinutes">the last two minutes</h2></section>
  <section aria-labelledby="h-nodes" class="panel">
    <h2 id="h-nodes" data-text="nodes">Nodes</h2>
    <div class="scroll" id="nodes" tabindex="0" role="region" aria-labelledby="h-nodes"></div>
  </section>
  <div class="halves">
    <section aria-labelledby="h-reservations" class="panel">
      <h2 id="h-reservations" data-text="reservations">Reservations</h2>
      <p class="muted small" data-text="reservationsHint"></p>
      <div id="reservations"></div>
    </section>
    <section aria-labelledby="h-members" class="panel">
      <h2 id="h-members" data-text="members">Members</h2>
      <div class="scroll" id="members" tabindex="0" role="region" aria-labelledby="h-members"></div>
    </section>
  </div>
  <section aria-labelledby="h-stores" class="panel" id="stores-panel" hidden>
    <h2 id="h-stores" data-text="stores">Stores</h2>
    <p class="muted small" data-text="storesHint"></p>
    <div class="scroll" id="stores" tabindex="0" role="region" aria-labelledby="h-stores"></div>
    <h3 id="h-conflicts" data-text="openConflicts">Open conflicts</h3>
    <div class="scroll" id="conflicts" tabindex="0" role="region" aria-labelledby="h-conflicts"></div>
  </section>
  <section aria-labelledby="h-journal" class="panel">
    <div class="panel-head"><h2 id="h-journal" data-text="journal">Journal</h2><p class="muted small" data-text="journalHint"></p><button type="button" class="button" id="pause" aria-pressed="false" data-text="pause">Pause</button></div>
    <div class="scroll" id="journal" tabindex="0" role="region" aria-labelledby="h-journal"></div>
  </section>
  <noscript><p class="empty">This page is drawn by a script from this server. Without scripts, /v1/cluster and /metrics have the same numbers.</p></noscript>
</main>
<div id="announcer" class="hidden" aria-live="polite" role="status"></div>
</body>
</html>

"""##
        ),
        EmbeddedFile(
name: "ops.js",
text: ##"""
// The operations page: asks its node once a second, and only looks.
import { refreshStores } from "./agents.js";
import { get, moment, since } from "./api.js";
import { chart } from "./chart.js";
import { announce, h, say } from "./dom.js";
import { refreshJournal } from "./journal.js";
import { membersTable, nodesTable } from "./nodes.js";
import { Rates, byLabel } from "./rates.js";
import { age, number, onLanguage, startLanguage, t } from "./text.js";

const element = (id) => document.getElementById(id);
const small = (value) => number(value, { maximumFractionDigits: value < 10 ? 1 : 0 });
const milliseconds = (value) => `${small(value)}\u00a0ms`;

const charts = {
  writes: chart({ id: "now-writes", format: (value) => t("perSecond", { value: small(value) }), least: 10 }),
  answers: chart({ id: "now-answers", format: milliseconds, least: 1 }),
  http: chart({ id: "now-http", format: milliseconds, least: 1 }),
  age: chart({ id: "now-age", format: milliseconds, least: 100 }),
};
const rates = new Rates();
let state = null;
let heard = null;
let notice = "";
let isPaused = false;

function nameCharts() {
  charts.writes.name(t("writes"), t("writesHint"));
  charts.answers.name(t("latency"), t("latencyHint"));
  charts.http.name(t("reads"), t("readsHint"));
  charts.age.name(t("age"), t("ageHint"));
}

const describe = (name, value, most) => t("chartNow", { name, value, most });

function addPoints(values) {
  for (const [name, one] of Object.entries(charts)) one.add(values[name] ?? null, describe);
}

/** What is wrong, in whole sentences; nothing when all is well. */
function problems() {
  if (heard && since(heard) > 3000) return [["bad", t("nodeGone", { age: age(since(heard)) })]];
  if (!state) return [];
  const found = [];
  if (!state.leader) found.push(["bad", `${t("noLeaderTitle")}. ${t("noLeaderHint")}`]);
  if (state.node.writeRefusal) found.push(["bad", t("writeRefused", { why: state.node.writeRefusal })]);
  if (state.joint) found.push(["warn", t("isJoint")]);
  return found;
}

function drawNotices() {
  const found = problems();
  document.body.classList.toggle("unheard", heard !== null && since(heard) > 3000);
  const root = element("notices");
  root.replaceChildren(...found.map(([kind, text]) => h("p", { class: `alert ${kind}` }, text)));
  const kinds = found.map(([kind]) => kind).join();
  if (kinds !== notice && found.length) announce(found[0][1]);
  notice = kinds;
}

/** The reservations that this node has seen come and go. */
function drawReservations() {
  const counters = state.counters;
  const family = "estoque_reservations_total";
  const outcomes = new Map(byLabel(counters, family, "state"));
  const count = (name) => outcomes.get(name) ?? 0;
  const refused = byLabel(counters, "estoque_reservations_refused_total", "reason").filter(([, value]) => value > 0)
    .sort((a, b) => b[1] - a[1]);
  const tally = [["heldCount", count("held")], ["confirmedCount", count("confirmed")], ["expiredCount", count("expired")],
    ["releasedCount", count("released")], ["refusedCount", refused.reduce((sum, [, value]) => sum + value, 0)]];
  element("reservations").replaceChildren(
    h("dl", { class: "tally" }, tally.map(([key, value]) => h("div", {}, h("dt", {}, t(key)), h("dd", { class: "number", id: key }, number(value))))),
    h("h3", {}, t("refusedBy")),
    refused.length ? h("ul", { class: "reasons" }, refused.slice(0, 12).map(([reason, value]) => h("li", {}, h("code", {}, reason.toUpperCase()), h("span", { class: "number" }, number(value)))))
      : h("p", { class: "muted small" }, t("noneRefused")));
}

function draw() {
  say(element("cluster-name"), state.cluster ? t("cluster", { id: state.cluster.slice(0, 8) }) : "");
  element("nodes").replaceChildren(nodesTable(state));
  element("members").replaceChildren(membersTable(state));
  drawReservations();
}

async function ask() {
  try {
    const { data } = await get("/v1/cluster", 2500);
    state = data;
    heard = moment();
    addPoints({ ...rates.take(data, performance.now() / 1000), age: data.node.stalenessMs });
    draw();
    if (!isPaused) await refreshJournal(element("journal"));
    await refreshStores(element("stores-panel"));
  } catch (failure) {
    if (failure.status === undefined) throw failure;
    rates.forget();
    addPoints({});
  }
  drawNotices();
}

async function run() {
  if (!document.hidden) await ask().catch((error) => { console.error(error); });
  setTimeout(run, 1000);
}

element("pause").addEventListener("click", (event) => {
  isPaused = !isPaused;
  event.target.dataset.text = isPaused ? "resume" : "pause";
  event.target.setAttribute("aria-pressed", String(isPaused));
  say(event.target, t(event.target.dataset.text));
});
element("charts").append(...Object.values(charts).map((one) => one.node));
onLanguage(() => {
  nameCharts();
  document.title = `${t("opsTitle")} · Estoque`;
  if (state) draw();
  drawNotices();
});
startLanguage();
document.title = `${t("opsTitle")} · Estoque`;
nameCharts();
run();

"""##
        ),
        EmbeddedFile(
name: "problem.js",
text: ##"""
// What went wrong, in the reader's words, and what can be done about it.
import { h } from "./dom.js";
import { t } from "./text.js";

const KNOWN = new Set([
  "INSUFFICIENT_STOCK", "ITEM_NOT_FOUND", "ITEM_ARCHIVED", "LOCATION_NOT_FOUND", "LOCATION_CLOSED", "RESERVATION_EXPIRED",
  "RESERVATION_CLOSED", "RESERVATION_NOT_FOUND", "MAX_TTL_REACHED", "HOLD_QUOTA_EXCEEDED", "NO_LEADER", "OVERLOADED",
  "OUTCOME_UNKNOWN", "UNREACHABLE",
]);

/** A panel about a failure; `retry` and `takeLeft` become buttons where they help. */
export function problem(failure, { titles = new Map(), retry = null, takeLeft = null } = {}) {
  const short = failure.reason === "INSUFFICIENT_STOCK" ? failure.problem.lines ?? [] : [];
  const lines = short.map((line) => {
    const title = titles.get(line.sku) || line.sku;
    return h("li", {}, line.available > 0
      ? t("insufficientSome", { title, count: line.available, asked: line.requested })
      : t("insufficientNone", { title }));
  });
  const title = short.some((line) => line.available > 0) ? t("notThatMany")
    : KNOWN.has(failure.reason) ? t(failure.reason) : t("OTHER", { detail: failure.message });
  const left = short.length === 1 ? short[0].available : 0;
  return h("div", { class: "problem", role: "alert", "data-reason": failure.reason },
    h("p", { class: "problem-title" }, title),
    lines.length ? h("ul", {}, lines) : null,
    left > 0 && takeLeft ? h("button", { type: "button", class: "button", onclick: () => takeLeft(left) }, t("takeLeft", { count: left })) : null,
    retry ? h("button", { type: "button", class: "button", onclick: retry }, t("tryAgain")) : null);
}

"""##
        ),
        EmbeddedFile(
name: "product.js",
text: ##"""
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

"""##
        ),
        EmbeddedFile(
name: "rates.js",
text: ##"""
// Rates and quantiles, out of counters that only rise.

/** Keeps the state of a second ago. */
export class Rates {
  #before = null;

  /** Takes a cluster's state; what it gives is null where nothing can be said yet. */
  take(state, seconds) {
    const before = this.#before;
    this.#before = { state, seconds };
    if (!before || seconds <= before.seconds) return { writes: null, answers: null, http: null };
    const past = before.state;
    const rise = (name) => (state.counters[name] ?? 0) - (past.counters[name] ?? 0);
    // A node that was started anew counts from zero.
    const isSame = rise("estoque_log_syncs_total") >= 0 && state.node.id === past.node.id;
    const position = (one) => one.node.position;
    return {
      writes: position(state) >= position(past) ? (position(state) - position(past)) / (seconds - before.seconds) : null,
      answers: isSame ? mean(state.requests, past.requests) : null,
      http: isSame ? quantile(state.http, past.http, 0.99) : null,
    };
  }

  forget() { this.#before = null; }
}

/** The mean of the new observations, in milliseconds; null without any. */
export function mean(now, before) {
  const total = (one) => one.counts.reduce((sum, count) => sum + count, 0);
  const count = total(now) - total(before);
  return count > 0 ? (1000 * (now.sumSeconds - before.sumSeconds)) / count : null;
}

/** The bound under which such a part of the new observations was, in milliseconds; null without any. */
export function quantile(now, before, part) {
  const counts = now.counts.map((count, index) => count - (before.counts[index] ?? 0));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= 0) return null;
  let sum = 0;
  for (const [index, count] of counts.entries()) {
    sum += count;
    if (sum >= part * total) return 1000 * (now.boundsSeconds[index] ?? now.boundsSeconds.at(-1));
  }
  return null;
}

/** The counters of a family by the value of their label: `name{reason="X"}`. */
export function byLabel(counters, name, label) {
  const found = [];
  for (const [key, value] of Object.entries(counters)) {
    if (!key.startsWith(`${name}{`)) continue;
    const match = key.match(new RegExp(`[{,]${label}="([^"]*)"`));
    if (match) found.push([match[1], value]);
  }
  return found;
}

"""##
        ),
        EmbeddedFile(
name: "silence.js",
text: ##"""
// Stores that were not heard of for a while: what they have sold since, nobody else knows.
import { get, moment, since } from "./api.js";

const SILENT = 60_000;
const EVERY = 15_000;
const LOCATIONS = 500;
let asked = null;
let agents = new Map();

/** Asks when agents of stores were last heard of, if that was not asked just now. */
export async function askSilence() {
  if (asked && since(asked) < EVERY) return;
  asked = moment();
  const { data, at } = await get(`/v1/locations?page_size=${LOCATIONS}`);
  agents = new Map(data.locations.filter((place) => place.agent).map((place) => [place.location, { ...place.agent, at }]));
}

/** Since when a store is silent; null when it is not, or has no agent. */
export function silentSince(location) {
  const agent = agents.get(location);
  return agent && agent.silentMs + since(agent.at) > SILENT ? new Date(agent.lastSeen) : null;
}

"""##
        ),
        EmbeddedFile(
name: "stock.js",
text: ##"""
// What is available of some SKUs, and how that changes: by the stream of events, or by asking while there is none.
import { get, moment, segment } from "./api.js";
import { certify } from "./freshness.js";

/** SKUs in one question; the node takes no more. */
const BATCH = 100;
const POLL = 2000;

const query = (skus) => skus.map((sku) => `sku=${segment(sku)}`).join("&");

/** The availability of SKUs, by SKU. */
export async function availability(skus) {
  const found = new Map();
  for (let start = 0; start < skus.length; start += BATCH) {
    const { data, stamp } = await get(`/v1/availability?${query(skus.slice(start, start + BATCH))}`);
    for (const entry of data.items) found.set(entry.sku, entry);
    certify(stamp);
  }
  return found;
}

/** Bytes of a question that a node reads; SKUs are short, so it is some hundred of them. */
const QUERY_MAX = 14000;

/** Whether so many SKUs can be watched at once. */
export const canWatch = (skus) => query(skus).length <= QUERY_MAX;

/**
 * Watches SKUs, at some places or over all of them, until the function that it returns is called.
 *
 * `told(kind, data)` gets each event: the whole state of its key, so one that comes twice does no harm. `ask()` is
 * called when events may be missing, and again and again while there is no stream.
 */
export function watch(skus, { told, ask }, locations = []) {
  const path = `/v1/changes?mode=latest&${query(skus)}${locations.map((id) => `&location=${segment(id)}`).join("")}`;
  let stream = null;
  let poll = null;
  let retry = null;
  let isStopped = false;

  const startPolling = () => { poll ??= setInterval(ask, POLL); };
  const stopPolling = () => { clearInterval(poll); poll = null; };

  function connect() {
    stream?.close();
    if (isStopped || document.hidden) return;
    stream = new EventSource(path);
    stream.addEventListener("bookmark", (event) => {
      const { stalenessMs, node, position } = JSON.parse(event.data);
      // The stream flows: asking on would only be a load.
      stopPolling();
      certify({ staleness: stalenessMs ?? null, node, position, at: moment() });
    });
    for (const kind of ["availability", "price", "item"]) {
      stream.addEventListener(kind, (event) => told(kind, JSON.parse(event.data)));
    }
    stream.addEventListener("reset", ask);
    stream.addEventListener("error", () => {
      startPolling();
      // The browser comes back by itself after a lost connection, but not after a refusal.
      if (stream.readyState === EventSource.CLOSED && !isStopped) {
        clearTimeout(retry);
        retry = setTimeout(connect, 2000 + Math.random() * 2000);
      }
    });
  }

  // A page that nobody sees holds no connection: browsers have few for each server, and nodes have others to serve.
  function seen() {
    if (document.hidden) {
      stopPolling();
      clearTimeout(retry);
      stream?.close();
    } else {
      startPolling();
      connect();
      ask();
    }
  }

  // Until the stream's first word it isn't known whether there is one.
  startPolling();
  connect();
  document.addEventListener("visibilitychange", seen);
  return () => {
    isStopped = true;
    stopPolling();
    clearTimeout(retry);
    stream?.close();
    document.removeEventListener("visibilitychange", seen);
  };
}

/** Gathers calls that come in a rush into one, and never runs two at once. */
export function gathered(work, pause = 120) {
  let timer = null;
  let isRunning = false;
  async function run() {
    timer = null;
    if (isRunning) { timer = setTimeout(run, pause); return; }
    isRunning = true;
    try { await work(); } catch { /* the age of what is shown tells the reader */ } finally { isRunning = false; }
  }
  return () => { timer ??= setTimeout(run, pause); };
}

/** The words and the kind of a status. */
export function shelf(entry) {
  if (!entry) return { kind: "unknown", key: "stockUnknown", values: {} };
  const values = { count: entry.available };
  switch (entry.status) {
    case "IN_STOCK": return { kind: "in", key: entry.availableCapped ? "inStockMany" : "inStock", values };
    case "LOW_STOCK": return { kind: "low", key: "lowStock", values };
    case "BACKORDER": return { kind: "back", key: "backorder", values };
    case "OUT_OF_STOCK": return { kind: "out", key: "outOfStock", values };
    default: return { kind: "out", key: "notSold", values };
  }
}

"""##
        ),
        EmbeddedFile(
name: "store.css",
text: ##"""
/* The storefront. */
.search { position: relative; flex: 1 1 11rem; max-width: 34rem; }
.search input { width: 100%; min-height: 44px; padding: .5rem 2.6rem; border: 1px solid var(--field); border-radius: 999px; background: var(--paper); }
.search input::placeholder { color: var(--muted); opacity: 1; }
.search input::-webkit-search-cancel-button { cursor: pointer; }
.search input:focus-visible { outline-offset: 0; border-radius: 999px; }
.search-glass { position: absolute; left: .95rem; top: 50%; width: 18px; height: 18px; margin-top: -9px; fill: none; stroke: var(--muted); stroke-width: 1.8; stroke-linecap: round; pointer-events: none; }
.search-key { position: absolute; right: .8rem; top: 50%; transform: translateY(-50%); font: .8rem/1.5 var(--mono); color: var(--muted); border: 1px solid var(--line); border-radius: 5px; padding: 0 .45rem; pointer-events: none; }
.search:focus-within .search-key, .search input:not(:placeholder-shown) ~ .search-key { visibility: hidden; }
.bar .language { margin-left: auto; }
.cart-link { display: inline-flex; align-items: center; gap: .5rem; min-height: 44px; padding: 0 1.1rem; border-radius: 999px; border: 1px solid var(--field); font-weight: 600; color: var(--ink); text-decoration: none; background: var(--surface); }
.cart-basket { width: 18px; height: 18px; fill: none; stroke: currentcolor; stroke-width: 1.6; stroke-linejoin: round; stroke-linecap: round; }
.cart-link:hover { background: var(--raised); }
.cart-time { font: 600 .85rem/1.6 var(--sans); font-variant-numeric: tabular-nums; background: var(--accent); color: var(--accent-ink); border-radius: 999px; padding: 0 .6rem; margin-right: -.5rem; }
.cart-count:not(:empty)::after { content: " · "; white-space: pre; }
.cart-link[data-phase="expired"] .cart-time { background: var(--warn); color: var(--paper); }

.certificate { position: sticky; top: 0; z-index: 5; border-bottom: 1px solid var(--line); background: var(--paper); font-size: .875rem; }
.certificate-inner { max-width: 76rem; margin: 0 auto; padding: .45rem clamp(1rem, 4vw, 2.5rem); display: flex; gap: .1rem .6rem; align-items: baseline; flex-wrap: wrap; min-height: 2.2rem; color: var(--muted); font-variant-numeric: tabular-nums; }
#certificate-source { margin-left: auto; }
.certificate-dot { width: .6rem; height: .6rem; border-radius: 50%; background: var(--good); align-self: center; flex: none; }
.certificate:not([data-state="fresh"]) .certificate-dot { background: none; border: 2px solid var(--muted); }
.certificate[data-state="old"] { background: var(--warn-soft); border-color: var(--warn); }
.certificate[data-state="old"] .certificate-inner { color: var(--ink); padding-block: .75rem; }
.certificate[data-state="old"] #certificate-text { font-weight: 600; flex: 1 1 12rem; }
.certificate[data-state="old"] .certificate-dot { border-color: var(--warn); border-radius: 2px; transform: rotate(45deg); }

.shelf-head { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: .25rem 1.5rem; margin: .5rem 0 1.5rem; }
.shelf-title { font-size: clamp(1.6rem, 1.1rem + 2.2vw, 2.4rem); }
.shelf { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(13.5rem, 40vw), 1fr)); gap: clamp(1.25rem, 2.5vw, 2.25rem) clamp(.9rem, 2vw, 1.75rem); }
.card { display: flex; min-width: 0; }
.card-link { display: flex; flex-direction: column; width: 100%; color: inherit; text-decoration: none; border-radius: 12px; }
.card-tile { aspect-ratio: 1; border-radius: 12px; overflow: hidden; border: 1px solid var(--line); background: var(--raised); margin-bottom: .8rem; }
.tile { width: 100%; height: 100%; }
.card-title { font: 500 1rem/1.35 var(--sans); letter-spacing: 0; margin-bottom: .25rem; }
.card-link:hover .card-title { text-decoration: underline; text-decoration-thickness: .06em; text-underline-offset: .2em; }
.price { font-weight: 650; }
.card .stock { margin-top: auto; padding-top: .3rem; }
.stock { display: inline-flex; align-items: center; gap: .5rem; font-size: .9rem; color: var(--muted); border-radius: 6px; align-self: flex-start; }
.stock-mark { width: .55rem; height: .55rem; border-radius: 50%; flex: none; background: var(--good); }
.stock[data-kind="in"] { color: var(--good); }
.stock[data-kind="low"] { color: var(--warn); font-weight: 600; }
.stock[data-kind="low"] .stock-mark { background: linear-gradient(var(--warn) 0 0) bottom / 100% 50% no-repeat; border: 1.5px solid var(--warn); }
.stock[data-kind="out"] .stock-mark { background: none; border: 1.5px solid var(--muted); }
.stock[data-kind="back"] .stock-mark { background: var(--muted); border-radius: 1px; transform: rotate(45deg); }
.stock[data-kind="unknown"] .stock-mark { background: var(--line); }
/* What can't be confirmed doesn't look confirmed. */
.certificate[data-state="old"] ~ main .stock { color: var(--muted); font-style: italic; font-weight: 400; }
.certificate[data-state="old"] ~ main .stock-mark { background: none; border: 1.5px dashed var(--muted); }
.shelf-more { text-align: center; margin-top: 2.5rem; }
.ghost { flex-direction: column; }
.ghost span { height: .9rem; border-radius: 4px; background: var(--raised); margin-bottom: .5rem; width: 80%; }
.ghost span:nth-child(3) { width: 35%; }
.ghost span:nth-child(4) { width: 50%; }

.trail { margin-bottom: 1rem; }
.trail a { display: inline-block; padding: .6rem 0; text-decoration: none; font-weight: 500; }
.trail a:hover { text-decoration: underline; }
.product { display: grid; gap: clamp(1.5rem, 4vw, 3.5rem); }
.product-tile { border-radius: 16px; overflow: hidden; border: 1px solid var(--line); aspect-ratio: 1; max-width: 34rem; width: 100%; align-self: start; }
.product-title { font-size: clamp(1.8rem, 1.2rem + 2.6vw, 2.8rem); }
.product-price { font-size: 1.35rem; font-weight: 600; margin: .6rem 0 1.5rem; border-radius: 6px; display: inline-block; }
.places-box { border: 0; margin: 0; padding: 0; min-width: 0; }
.places-box legend, .field-name { padding: 0; font-weight: 600; margin-bottom: .5rem; }
.places { border: 1px solid var(--line); border-radius: 12px; background: var(--surface); overflow: hidden; }
.place { display: flex; align-items: center; gap: .8rem; padding: .75rem 1rem; min-height: 56px; cursor: pointer; flex-wrap: wrap; }
.place + .place { border-top: 1px solid var(--line); }
.place:hover { background: var(--raised); }
.place:has(:checked) { background: var(--accent-soft); }
.place:focus-within { outline: 3px solid var(--accent); outline-offset: -3px; border-radius: 12px; }
.place input { width: 1.15rem; height: 1.15rem; accent-color: var(--accent); margin: 0; flex: none; outline: none; }
.place-name { display: flex; flex-direction: column; line-height: 1.3; flex: 1 1 8rem; }
.place-name .muted, .small { font-size: .875rem; }
.place-stock { align-self: center; padding: .1rem .3rem; }
.place-silent:not(:empty) { color: var(--warn); font-size: .875rem; font-weight: 600; margin-top: .15rem; }
.order { display: grid; gap: 1.1rem; }
.order-row { display: flex; gap: 1rem; align-items: end; flex-wrap: wrap; }
.order-quantity { display: grid; }
.wide { flex: 1 1 14rem; }
.stepper { display: inline-flex; border: 1px solid var(--field); border-radius: 10px; background: var(--surface); overflow: hidden; }
.stepper:focus-within { outline: 3px solid var(--accent); outline-offset: 2px; }
.stepper-step { width: 44px; min-height: 44px; border: 0; background: none; font-size: 1.2rem; cursor: pointer; }
.stepper-step:hover { background: var(--raised); }
.stepper-step:focus-visible { background: var(--accent-soft); outline: none; }
.stepper-value { width: 3.2rem; border: 0; text-align: center; background: none; appearance: textfield; -moz-appearance: textfield; outline: none; }
.stepper-value::-webkit-inner-spin-button { appearance: none; }
.result:not(:empty) { margin-top: .25rem; }
.held-note { background: var(--accent-soft); border-radius: 10px; padding: .9rem 1.1rem; }
.problem { background: var(--bad-soft); border: 1px solid var(--bad); border-radius: 10px; padding: .9rem 1.1rem; }
.problem-title { font-weight: 600; color: var(--bad); }
.problem ul { margin: .4rem 0 0; padding-left: 1.1rem; }
.problem .button { margin-top: .8rem; }
.facts { margin-top: 2rem; border-top: 1px solid var(--line); padding-top: 1.25rem; }
.facts dl { display: grid; grid-template-columns: minmax(7rem, auto) 1fr; gap: .45rem 1.5rem; margin: 0; font-size: .95rem; }
.facts dt { color: var(--muted); }
.facts dt::first-letter { text-transform: uppercase; }
.facts dd { margin: 0; }

.timer { display: grid; gap: .9rem; margin: 1.25rem 0 .75rem; justify-items: start; }
.timer-value { font: 600 1.6rem/1 var(--serif); font-variant-numeric: tabular-nums lining-nums; margin-left: .2rem; }
.timer-bar { width: 100%; height: 6px; border-radius: 3px; background: var(--raised); overflow: hidden; }
.timer-bar span { display: block; height: 100%; background: var(--accent); border-radius: 3px; }
.timer.low .timer-value { color: var(--warn); }
.timer.low .timer-bar span { background: var(--warn); }
.lines { list-style: none; margin: 0; padding: 0; }
.line { display: grid; grid-template-columns: 4.5rem 1fr; gap: .75rem 1rem; align-items: center; padding: 1.1rem 0; border-bottom: 1px solid var(--line); }
.line-tile { border-radius: 8px; overflow: hidden; border: 1px solid var(--line); aspect-ratio: 1; }
.line-title { display: inline-block; padding: .15rem 0; color: inherit; font-weight: 600; text-decoration: none; }
.line-title:hover { text-decoration: underline; }
.line-amounts { grid-column: 1 / -1; display: flex; align-items: center; gap: .75rem; flex-wrap: wrap; }
.line-price { margin-left: auto; font-weight: 600; min-width: 5rem; text-align: right; }
.line-amount { color: var(--muted); }
.total { display: flex; justify-content: space-between; align-items: baseline; padding: 1.1rem 0; font-size: 1.1rem; }
.total strong { font-size: 1.4rem; }
.actions { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: .75rem; margin-top: .5rem; }
.actions.start { justify-content: flex-start; margin-top: 1.1rem; }
.notice { background: var(--warn-soft); border-color: var(--warn); margin: 1.25rem 0; }
.done { background: var(--accent-soft); border-color: var(--accent); margin: 1.25rem 0; }
.notice h2, .done h2 { font-size: 1.5rem; margin-bottom: .5rem; outline: none; }
main > h1:focus, .product-title:focus, .shelf-title:focus { outline: none; }
[aria-busy="true"] .button { cursor: progress; }

@media (min-width: 48rem) {
  .timer { grid-template-columns: 1fr auto; align-items: center; }
  .timer-text { grid-area: 1 / 1; }
  .timer .button { grid-area: 1 / 2; }
  .timer-bar { grid-column: 1 / -1; }
  .product { grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); }
  .product-tile { position: sticky; top: 4rem; }
  .line { grid-template-columns: 4.5rem 1fr auto; }
  .line-amounts { grid-column: auto; flex-wrap: nowrap; }
}
@media (max-width: 40rem) {
  .bar-inner { gap: .5rem .75rem; }
  .brand span { font-size: 1.2rem; }
  .cart-link { padding: 0 .85rem; }
  .cart-word { display: none; }
  .place-stock { flex-basis: 100%; padding-left: 1.95rem; }
  .search { order: 3; flex: 1 1 8rem; max-width: none; }
  .search input { padding-right: .75rem; }
  .cart-link { order: 4; }
  .cart-count { display: none; }
  .search-key { display: none; }
  .actions .button { flex: 1 1 auto; }
}
@media (prefers-color-scheme: dark) { .tile { filter: brightness(.86) saturate(.95); } }
@media (prefers-reduced-motion: no-preference) {
  .changed { animation: changed 2.4s ease-out; }
  .certificate[data-state="fresh"] .certificate-dot { animation: breathe 2.6s ease-in-out infinite; }
  .timer-bar span { transition: inline-size .25s linear; }
  .card-tile .tile { transition: transform .4s ease; }
  .card-link:hover .tile { transform: scale(1.03); }
  .ghost .card-tile, .ghost span { animation: breathe 1.6s ease-in-out infinite; }
}
@keyframes changed { 0%, 35% { background: var(--accent-soft); box-shadow: 0 0 0 5px var(--accent-soft); } 100% { background: transparent; box-shadow: 0 0 0 5px transparent; } }
@keyframes breathe { 50% { opacity: .45; } }
@media (forced-colors: active) {
  .stock-mark, .certificate-dot { forced-color-adjust: none; }
}

"""##
        ),
        EmbeddedFile(
name: "store.html",
text: ##"""
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="What is on the shelf, and how sure we are of it.">
<title>Estoque</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/base.css">
<link rel="stylesheet" href="/assets/store.css">
<link rel="modulepreload" href="/assets/dom.js">
<link rel="modulepreload" href="/assets/text.js">
<link rel="modulepreload" href="/assets/words.js">
<link rel="modulepreload" href="/assets/api.js">
<link rel="modulepreload" href="/assets/freshness.js">
<link rel="modulepreload" href="/assets/stock.js">
<link rel="modulepreload" href="/assets/tile.js">
<link rel="modulepreload" href="/assets/cart.js">
<link rel="modulepreload" href="/assets/catalogue.js">
<link rel="modulepreload" href="/assets/silence.js">
<link rel="modulepreload" href="/assets/product.js">
<link rel="modulepreload" href="/assets/basket.js">
<script type="module" src="/assets/store.js"></script>
</head>
<body>
<a class="skip" href="#main" data-text="skip">Skip to the content</a>
<header class="bar">
  <div class="bar-inner">
    <a class="brand" href="/"><img src="/assets/icon.svg" alt="" width="26" height="26"><span>Estoque</span></a>
    <form class="search" role="search" action="/" method="get">
      <label class="hidden" for="search" data-text="search">Search the shelves</label>
      <svg class="search-glass" viewBox="0 0 20 20" aria-hidden="true"><circle cx="8.5" cy="8.5" r="5.5"/><path d="m13 13 4.5 4.5"/></svg>
      <input id="search" name="q" type="search" autocomplete="off" spellcheck="false" maxlength="120" enterkeyhint="search" placeholder="Search the shelves" data-placeholder="search">
      <kbd class="search-key" aria-hidden="true">/</kbd>
    </form>
    <div class="language" role="group" aria-label="Language" data-label="language">
      <button type="button" lang="en" data-language="en" aria-pressed="true" aria-label="English">EN</button>
      <button type="button" lang="pt-BR" data-language="pt-BR" aria-pressed="false" aria-label="Português">PT</button>
    </div>
    <a class="cart-link" href="/cart" id="cart-link"><svg class="cart-basket" viewBox="0 0 20 20" aria-hidden="true"><path d="M2.5 8h15l-1.6 8.5H4.1zM6.5 8l2-5M13.5 8l-2-5"/></svg><span class="cart-word" data-text="cart">Cart</span> <span class="cart-time" id="cart-time" hidden><span class="cart-count"></span><span></span></span></a>
  </div>
</header>
<aside class="certificate" id="certificate" aria-label="How fresh the stock is" data-label="freshness">
  <div class="certificate-inner"><span class="certificate-dot" aria-hidden="true"></span><p id="certificate-text"></p><p id="certificate-source"></p></div>
</aside>
<main id="main" tabindex="-1">
  <noscript><p class="empty">The shelves are drawn by a script from this server, and scripts are switched off. The same data is at <a href="/v1/items">/v1/items</a>.</p></noscript>
</main>
<footer class="foot">
  <p data-text="promise">Only a hold is a promise. What you see may be a moment old, and says so.</p>
  <p><a href="/ops" data-text="operations">Operations</a></p>
</footer>
<div id="announcer" class="hidden" aria-live="polite" role="status"></div>
</body>
</html>

"""##
        ),
        EmbeddedFile(
name: "store.js",
text: ##"""
// The storefront: which page is shown, the search, and the way from one to the other.
import { basket } from "./basket.js";
import { cart } from "./cart.js";
import { catalogue } from "./catalogue.js";
import { say } from "./dom.js";
import { startFreshness } from "./freshness.js";
import { product } from "./product.js";
import { clock, onLanguage, startLanguage, t } from "./text.js";

const main = document.getElementById("main");
const search = document.getElementById("search");
let view = null;
/** The address of what is shown. */
let shown = "";
const address = () => location.pathname + location.search;

/** Shows the page of the address. */
function show({ focuses = false } = {}) {
  view?.end();
  shown = address();
  const item = location.pathname.match(/^\/item\/([^/]+)$/);
  const query = new URLSearchParams(location.search).get("q") ?? "";
  if (item) view = product(main, decoded(item[1]), navigate);
  else if (location.pathname === "/cart") view = basket(main, navigate);
  else view = catalogue(main, query.trim(), navigate);
  document.title = view.title ? `${view.title} · Estoque` : "Estoque";
  if (document.activeElement !== search) search.value = item || location.pathname === "/cart" ? "" : query;
  if (focuses) {
    scrollTo(0, 0);
    // A screen reader goes on where the new page begins.
    view.heading.tabIndex = -1;
    view.heading.focus({ preventScroll: true });
  }
}

function decoded(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

/** Goes to a page of this shop without loading it anew. */
function navigate(path, { replaces = false, focuses = !replaces } = {}) {
  if (replaces) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  show({ focuses });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || !/^\/($|item\/|cart$)/.test(url.pathname) || url.hash) return;
  event.preventDefault();
  navigate(url.pathname + url.search);
});
// A leap within the page, such as to its content, is told in the same way, and shows nothing new.
addEventListener("popstate", () => { if (address() !== shown) show(); });

// The search begins as one types, and each pause is one question.
let typing = null;
function find() {
  clearTimeout(typing);
  const text = search.value.trim();
  const path = text ? `/?q=${encodeURIComponent(text)}` : "/";
  if (address() === path) return;
  navigate(path, { replaces: location.pathname === "/", focuses: false });
}
search.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(find, 250);
});
search.form.addEventListener("submit", (event) => { event.preventDefault(); find(); });
document.addEventListener("keydown", (event) => {
  const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
  if (event.key === "/" && !isTyping && !event.metaKey && !event.ctrlKey && !event.altKey) {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === "ArrowDown" && document.activeElement === search) {
    const first = main.querySelector(".card-link");
    if (first) { event.preventDefault(); first.focus(); }
  } else if (/^Arrow/.test(event.key) && document.activeElement?.matches(".card-link")) {
    move(event);
  }
});

/** Arrow keys go from card to card, by where they are. */
function move(event) {
  const links = [...main.querySelectorAll(".card-link")];
  const here = links.indexOf(document.activeElement);
  const top = links[here].getBoundingClientRect();
  const column = links.filter((link) => Math.abs(link.getBoundingClientRect().left - top.left) < 4);
  const next = {
    ArrowRight: links[here + 1], ArrowLeft: links[here - 1],
    ArrowDown: column[column.indexOf(links[here]) + 1], ArrowUp: column[column.indexOf(links[here]) - 1],
  }[event.key];
  if (next) { event.preventDefault(); next.focus(); }
  else if (event.key === "ArrowUp") { event.preventDefault(); search.focus(); }
}

const cartLink = document.getElementById("cart-link");
const cartTime = document.getElementById("cart-time");
const [cartCount, cartClock] = cartTime.children;
function drawCart() {
  const isHeld = cart.phase === "held";
  cartTime.hidden = !isHeld && cart.phase !== "expired";
  cartLink.dataset.phase = cart.phase;
  if (isHeld) { say(cartCount, String(cart.count)); say(cartClock, clock(cart.left)); }
  else if (cart.phase === "expired") { say(cartCount, ""); say(cartClock, "!"); }
  cartLink.setAttribute("aria-label", isHeld ? `${t("cart")}: ${t("held", { count: cart.count })}`
    : cart.phase === "expired" ? `${t("cart")}: ${t("expiredTitle")}` : t("cart"));
}
cart.addEventListener("change", drawCart);
setInterval(drawCart, 1000);

onLanguage(() => { drawCart(); show(); });
startLanguage();
startFreshness();
cart.load();
show();

"""##
        ),
        EmbeddedFile(
name: "text.js",
text: ##"""
// The reader's language: words, plurals, money, numbers and times.
import { words } from "./words.js";

const KEY = "estoque.language";
const LANGUAGES = ["en", "pt-BR"];

function remembered() {
  try { return localStorage.getItem(KEY); } catch { return null; }
}

function preferred() {
  for (const tag of navigator.languages ?? []) {
    if (/^pt\b/i.test(tag)) return "pt-BR";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "en";
}

let language = LANGUAGES.includes(remembered()) ? remembered() : preferred();
/** English as it is written where the reader is: dates and numbers differ. */
const english = (navigator.languages ?? []).find((tag) => /^en\b/i.test(tag)) ?? "en";
const locale = () => (language === "en" ? english : language);

let formats = new Map();
function format(kind, options) {
  const key = JSON.stringify([kind.name, options]);
  if (!formats.has(key)) formats.set(key, new kind(locale(), options));
  return formats.get(key);
}

/** The words for a key, with `{name}` filled in; with `count`, the plural that fits. */
export function t(key, values = {}) {
  let text = words[language][key];
  // Nothing is many in both languages, whatever Portuguese's rules for numbers say.
  if (typeof text === "object") text = text[values.count === 0 ? "other" : format(Intl.PluralRules, {}).select(values.count)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : String(value ?? "");
  });
}

/** Whether there are words for a key: other names are shown as they are. */
export const named = (key) => (Object.hasOwn(words[language], key) ? t(key) : key);

export const number = (value, options = {}) => format(Intl.NumberFormat, options).format(value);

/** A price in minor units of its currency. */
export function money(price, quantity = 1) {
  if (!price) return "";
  try {
    const style = format(Intl.NumberFormat, { style: "currency", currency: price.currency });
    const digits = style.resolvedOptions().maximumFractionDigits;
    return style.format((price.amount * quantity) / 10 ** digits);
  } catch {
    return `${price.amount * quantity} ${price.currency}`;
  }
}

/** `0.3 s`, `14 s`, `3 min`: an age, in as many digits as it deserves; rounded up, as a bound is. */
export function age(milliseconds) {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${number(Math.ceil(seconds * 10) / 10, { minimumFractionDigits: 1 })}\u00a0s`;
  if (seconds < 119) return `${number(Math.ceil(seconds))}\u00a0s`;
  return `${number(Math.ceil(seconds / 60))}\u00a0min`;
}

/** `9:05`, for what runs down. */
export function clock(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const rest = String(seconds % 60).padStart(2, "0");
  return seconds < 3600
    ? `${Math.floor(seconds / 60)}:${rest}`
    : `${Math.floor(seconds / 3600)}:${String(Math.floor(seconds / 60) % 60).padStart(2, "0")}:${rest}`;
}

export const time = (date) => format(Intl.DateTimeFormat, { timeStyle: "short" }).format(date);
export const timeOfDay = (date) => format(Intl.DateTimeFormat, { timeStyle: "medium" }).format(date);

const listeners = new Set();
/** Calls back after each change of the language. */
export const onLanguage = (listener) => listeners.add(listener);
export const currentLanguage = () => language;

/** Puts words into what the server sent: `data-text` is content, `data-label` and `data-placeholder` are attributes. */
function translateDocument() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = t(node.dataset.text);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  for (const node of document.querySelectorAll("[data-placeholder]")) node.placeholder = t(node.dataset.placeholder);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
}

/** Takes up the language and listens to its switch. */
export function startLanguage() {
  translateDocument();
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => {
      language = button.dataset.language;
      try { localStorage.setItem(KEY, language); } catch { /* it lasts as long as the page then */ }
      formats = new Map();
      translateDocument();
      for (const listener of listeners) listener();
    });
  }
}

"""##
        ),
        EmbeddedFile(
name: "tile.js",
text: ##"""
// A picture for what has none: an azulejo, the same one for the same SKU wherever it is shown.
import { s } from "./dom.js";

/** Ground, then the colours of the glaze from the broad strokes to the small ones. */
const GLAZES = [
  ["#f5f0e3", "#1d4e9e", "#9db9df", "#d79a2b"],
  ["#edf2ec", "#1f6a68", "#97c4bb", "#dfae45"],
  ["#f7ece7", "#8b3046", "#dba9a8", "#c8973c"],
  ["#f3f1e0", "#5a6a29", "#bcc384", "#c2683a"],
  ["#eef0f3", "#2c3b57", "#a5b4ca", "#c98a49"],
  ["#f8ede2", "#b0522b", "#e3b898", "#2e6e8e"],
  ["#f1eef5", "#57407f", "#b9abd6", "#d9a441"],
];

/** Numbers from 0 to 1, out of a text: always the same ones. */
function chance(text) {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) state = Math.imul(state ^ byte, 0x01000193);
  // Texts that end alike must not look alike.
  for (const factor of [0x85ebca6b, 0xc2b2ae35]) state = Math.imul(state ^ (state >>> 15), factor);
  state ^= state >>> 16;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

// Shapes are lists of [command, x, y, x, y, …] in a cell of 100 by 100.
const polygon = (points) => [...points.map(([x, y], index) => [index ? "L" : "M", x, y]), ["Z"]];
const diamond = (x, y, r) => polygon([[x, y - r], [x + r, y], [x, y + r], [x - r, y]]);
function disc(x, y, r) {
  const k = r * 0.5523;
  return [
    ["M", x, y - r], ["C", x + k, y - r, x + r, y - k, x + r, y], ["C", x + r, y + k, x + k, y + r, x, y + r],
    ["C", x - k, y + r, x - r, y + k, x - r, y], ["C", x - r, y - k, x - k, y - r, x, y - r], ["Z"],
  ];
}
function star(x, y, r, points, depth) {
  return polygon(Array.from({ length: points * 2 }, (_, index) => {
    const angle = (Math.PI * index) / points;
    const reach = index % 2 ? r * depth : r;
    return [x + reach * Math.sin(angle), y - reach * Math.cos(angle)];
  }));
}
/** A petal from one point to another, `width` across. */
function petal(x1, y1, x2, y2, width) {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [nx, ny] = [(-(y2 - y1) / length) * width, ((x2 - x1) / length) * width];
  const at = (part, side) => [x1 + (x2 - x1) * part + nx * side, y1 + (y2 - y1) * part + ny * side];
  return [["M", x1, y1], ["C", ...at(0.3, 1), ...at(0.75, 1), x2, y2], ["C", ...at(0.75, -1), ...at(0.3, -1), x1, y1], ["Z"]];
}

/** The layers of a cell, drawn for one quarter turn; each is [colour, shapes, shapes cut out of them]. */
function design(random) {
  const pick = (...choices) => choices[Math.floor(random() * choices.length)];
  const between = (low, high) => low + random() * (high - low);
  const corner = between(24, 36);
  const layers = [];
  layers.push(pick(
    () => [2, [disc(0, 0, corner)], [disc(0, 0, corner * 0.72)]],
    () => [2, [diamond(0, 0, corner * 1.25)], [diamond(0, 0, corner * 0.85)]],
    () => [2, [disc(0, 0, corner)], []],
    () => [2, [petal(50, 50, 0, 0, between(16, 24))], []],
  )());
  const reach = between(2, 10);
  const width = between(11, 19);
  layers.push(pick(
    () => [1, [petal(50, 50, 50, reach, width)], [petal(50, 42, 50, reach + 12, width * 0.45)]],
    () => [1, [petal(50, 46, 34, reach + 4, width * 0.62), petal(50, 46, 66, reach + 4, width * 0.62)], []],
    () => [1, [petal(50, 50, 50, reach, width * 0.8), petal(50, 50, 22, 22, width * 0.55)], []],
    () => [1, [diamond(50, 20, between(9, 14)), petal(50, 50, 24, 24, width * 0.8)], [diamond(50, 20, 4.5)]],
  )());
  layers.push(pick(
    () => [1, [disc(0, 0, corner * 0.42)], []],
    () => [1, [star(0, 0, corner * 0.62, 4, 0.42)], []],
    () => [1, [diamond(0, 0, corner * 0.5)], []],
  )());
  layers.push(pick(
    () => [3, [disc(50, 50, between(7, 10))], [disc(50, 50, 3.2)]],
    () => [3, [star(50, 50, between(11, 15), 8, 0.5)], []],
    () => [3, [diamond(50, 50, between(9, 13))], []],
  )());
  layers.push(pick(
    () => [3, [disc(0, 0, corner * 0.2)], []],
    () => [3, [disc(25, 25, between(2.4, 3.6))], []],
    () => [3, [disc(50, 7, 2.6), disc(0, 0, 4)], []],
  )());
  return layers;
}

/** The path of shapes in all four quarter turns of every cell. */
function path(shapes, cells) {
  const turns = [[1, 0, 0, 1], [0, -1, 1, 0], [-1, 0, 0, -1], [0, 1, -1, 0]];
  let text = "";
  for (let cell = 0; cell < cells * cells; cell += 1) {
    const [left, top] = [(cell % cells) * 100 + 50, Math.floor(cell / cells) * 100 + 50];
    for (const [a, b, c, d] of turns) {
      for (const [command, ...numbers] of shapes.flat()) {
        text += command;
        for (let index = 0; index < numbers.length; index += 2) {
          const [x, y] = [numbers[index] - 50, numbers[index + 1] - 50];
          text += `${(a * x + b * y + left).toFixed(1)} ${(c * x + d * y + top).toFixed(1)} `;
        }
      }
    }
  }
  return text;
}

/** The picture of a SKU, of `cells` by `cells` repeats; decoration, so nothing is read out. */
export function tile(sku, cells = 2) {
  const random = chance(sku);
  const glaze = GLAZES[Math.floor(random() * GLAZES.length)];
  const size = cells * 100;
  const picture = s("svg", { class: "tile", viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true", focusable: "false" },
    s("rect", { width: size, height: size, fill: glaze[0] }));
  for (const [colour, shapes, holes] of design(random)) {
    picture.append(s("path", { d: path(shapes, cells), fill: glaze[colour] }));
    if (holes.length) picture.append(s("path", { d: path(holes, cells), fill: glaze[0] }));
  }
  const joints = Array.from({ length: cells - 1 }, (_, index) => `M${(index + 1) * 100} 0V${size}M0 ${(index + 1) * 100}H${size}`).join("");
  if (joints) picture.append(s("path", { d: joints, stroke: glaze[2], "stroke-opacity": ".55", "stroke-width": "1", fill: "none" }));
  return picture;
}

"""##
        ),
        EmbeddedFile(
name: "till.css",
text: ##"""
/* The till: big enough for fingers, and readable at an arm's length. */
.store-name { font: 600 1.05rem/1.2 var(--serif); color: var(--muted); margin-right: auto; overflow-wrap: anywhere; }
.standing { position: sticky; top: 0; z-index: 5; background: var(--paper); border-bottom: 1px solid var(--line); font-size: .95rem; }
.standing-inner { max-width: 76rem; margin: 0 auto; padding: .55rem clamp(1rem, 4vw, 2.5rem); display: flex; flex-wrap: wrap; align-items: baseline; gap: .15rem .7rem; min-height: 2.6rem; }
.standing-dot { width: .7rem; height: .7rem; border-radius: 50%; border: 2px solid var(--muted); align-self: center; flex: none; }
#standing-text { flex: 1 1 14rem; }
#standing-outbox { color: var(--muted); }
.standing[data-state="connected"] .standing-dot { background: var(--good); border-color: var(--good); }
.standing[data-state="cut-off"] { background: var(--warn-soft); border-color: var(--warn); }
.standing[data-state="cut-off"] .standing-dot { border-color: var(--warn); border-radius: 2px; transform: rotate(45deg); }
.standing[data-state="stopped"] { background: var(--bad-soft); border-color: var(--bad); }
.standing[data-state="stopped"] .standing-dot { background: var(--bad); border-color: var(--bad); border-radius: 2px; }
.standing:is([data-state="cut-off"], [data-state="stopped"]) #standing-text { font-weight: 600; }
.standing:is([data-state="cut-off"], [data-state="stopped"]) #standing-outbox { color: var(--ink); }

.till { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; align-items: start; padding-top: 1.25rem; }
.find input { width: 100%; min-height: 56px; padding: .5rem 1.2rem; font-size: 1.15rem; border: 2px solid var(--field); border-radius: 14px; background: var(--surface); }
.find input::placeholder { color: var(--muted); opacity: 1; }
.items { list-style: none; margin: 1rem 0 0; padding: 0; display: grid; gap: .6rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); }
.item { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .1rem .75rem; width: 100%; height: 100%; text-align: left; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: 12px; background: var(--surface); cursor: pointer; align-content: start; }
.item:hover { border-color: var(--accent); }
.item-title { font: 600 1.05rem/1.25 var(--serif); overflow-wrap: anywhere; }
.item-price { font-weight: 600; font-variant-numeric: tabular-nums lining-nums; text-align: right; }
.item-sku { color: var(--muted); font: .8rem/1.5 var(--mono); overflow-wrap: anywhere; }
.item-facts { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 0 .9rem; margin-top: .35rem; font-size: .88rem; color: var(--muted); }
.item-facts b { color: var(--ink); font-variant-numeric: tabular-nums lining-nums; }
.item-facts [data-level="none"] b { color: var(--bad); }
.item-facts [data-level="low"] b { color: var(--warn); }
.note { margin-top: 1rem; }

.modes { display: flex; flex-wrap: wrap; gap: 2px; border: 1px solid var(--line); border-radius: 12px; padding: 3px; background: var(--paper); margin-bottom: 1rem; }
.mode { flex: 1 1 auto; white-space: nowrap; border: 0; background: none; border-radius: 9px; min-height: 46px; padding: 0 .7rem; font-weight: 600; color: var(--muted); cursor: pointer; }
.mode[aria-checked="true"] { background: var(--ink); color: var(--paper); }
.mode .badge { display: inline-block; min-width: 1.5em; margin-left: .35em; padding: 0 .4em; border-radius: 1em; background: var(--accent); color: var(--paper); font-size: .85em; font-variant-numeric: tabular-nums lining-nums; }
.mode[aria-checked="true"] .badge { background: var(--paper); color: var(--ink); }
.waitings { list-style: none; margin: 0; padding: 0; display: grid; gap: .8rem; }
.waiting { border: 1px solid var(--line); border-radius: 12px; padding: .9rem 1rem; background: var(--surface); }
.waiting h3 { font-size: 1.05rem; overflow-wrap: anywhere; }
.waiting ul { margin: .4rem 0 .8rem; padding-left: 1.1rem; }
.waiting .receipt { font: 600 .95rem/1.5 var(--mono); }
.waiting .button { width: 100%; min-height: 50px; }
.slip-hint { color: var(--muted); padding: 1.25rem 0; text-align: center; }
.field { display: grid; gap: .3rem; margin-bottom: 1rem; font-weight: 600; }
.field select { min-height: 46px; padding: .4rem .8rem; border: 1px solid var(--field); border-radius: 10px; background: var(--surface); color: inherit; font: inherit; font-weight: 400; width: 100%; }
.field input { min-height: 46px; padding: .4rem .8rem; border: 1px solid var(--field); border-radius: 10px; background: var(--surface); font: 1rem/1.4 var(--mono); width: 100%; }
.field .muted { font-weight: 400; font-size: .88rem; }
.lines { list-style: none; margin: 0; padding: 0; }
.line { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .4rem .75rem; padding: .8rem 0; border-bottom: 1px solid var(--line); align-items: center; }
.line-title { font-weight: 600; overflow-wrap: anywhere; }
.line-sum { text-align: right; font-variant-numeric: tabular-nums lining-nums; font-weight: 600; }
.line-left { color: var(--muted); font-size: .88rem; }
.line[data-over] .line-left { color: var(--warn); font-weight: 600; }
.line-tools { display: flex; gap: .4rem; justify-content: flex-end; }
.stepper { display: inline-flex; border: 1px solid var(--field); border-radius: 10px; background: var(--surface); overflow: hidden; }
.stepper:focus-within { outline: 3px solid var(--accent); outline-offset: 2px; }
.stepper button { width: 44px; min-height: 44px; border: 0; background: none; font-size: 1.2rem; cursor: pointer; }
.stepper button:hover { background: var(--raised); }
.stepper :focus-visible { outline: none; background: var(--accent-soft); }
.stepper input { width: 4rem; border: 0; text-align: center; background: none; appearance: textfield; -moz-appearance: textfield; font-variant-numeric: tabular-nums lining-nums; }
.stepper input::-webkit-inner-spin-button { appearance: none; }
.remove { width: 44px; min-height: 44px; border: 0; background: none; border-radius: 10px; color: var(--muted); font-size: 1.2rem; cursor: pointer; }
.remove:hover { background: var(--bad-soft); color: var(--bad); }
.total { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; padding: 1rem 0; font-size: 1.1rem; }
.total strong { font: 600 1.9rem/1 var(--serif); font-variant-numeric: tabular-nums lining-nums; }
.do { width: 100%; min-height: 58px; font-size: 1.15rem; }
.undo { width: 100%; margin-top: .4rem; }

.told { margin-top: 1.25rem; border-radius: 12px; padding: 1rem 1.1rem; border: 1px solid; }
.told h3 { font-size: 1.15rem; }
.told ul { margin: .5rem 0 0; padding-left: 1.1rem; }
.told .receipt { font: 600 .95rem/1.5 var(--mono); overflow-wrap: anywhere; user-select: all; }
.told[data-kind="done"] { border-color: var(--good); }
.told[data-kind="done"] h3 { color: var(--good); }
.told[data-kind="refused"] { border-color: var(--bad); background: var(--bad-soft); }
.told[data-kind="unknown"] { border-color: var(--warn); background: var(--warn-soft); }
.told .button { margin-top: .8rem; }
@media (max-width: 26rem) {
  .find input { font-size: 1rem; }
}
@media (min-width: 60rem) {
  .till { grid-template-columns: minmax(0, 1fr) minmax(24rem, 28rem); gap: 2rem; }
  .slip { position: sticky; top: 4.2rem; max-height: calc(100dvh - 5.2rem); overflow-y: auto; }
}
@media (prefers-reduced-motion: no-preference) {
  .item, .mode, .standing { transition: background-color .15s, border-color .15s, color .15s; }
}
@media (forced-colors: active) {
  .mode[aria-checked="true"] { outline: 2px solid Highlight; }
  .standing-dot { forced-color-adjust: none; }
}
.slip-fields { border: 0; margin: 0; padding: 0; min-width: 0; }

"""##
        ),
        EmbeddedFile(
name: "till.html",
text: ##"""
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="The till of one store: it sells whether the cluster can be reached or not.">
<title>Till · Estoque</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/base.css">
<link rel="stylesheet" href="/assets/till.css">
<link rel="modulepreload" href="/assets/dom.js">
<link rel="modulepreload" href="/assets/text.js">
<link rel="modulepreload" href="/assets/words.js">
<link rel="modulepreload" href="/assets/tillwords.js">
<link rel="modulepreload" href="/assets/api.js">
<link rel="modulepreload" href="/assets/tillstatus.js">
<link rel="modulepreload" href="/assets/tillshelf.js">
<link rel="modulepreload" href="/assets/tillslip.js">
<link rel="modulepreload" href="/assets/tillwaiting.js">
<link rel="modulepreload" href="/assets/tillanswer.js">
<script type="module" src="/assets/till.js"></script>
</head>
<body>
<a class="skip" href="#main" data-text="skip">Skip to the content</a>
<header class="bar">
  <div class="bar-inner">
    <a class="brand" href="/"><img src="/assets/icon.svg" alt="" width="26" height="26"><span>Estoque</span></a>
    <p class="store-name" id="store-name"></p>
    <div class="language" role="group" aria-label="Language" data-label="language">
      <button type="button" lang="en" data-language="en" aria-pressed="true" aria-label="English">EN</button>
      <button type="button" lang="pt-BR" data-language="pt-BR" aria-pressed="false" aria-label="Português">PT</button>
    </div>
  </div>
</header>
<aside class="standing" id="standing" data-state="unknown" aria-label="How it stands with the cluster" data-label="tillStanding">
  <div class="standing-inner">
    <span class="standing-dot" aria-hidden="true"></span>
    <p id="standing-text"></p>
    <p id="standing-outbox" class="number"></p>
  </div>
</aside>
<main id="main" tabindex="-1" class="till">
  <h1 class="hidden" data-text="tillTitle">Till</h1>
  <section class="shelf" aria-labelledby="h-shelf">
    <h2 id="h-shelf" class="hidden" data-text="tillShelf">Items</h2>
    <form id="find" class="find" role="search">
      <label class="hidden" for="query" data-text="tillFind">Scan or search an item</label>
      <input id="query" name="q" type="search" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="120" enterkeyhint="go" placeholder="Scan or search an item" data-placeholder="tillFind">
    </form>
    <ul id="items" class="items"></ul>
    <p id="items-note" class="muted note"></p>
  </section>
  <section class="slip panel" aria-labelledby="h-slip">
    <h2 id="h-slip" class="hidden" data-text="tillSlip">What is done</h2>
    <div id="modes" class="modes" role="radiogroup" aria-label="What is done" data-label="tillSlip"></div>
    <div id="slip"></div>
    <div id="answer"></div>
  </section>
  <noscript><p class="empty">This till is drawn by a script from this server. Programs sell over /v1/sales.</p></noscript>
</main>
<div id="announcer" class="hidden" aria-live="polite" role="status"></div>
</body>
</html>

"""##
        ),
        EmbeddedFile(
name: "till.js",
text: ##"""
// The till of one store: what is on its shelves, what is done with it, and how it stands with the cluster.
import "./tillwords.js";
import { onLanguage, startLanguage, t } from "./text.js";
import { startShelf } from "./tillshelf.js";
import { choose, draw, refresh, startSlip } from "./tillslip.js";
import { drawStatus, onStatus, startStatus } from "./tillstatus.js";

function title() { document.title = `${t("tillTitle")} · Estoque`; }

startLanguage();
const shelf = startShelf(choose);
startSlip();
startStatus();
// Whatever has happened at the store, here or at another till, changes what may be sold.
let due = null;
onStatus(() => {
  due ??= setTimeout(async () => {
    due = null;
    await shelf.ask();
    await refresh();
  }, 120);
});
onLanguage(() => { title(); shelf.draw(); draw(); drawStatus(); });
title();
document.getElementById("query").focus();

"""##
        ),
        EmbeddedFile(
name: "tillanswer.js",
text: ##"""
// What came of it, in words that a customer may read too.
import { h } from "./dom.js";
import { named, t } from "./text.js";
import { known } from "./tillshelf.js";

/** Whether nobody knows what became of a request: the agent says of these that it did nothing. */
export const isUnknown = (failure) => failure.isUncertain
  && !["STORE_FROZEN", "NOT_READY", "OUTBOX_FULL", "OVERLOADED"].includes(failure.reason);

const title = (sku) => known.get(sku)?.title || sku;

/** Done, under a heading: the receipt's number, and what is on the shelf now. */
export function done(said, receipt) {
  const overdrawn = receipt.lines.filter((line) => line.overdrawn > 0);
  return h("div", { class: "told", "data-kind": "done" },
    h("h3", {}, t(said)),
    receipt.sale ? h("p", {}, `${t("tillReceiptIs")} `, h("span", { class: "receipt" }, receipt.sale)) : null,
    h("ul", {},
      receipt.lines.map((line) => h("li", {}, t("tillNowOnShelf", { title: title(line.sku), count: line.onHand }))),
      overdrawn.map((line) => h("li", {}, t("tillOverdrawn", { title: title(line.sku), count: line.overdrawn })))));
}

function shortLine(failure, line) {
  const values = { title: title(line.sku), count: line.available, asked: line.requested };
  if (failure.reason !== "INSUFFICIENT_STOCK") return t("tillExceeds", values);
  return t(failure.problem.cutOffSince ? "tillShortCutOff" : "tillShortLine", values);
}

/** Refused, or not known: `again` sends the very same request. */
export function failed(failure, again) {
  if (isUnknown(failure)) {
    return h("div", { class: "told", "data-kind": "unknown", role: "alert" },
      h("h3", {}, t("tillUnknown")), h("p", {}, t("tillUnknownHint")),
      h("button", { type: "button", class: "button primary", onclick: again }, t("tillAskAgain")));
  }
  const lines = failure.problem.lines ?? [];
  const isShort = failure.reason === "INSUFFICIENT_STOCK";
  return h("div", { class: "told", "data-kind": "refused", "data-reason": failure.reason, role: "alert" },
    h("h3", {}, t(isShort ? "tillShort" : "tillRefused")),
    lines.length
      ? h("ul", {}, lines.map((line) => h("li", {}, shortLine(failure, line))))
      : h("p", {}, failure.problem.state ? t("tillFrozen", { reason: named(failure.problem.state) }) : failure.message));
}

"""##
        ),
        EmbeddedFile(
name: "tillshelf.js",
text: ##"""
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

"""##
        ),
        EmbeddedFile(
name: "tillslip.js",
text: ##"""
// What is being sold, taken back, counted or received: one request, made line by line and sent under one name.
import { post, uuid } from "./api.js";
import { announce, h } from "./dom.js";
import { money, number, t } from "./text.js";
import { done, failed, isUnknown } from "./tillanswer.js";
import { known, look } from "./tillshelf.js";
import { askWaiting, drawWaiting, forgetWaiting, startWaiting, waitingAnswer, waitingCount } from "./tillwaiting.js";

const KEY = "estoque.till";
const MODES = {
  sell: { path: "/v1/sales", name: "tillSell", hint: "tillSellHint", go: "tillDoSell", said: "tillSold" },
  return: { path: "/v1/returns", name: "tillReturn", hint: "tillReturnHint", go: "tillDoReturn", said: "tillReturned" },
  count: { path: "/v1/counts", name: "tillCount", hint: "tillCountHint", go: "tillDoCount", said: "tillCounted" },
  receive: { path: "/v1/receipts", name: "tillReceive", hint: "tillReceiveHint", go: "tillDoReceive", said: "tillReceived" },
  damage: { path: "/v1/damage", name: "tillDamage", hint: "tillDamageHint", go: "tillDoDamage", said: "tillDamaged" },
  pickups: { name: "tillPickups", waiting: true },
  deliveries: { name: "tillDeliveries", waiting: true },
};
const MAX = 1_000_000_000;
/** Why goods can't be sold any more: what the ledger is told, and how it is called here. */
const REASONS = { broken: "tillBroken", spoiled: "tillSpoiled", faulty: "tillFaulty" };

const modes = document.getElementById("modes");
const place = document.getElementById("slip");
const answer = document.getElementById("answer");

/**
 * `request` names it from its first sending on, and `isUnknown` says that nobody knows what became of that: it is
 * then neither changed nor forgotten, not even when the page is loaded anew.
 */
const fresh = (mode) => ({ mode, lines: [], receipt: "", reason: "broken", request: null, isUnknown: false });
let slip = fresh("sell");
let isSending = false;
/** What was said last: drawn anew in another language. */
let told = null;

function load() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    if (kept && MODES[kept.mode] && Array.isArray(kept.lines)) slip = { ...fresh(kept.mode), ...kept };
  } catch { /* a new one then */ }
}

function keep() {
  try { sessionStorage.setItem(KEY, JSON.stringify(slip)); } catch { /* it lasts as long as the page then */ }
}

/** A change makes it another request. */
function change(body) {
  if (isSending || slip.isUnknown) return;
  body();
  slip.request = null;
  told = null;
  keep();
  draw();
}

function set(sku, quantity) {
  change(() => {
    const line = slip.lines.find((one) => one.sku === sku);
    const least = slip.mode === "count" ? 0 : 1;
    line.quantity = Math.min(MAX, Math.max(least, Number.isSafeInteger(quantity) ? quantity : line.quantity));
  });
}

/** Puts an item on it, or one more of it; a count begins at what the book says. */
export function choose(item) {
  change(() => {
    if (MODES[slip.mode].waiting) slip.mode = "sell";
    const line = slip.lines.find((one) => one.sku === item.sku);
    if (!line) {
      slip.lines.push({ sku: item.sku, title: item.title || item.sku, quantity: slip.mode === "count" ? Math.max(0, item.onHand) : 1 });
    } else if (slip.mode !== "count") line.quantity = Math.min(MAX, line.quantity + 1);
    announce(t("tillAdded", { title: item.title || item.sku }));
  });
}

function body() {
  const lines = slip.lines.map(({ sku, quantity }) => (slip.mode === "count" ? { sku, counted: quantity } : { sku, quantity }));
  if (slip.mode === "return") return { sale: slip.receipt.trim(), lines };
  return slip.mode === "damage" ? { lines, reason: slip.reason } : { lines };
}

async function send() {
  if (isSending || slip.lines.length === 0) return;
  slip.request ??= uuid();
  isSending = true;
  keep();
  draw();
  const { mode, request } = slip;
  try {
    const { data } = await post(MODES[mode].path, body(), 10000, { "idempotency-key": request });
    slip = fresh(mode);
    told = () => done(MODES[mode].said, data);
    announce(t(MODES[mode].said));
  } catch (failure) {
    slip.isUnknown = isUnknown(failure);
    // What was refused is a new request when it is tried again; the old answer would come again else.
    if (!failure.isUncertain) slip.request = null;
    told = () => failed(failure, send);
  }
  isSending = false;
  keep();
  draw();
}

function stepper(line) {
  const { sku, title } = line;
  return h("div", { class: "stepper", role: "group", "aria-label": t("tillQuantity", { title }) },
    h("button", { type: "button", "data-key": `less ${sku}`, "aria-label": t("tillLess", { title }), onclick: () => set(sku, line.quantity - 1) }, "−"),
    h("input", {
      type: "number", inputmode: "numeric", min: slip.mode === "count" ? 0 : 1, max: MAX, step: 1, value: line.quantity,
      "data-key": `quantity ${sku}`, "aria-label": t("tillQuantity", { title }), onchange: (event) => set(sku, event.target.valueAsNumber),
    }),
    h("button", { type: "button", "data-key": `more ${sku}`, "aria-label": t("tillMoreOf", { title }), onclick: () => set(sku, line.quantity + 1) }, "+"));
}

function lineView(line) {
  const item = known.get(line.sku);
  const left = !item ? "" : slip.mode === "sell" ? t("tillLeft", { count: item.allotted })
    : slip.mode === "count" ? t("tillBook", { count: item.onHand }) : "";
  return h("li", { class: "line", "data-over": slip.mode === "sell" && item && line.quantity > item.allotted },
    h("span", { class: "line-title" }, line.title),
    h("span", { class: "line-sum" }, slip.mode === "sell" ? money(item?.price, line.quantity) : ""),
    h("span", { class: "line-left" }, left),
    h("div", { class: "line-tools" }, stepper(line),
      h("button", {
        type: "button", class: "remove", "data-key": `remove ${line.sku}`, "aria-label": t("tillRemove", { title: line.title }),
        onclick: () => change(() => { slip.lines = slip.lines.filter((one) => one.sku !== line.sku); }),
      }, "×")));
}

/** The sum, where everything has a price in one currency. */
function total() {
  const prices = slip.lines.map((line) => ({ price: known.get(line.sku)?.price, quantity: line.quantity }));
  const currency = prices[0]?.price?.currency;
  if (!currency || prices.some(({ price }) => price?.currency !== currency)) return null;
  const amount = prices.reduce((sum, { price, quantity }) => sum + price.amount * quantity, 0);
  return h("p", { class: "total" }, h("span", {}, t("tillTotal")), h("strong", {}, money({ amount, currency })));
}

function receiptField() {
  return h("label", { class: "field" }, t("tillReceipt"),
    h("input", {
      type: "text", "data-key": "receipt", autocomplete: "off", autocapitalize: "off", spellcheck: "false", maxlength: 64, value: slip.receipt,
      oninput: (event) => {
        const { value } = event.target;
        if (isSending || slip.isUnknown) return;
        slip.receipt = value;
        slip.request = null;
        keep();
        place.querySelector(".do")?.toggleAttribute("disabled", !value.trim());
      },
    }),
    h("span", { class: "muted" }, t("tillReceiptHint")));
}

function reasonField() {
  return h("label", { class: "field" }, t("tillReason"),
    h("select", { "data-key": "reason", onchange: (event) => { const { value } = event.target; change(() => { slip.reason = value; }); } },
      Object.entries(REASONS).map(([value, name]) => h("option", { value, selected: slip.reason === value }, t(name)))));
}

function modeButton([mode, { name, waiting }]) {
  const isChosen = slip.mode === mode;
  const count = waiting ? waitingCount(mode) : 0;
  return h("button", {
    type: "button", class: "mode", role: "radio", "aria-checked": String(isChosen), tabindex: isChosen ? 0 : -1, "data-mode": mode,
    onclick: () => pick(mode),
  }, t(name), count > 0 ? h("span", { class: "badge" }, number(count)) : null);
}

function pick(mode) {
  // Items stay: what was scanned by mistake as a sale is counted without scanning it again.
  forgetWaiting();
  change(() => { slip.mode = mode; for (const line of slip.lines) line.quantity = Math.max(mode === "count" ? 0 : 1, line.quantity); });
}

function drawModes() {
  const isChoosing = modes.contains(document.activeElement);
  modes.replaceChildren(...Object.entries(MODES).map(modeButton));
  if (isChoosing) modes.querySelector('[aria-checked="true"]').focus();
}

/** Draws all of it, and keeps the keyboard where it is. */
export function draw() {
  const focused = document.activeElement?.dataset?.key;
  drawModes();
  if (MODES[slip.mode].waiting) {
    place.replaceChildren(drawWaiting(slip.mode));
    if (focused) place.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    const said = waitingAnswer(slip.mode);
    answer.replaceChildren(...(said ? [said] : []));
    return;
  }
  const isLocked = isSending || slip.isUnknown;
  const lacksReceipt = slip.mode === "return" && !slip.receipt.trim();
  place.replaceChildren(h("fieldset", { class: "slip-fields", disabled: isLocked },
    slip.mode === "return" ? receiptField() : null,
    slip.mode === "damage" ? reasonField() : null,
    slip.lines.length === 0 ? h("p", { class: "slip-hint" }, t(MODES[slip.mode].hint)) : h("ul", { class: "lines" }, slip.lines.map(lineView)),
    slip.mode === "sell" ? total() : null,
    slip.lines.length === 0 ? null : h("button", {
      type: "button", class: "button primary do", "data-key": "do", disabled: lacksReceipt, onclick: send,
    }, t(isSending ? "tillDoing" : MODES[slip.mode].go)),
    slip.lines.length === 0 ? null : h("button", {
      type: "button", class: "button quiet undo", "data-key": "undo", onclick: () => change(() => { slip = fresh(slip.mode); }),
    }, t("tillClear"))));
  if (focused) place.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  answer.replaceChildren(...(told && !isSending ? [told()] : []));
}

/** Shows what may be sold by now; not while somebody types. */
export async function refresh() {
  await Promise.all([askWaiting(), ...slip.lines.slice(0, 50).map((line) => look(line.sku).catch(() => null))]);
  if (document.activeElement?.tagName !== "INPUT" || !place.contains(document.activeElement)) draw();
}

/** Begins with what was kept. */
export function startSlip() {
  load();
  // Whoever types into a slip goes on typing.
  startWaiting(() => { if (MODES[slip.mode].waiting) draw(); else drawModes(); });
  if (slip.isUnknown) told = () => failed({ isUncertain: true, reason: "UNREACHABLE", problem: {} }, send);
  modes.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const names = Object.keys(MODES);
    pick(names[(names.indexOf(slip.mode) + step + names.length) % names.length]);
  });
  draw();
}

"""##
        ),
        EmbeddedFile(
name: "tillstatus.js",
text: ##"""
// How it stands with the store's agent: by its stream, or by asking while there is none.
import { get } from "./api.js";
import { announce, say } from "./dom.js";
import { age, named, t, time } from "./text.js";

const standing = document.getElementById("standing");
const text = document.getElementById("standing-text");
const outbox = document.getElementById("standing-outbox");
const store = document.getElementById("store-name");
const POLL = 2000;

/** What the agent said last; `heard` is when. Nil words mean that it was never heard of. */
export const agent = { status: null, isGone: false };
/** The agent's clock less the reader's, so that ages are the agent's. */
let skew = 0;
const listeners = new Set();
/** Calls back whenever something has changed at the store. */
export const onStatus = (listener) => listeners.add(listener);

const since = (stamp) => Math.max(0, Date.now() + skew - Date.parse(stamp));

function words(status) {
  switch (status.state) {
    case "CONNECTED": return ["connected", t("tillConnected")];
    case "CUT_OFF": {
      const values = { since: time(new Date(Date.parse(status.cutOffSince) - skew)), age: age(since(status.cutOffSince)) };
      return ["cut-off", t(status.policy === "BLOCK" ? "tillCutOffBlock" : "tillCutOffOverdraw", values)];
    }
    case "NOT_READY": return ["stopped", t("tillNotReady")];
    case "OUTBOX_FULL": return ["stopped", t("tillFull")];
    default: return ["stopped", t("tillFrozen", { reason: named(status.reason ?? "STORE_FROZEN") })];
  }
}

/** Says it anew; ages run on by themselves. */
export function drawStatus() {
  const { status, isGone } = agent;
  if (!status || isGone) {
    standing.dataset.state = isGone ? "stopped" : "unknown";
    say(text, t(isGone ? "tillGone" : "tillAsking"));
    say(outbox, "");
    return;
  }
  const [state, sentence] = words(status);
  if (standing.dataset.state !== state && standing.dataset.state !== "unknown") announce(sentence);
  standing.dataset.state = state;
  say(text, sentence);
  say(store, status.location);
  const oldest = status.oldestUnacknowledged ? `, ${t("tillOutboxAge", { age: age(since(status.oldestUnacknowledged)) })}` : "";
  say(outbox, status.outboxDepth === 0 ? t("tillOutboxEmpty") : t("tillOutbox", { count: status.outboxDepth }) + oldest);
}

function take(status) {
  skew = Date.parse(status.time) - Date.now();
  const before = agent.status;
  agent.status = status;
  agent.isGone = false;
  drawStatus();
  const hasMoved = !before || ["sequence", "position", "acknowledged", "state"].some((name) => before[name] !== status[name])
    || before.sinceStart.grants !== status.sinceStart.grants;
  if (hasMoved) for (const listener of listeners) listener();
}

async function ask() {
  try {
    take((await get("/v1/status")).data);
  } catch {
    agent.isGone = true;
    drawStatus();
  }
}

/** Begins to follow; a page that nobody sees holds no connection. */
export function startStatus() {
  let stream = null;
  let poll = null;
  const stopPolling = () => { clearInterval(poll); poll = null; };
  const startPolling = () => { poll ??= setInterval(() => { ask(); if (stream?.readyState === EventSource.CLOSED) connect(); }, POLL); };
  function connect() {
    stream?.close();
    stream = new EventSource("/v1/changes");
    stream.addEventListener("status", (event) => { stopPolling(); take(JSON.parse(event.data)); });
    stream.addEventListener("error", startPolling);
  }
  function seen() {
    if (document.hidden) {
      stream?.close();
      stopPolling();
    } else {
      connect();
      ask();
    }
  }
  document.addEventListener("visibilitychange", seen);
  seen();
  setInterval(drawStatus, 1000);
}

"""##
        ),
        EmbeddedFile(
name: "tillwaiting.js",
text: ##"""
// What waits at the store: orders to hand over, and goods that come from or go to other stores.
import { get, post, segment, uuid } from "./api.js";
import { announce, h } from "./dom.js";
import { number, t } from "./text.js";
import { done, failed, isUnknown } from "./tillanswer.js";
import { known, look } from "./tillshelf.js";
import { agent } from "./tillstatus.js";

const KEY = "estoque.till.waiting";
const PAGE = 100;
const PAGES = 10;

/** Why a card stands in a list, and what is done with it. */
const ACTS = {
  handOver: { path: (id) => `/v1/pickups/${segment(id)}/fulfill`, go: "tillDoHandOver", said: "tillHandedOver" },
  ship: { path: (id) => `/v1/transfers/${segment(id)}/ship`, go: "tillDoShip", said: "tillShipped" },
  arrive: { path: (id) => `/v1/transfers/${segment(id)}/arrive`, go: "tillDoArrive", said: "tillArrived" },
};

let cards = { pickups: [], deliveries: [] };
/** Names of requests of which nobody knows what became of them, by act and card. */
let requests = {};
let sending = null;
/** What was said last, of which list. */
let told = null;
let redraw = () => {};

const pending = (act, id) => `${act} ${id}`;

function keep() {
  try { sessionStorage.setItem(KEY, JSON.stringify(requests)); } catch { /* it lasts as long as the page then */ }
}

async function all(path, member) {
  const found = [];
  let after = null;
  for (let page = 0; page < PAGES; page += 1) {
    const { data } = await get(`${path}?limit=${PAGE}${after ? `&after=${segment(after)}` : ""}`);
    found.push(...data[member]);
    after = data.nextAfter;
    if (!after) break;
  }
  return found;
}

const filled = (lines) => lines.filter((line) => line.quantity > 0);

function pickUp(found, place) {
  const lines = filled(found.lines.filter((line) => line.location === place).map((line) => (
    { sku: line.sku, quantity: line.requested - line.fulfilled - line.released })));
  return { act: "handOver", id: found.reservation, title: found.order ?? found.owner.reference, about: "tillOrder", lines };
}

function delivery(found, place) {
  if (found.to === place) {
    const lines = filled(found.lines.map((line) => ({ sku: line.sku, quantity: line.inTransit })));
    if (lines.length) return { act: "arrive", id: found.transfer, title: found.from, about: "tillFrom", lines };
  }
  const lines = found.from === place ? filled(found.lines.map((line) => ({ sku: line.sku, quantity: line.requested - line.shipped }))) : [];
  return { act: "ship", id: found.transfer, title: found.to, about: "tillTo", lines };
}

/** Asks for both lists. */
export async function askWaiting() {
  const place = agent.status?.location;
  if (!place) return;
  try {
    const [orders, transfers] = await Promise.all([all("/v1/pickups", "pickups"), all("/v1/transfers", "transfers")]);
    const hasLines = (card) => card.lines.length > 0;
    cards = {
      // What nobody has confirmed is no order yet.
      pickups: orders.filter((found) => found.state === "CONFIRMED").map((found) => pickUp(found, place)).filter(hasLines),
      deliveries: transfers.map((found) => delivery(found, place)).filter(hasLines),
    };
    const unseen = Object.values(cards).flat().flatMap((card) => card.lines).map((line) => line.sku).filter((sku) => !known.has(sku));
    await Promise.all([...new Set(unseen)].slice(0, 100).map((sku) => look(sku).catch(() => null)));
    redraw();
  } catch { /* the strip above says that the agent doesn't answer */ }
}

/** How many wait in a list. */
export const waitingCount = (list) => cards[list].length;

async function act(list, card) {
  if (sending) return;
  const { path, said } = ACTS[card.act];
  const name = pending(card.act, card.id);
  // The same body under the same name, for as long as nobody knows.
  requests[name] ??= { key: uuid(), lines: card.lines };
  const { key, lines } = requests[name];
  sending = name;
  told = null;
  keep();
  redraw();
  try {
    const body = card.act === "arrive" ? lines.map(({ sku, quantity }) => ({ sku, ok: quantity })) : lines;
    const { data } = await post(path(card.id), { lines: body }, 10000, { "idempotency-key": key });
    delete requests[name];
    told = { list, view: () => done(said, data) };
    announce(t(said));
  } catch (failure) {
    if (!isUnknown(failure)) delete requests[name];
    told = { list, view: () => failed(failure, () => act(list, card)) };
  }
  sending = null;
  keep();
  await askWaiting();
  redraw();
}

function cardView(list, card) {
  const { go } = ACTS[card.act];
  const isSending = sending === pending(card.act, card.id);
  const heading = `${t(card.about)} ${card.title}`;
  return h("li", { class: "waiting", "data-id": card.id, "data-act": card.act },
    h("h3", {}, t(card.about), " ", h("span", { class: "receipt" }, card.title)),
    h("ul", {}, card.lines.map((line) => h("li", {}, h("b", {}, number(line.quantity)), ` × ${known.get(line.sku)?.title || line.sku}`))),
    h("button", {
      type: "button", class: "button primary", "data-key": `act ${card.id}`, disabled: sending !== null,
      "aria-label": `${t(go)}: ${heading}`, onclick: () => act(list, card),
    }, t(isSending ? "tillDoing" : go)));
}

/** A list as it is now, for the place where a slip is else. */
export function drawWaiting(list) {
  return cards[list].length === 0
    ? h("p", { class: "slip-hint" }, t(list === "pickups" ? "tillNoPickups" : "tillNoDeliveries"))
    : h("ul", { class: "waitings" }, cards[list].map((card) => cardView(list, card)));
}

/** What came of the last act in a list; nil: nothing yet. */
export const waitingAnswer = (list) => (told?.list === list && !sending ? told.view() : null);

/** Forgets what was said. */
export function forgetWaiting() { told = null; }

/** Begins; `draw` is called when there is something new. */
export function startWaiting(draw) {
  redraw = draw;
  try { requests = JSON.parse(sessionStorage.getItem(KEY)) ?? {}; } catch { requests = {}; }
}

"""##
        ),
        EmbeddedFile(
name: "tillwords.js",
text: ##"""
// The till's words, beside those of the other pages.
import { words } from "./words.js";

export const tillWords = {
  en: {
    tillTitle: "Till",
    tillStanding: "How it stands with the cluster",
    tillShelf: "Items",
    tillFind: "Scan or search an item",
    tillSlip: "What is done",
    tillAsking: "Asking the store’s agent …",
    tillGone: "The store’s agent doesn’t answer. Nothing can be sold here until it does.",
    tillConnected: "Connected to the cluster.",
    tillCutOffBlock: "Cut off since {since} ({age}). Selling goes on with what is allotted to this store.",
    tillCutOffOverdraw: "Cut off since {since} ({age}). Selling goes on; beyond what is allotted it is marked.",
    tillNotReady: "The store’s copy isn’t here yet. The cluster has to be reached once.",
    tillFull: "Too much waits for the cluster. Nothing more can be done until it is reached.",
    tillFrozen: "This till has been stopped: {reason}. Call an operator.",
    OLD_COPY: "its database is an old copy",
    FORKED: "two databases speak for this store",
    STORE_TAKEN: "another agent has taken over the store",
    STORE_FROZEN: "the ledger has frozen the store",
    LEDGER_LOST: "the ledger lost more than is kept here",
    tillOutboxEmpty: "Everything is told",
    tillOutbox: { one: "{count} entry waits to be told", other: "{count} entries wait to be told" },
    tillOutboxAge: "the oldest for {age}",

    tillNoItems: "No item is called that.",
    tillEmptyShelf: "This store’s copy has no items yet.",
    tillMore: "These are the first {count}. Type more of the name to see others.",
    tillOnShelf: "on the shelf",
    tillMaySell: "may be sold now",
    tillReserved: "put by",
    tillAdded: "{title} added.",

    tillSell: "Sell",
    tillReturn: "Return",
    tillCount: "Count",
    tillReceive: "Receive",
    tillDamage: "Damaged",
    tillPickups: "Pick-ups",
    tillDeliveries: "Deliveries",
    tillSellHint: "Scan the first item, or choose it from the list.",
    tillReturnHint: "Choose what comes back.",
    tillCountHint: "Choose what was counted.",
    tillReceiveHint: "Choose what has arrived.",
    tillDamageHint: "Choose what can’t be sold any more. It stays in the book, and is promised to nobody.",
    tillNoPickups: "No order waits to be handed over.",
    tillNoDeliveries: "Nothing is on its way to this store, or has to leave it.",
    tillOrder: "Order",
    tillFrom: "From",
    tillTo: "To",
    tillReceipt: "Number on the receipt",
    tillReceiptHint: "A return needs the sale that it comes from.",
    tillReason: "Why",
    tillBroken: "Broken",
    tillSpoiled: "Spoiled or out of date",
    tillFaulty: "Faulty",
    tillQuantity: "How many of {title}",
    tillLess: "One less of {title}",
    tillMoreOf: "One more of {title}",
    tillRemove: "Take {title} off",
    tillBook: "the book says {count}",
    tillLeft: { one: "{count} may be sold now", other: "{count} may be sold now" },
    tillTotal: "Total",
    tillDoSell: "Sell",
    tillDoReturn: "Take back",
    tillDoCount: "Correct the book",
    tillDoReceive: "Put on the shelf",
    tillDoDamage: "Take out of sale",
    tillDoHandOver: "Hand over",
    tillDoShip: "All of it has left",
    tillDoArrive: "All of it has arrived",
    tillDoing: "One moment …",
    tillClear: "Begin anew",

    tillSold: "Sold",
    tillReturned: "Taken back",
    tillCounted: "The book is right again",
    tillReceived: "On the shelf",
    tillDamaged: "Out of sale",
    tillHandedOver: "Handed over",
    tillShipped: "On its way",
    tillArrived: "Arrived",
    tillReceiptIs: "Receipt",
    tillNowOnShelf: { one: "{title}: {count} on the shelf now", other: "{title}: {count} on the shelf now" },
    tillOverdrawn: { one: "{title}: {count} beyond what was allotted", other: "{title}: {count} beyond what was allotted" },
    tillRefused: "That can’t be done",
    tillShort: "There aren’t that many to sell",
    tillShortCutOff: { one: "{title}: {count} left to sell while cut off, {asked} asked for", other: "{title}: {count} left to sell while cut off, {asked} asked for" },
    tillShortLine: { one: "{title}: {count} left to sell, {asked} asked for", other: "{title}: {count} left to sell, {asked} asked for" },
    tillExceeds: { one: "{title}: {count} left of what was sold, {asked} asked for", other: "{title}: {count} left of what was sold, {asked} asked for" },
    tillUnknown: "Nobody knows yet whether it was done",
    tillUnknownHint: "Ask again: it is the same request, and is done once at most.",
    tillAskAgain: "Ask again",
  },
  "pt-BR": {
    tillTitle: "Caixa",
    tillStanding: "Como está a ligação com o cluster",
    tillShelf: "Artigos",
    tillFind: "Leia o código ou procure um artigo",
    tillSlip: "O que se faz",
    tillAsking: "Perguntando ao agente da loja …",
    tillGone: "O agente da loja não responde. Nada pode ser vendido aqui até que responda.",
    tillConnected: "Ligado ao cluster.",
    tillCutOffBlock: "Sem ligação desde {since} ({age}). A venda continua com o que está destinado a esta loja.",
    tillCutOffOverdraw: "Sem ligação desde {since} ({age}). A venda continua; além do destinado, fica marcada.",
    tillNotReady: "A cópia da loja ainda não chegou. É preciso alcançar o cluster uma vez.",
    tillFull: "Há coisa demais esperando pelo cluster. Nada mais pode ser feito até alcançá-lo.",
    tillFrozen: "Este caixa foi parado: {reason}. Chame um operador.",
    OLD_COPY: "o banco de dados é uma cópia antiga",
    FORKED: "dois bancos de dados falam por esta loja",
    STORE_TAKEN: "outro agente assumiu a loja",
    STORE_FROZEN: "o livro congelou a loja",
    LEDGER_LOST: "o livro perdeu mais do que se guarda aqui",
    tillOutboxEmpty: "Tudo foi contado ao cluster",
    tillOutbox: { one: "{count} lançamento por enviar", other: "{count} lançamentos por enviar" },
    tillOutboxAge: "o mais antigo há {age}",

    tillNoItems: "Nenhum artigo se chama assim.",
    tillEmptyShelf: "A cópia desta loja ainda não tem artigos.",
    tillMore: "Estes são os primeiros {count}. Digite mais do nome para ver outros.",
    tillOnShelf: "na prateleira",
    tillMaySell: "podem ser vendidos agora",
    tillReserved: "separados",
    tillAdded: "{title} incluído.",

    tillSell: "Vender",
    tillReturn: "Devolver",
    tillCount: "Contar",
    tillReceive: "Receber",
    tillDamage: "Avaria",
    tillPickups: "Retiradas",
    tillDeliveries: "Entregas",
    tillSellHint: "Leia o código do primeiro artigo ou escolha na lista.",
    tillReturnHint: "Escolha o que volta.",
    tillCountHint: "Escolha o que foi contado.",
    tillReceiveHint: "Escolha o que chegou.",
    tillDamageHint: "Escolha o que não pode mais ser vendido. Continua no livro, e não é prometido a ninguém.",
    tillNoPickups: "Nenhum pedido espera para ser entregue.",
    tillNoDeliveries: "Nada está a caminho desta loja, nem precisa sair dela.",
    tillOrder: "Pedido",
    tillFrom: "De",
    tillTo: "Para",
    tillReceipt: "Número do recibo",
    tillReceiptHint: "Uma devolução precisa da venda de onde vem.",
    tillReason: "Motivo",
    tillBroken: "Quebrado",
    tillSpoiled: "Estragado ou vencido",
    tillFaulty: "Com defeito",
    tillQuantity: "Quantos de {title}",
    tillLess: "Um a menos de {title}",
    tillMoreOf: "Um a mais de {title}",
    tillRemove: "Tirar {title}",
    tillBook: "o livro diz {count}",
    tillLeft: { one: "{count} pode ser vendido agora", other: "{count} podem ser vendidos agora" },
    tillTotal: "Total",
    tillDoSell: "Vender",
    tillDoReturn: "Aceitar de volta",
    tillDoCount: "Corrigir o livro",
    tillDoReceive: "Pôr na prateleira",
    tillDoDamage: "Tirar da venda",
    tillDoHandOver: "Entregar ao cliente",
    tillDoShip: "Saiu tudo",
    tillDoArrive: "Chegou tudo",
    tillDoing: "Um momento …",
    tillClear: "Começar de novo",

    tillSold: "Vendido",
    tillReturned: "Devolvido",
    tillCounted: "O livro está certo de novo",
    tillReceived: "Na prateleira",
    tillDamaged: "Fora da venda",
    tillHandedOver: "Entregue",
    tillShipped: "A caminho",
    tillArrived: "Chegou",
    tillReceiptIs: "Recibo",
    tillNowOnShelf: { one: "{title}: agora {count} na prateleira", other: "{title}: agora {count} na prateleira" },
    tillOverdrawn: { one: "{title}: {count} além do destinado", other: "{title}: {count} além do destinado" },
    tillRefused: "Isso não pode ser feito",
    tillShort: "Não há tantos para vender",
    tillShortCutOff: { one: "{title}: resta {count} para vender sem ligação, {asked} pedidos", other: "{title}: restam {count} para vender sem ligação, {asked} pedidos" },
    tillShortLine: { one: "{title}: resta {count} para vender, {asked} pedidos", other: "{title}: restam {count} para vender, {asked} pedidos" },
    tillExceeds: { one: "{title}: resta {count} do que foi vendido, {asked} pedidos", other: "{title}: restam {count} do que foi vendido, {asked} pedidos" },
    tillUnknown: "Ninguém sabe ainda se foi feito",
    tillUnknownHint: "Pergunte de novo: é o mesmo pedido, e é feito no máximo uma vez.",
    tillAskAgain: "Perguntar de novo",
  },
};

for (const language of Object.keys(tillWords)) Object.assign(words[language], tillWords[language]);

"""##
        ),
        EmbeddedFile(
name: "words.js",
text: ##"""
// Every word of the pages, in both languages. A test holds the two lists to the same keys and the same holes.
export const words = {
  en: {
    skip: "Skip to the content",
    search: "Search the shelves",
    language: "Language",
    cart: "Cart",
    freshness: "How fresh the stock is",
    promise: "Only a hold is a promise. What you see may be a moment old, and says so.",
    operations: "Operations",
    storefront: "Storefront",

    asking: "Asking how fresh this is …",
    asOf: "Stock as of {age} ago",
    fromNode: "told by {node}",
    cutOff: "We can’t confirm stock right now. Last known {age} ago.",
    cutOffUnknown: "We can’t confirm stock right now, and don’t know how old this is.",
    recovered: "Stock is confirmed again.",

    catalogue: "On the shelf, right now",
    catalogueFor: "“{query}”",
    results: { one: "{count} product", other: "{count} products" },
    resultsMore: "The first {count} products",
    more: "Show more",
    clearSearch: "Clear the search",
    nothingFound: "Nothing on the shelves is called that",
    nothingFoundHint: "Every word must be in the title; the last one may be only its beginning.",
    noItems: "The shelves are empty",
    noItemsHint: "No item has been put into this ledger yet. Bring a catalogue in as CSV files, and it appears here by itself:",
    failed: "The catalogue didn’t come",
    failedHint: "This node could not be reached or could not read its database. We keep trying.",
    tryAgain: "Try again",
    loading: "Loading …",

    inStock: { one: "{count} in stock", other: "{count} in stock" },
    inStockMany: "{count} or more in stock",
    lowStock: { one: "Last one", other: "Last {count}" },
    outOfStock: "Out of stock",
    backorder: "To order",
    notSold: "No longer sold",
    stockUnknown: "Stock unknown",
    noPrice: "Price on request",

    back: "All products",
    notFoundTitle: "There is no such product",
    notFoundHint: "It may have been renamed, or it never was.",
    details: "Details",
    skuLabel: "Article number",
    where: "Where from",
    anywhere: "Wherever it is",
    anywhereHint: "We choose the shop",
    store: "Store",
    warehouse: "Warehouse",
    quantity: "How many",
    less: "One less",
    moreOne: "One more",
    hold: "Hold for 10 minutes",
    holding: "Asking the ledger …",
    holdNote: "Held for you alone while you decide. Nothing is charged.",
    held: { one: "{count} is held for you.", other: "{count} are held for you." },
    toCart: "To the cart",
    changedTo: "{title}: {stock}",
    notReporting: { one: "Store not reporting since {time}, {count} unit guaranteed", other: "Store not reporting since {time}, {count} units guaranteed" },
    notReportingMany: "Store not reporting since {time}, {count} units or more guaranteed",

    cartTitle: "Your cart",
    cartEmpty: "Nothing is held for you",
    cartEmptyHint: "Hold something, and it is yours for ten minutes, whatever others do.",
    browse: "Look around",
    cartLoading: "Asking what is held for you …",
    cartUnknown: "We can’t reach the ledger",
    cartUnknownHint: "What is held for you stays held until its time is up. We keep asking.",
    timeLeft: "Held for you for another",
    timeLeftLabel: "Time left",
    timeLow: "One minute left",
    extend: "Keep 10 minutes longer",
    extended: "Held for another {time}.",
    checkOut: "Check out",
    release: "Give everything back",
    released: "Everything was given back.",
    remove: "Remove",
    removeItem: "Remove {title}",
    fromPlace: "from {place}",
    total: "Total",
    each: "{price} each",
    expiredTitle: "Your hold has ended",
    expiredHint: "The time was up, and the shops have these back. If they are still there, you can hold them again.",
    expiredAnnounce: "Your hold has ended.",
    again: "Try to hold them again",
    confirmedTitle: "It is yours",
    confirmedHint: "The ledger has it under order {order}. No one else can get these units now.",
    order: "Order",
    startOver: "Start a new cart",

    problemTitle: "That didn’t work",
    INSUFFICIENT_STOCK: "Someone was faster.",
    notThatMany: "There aren’t that many.",
    insufficientNone: "{title}: none are left.",
    insufficientSome: { one: "{title}: only {count} is left, you asked for {asked}.", other: "{title}: only {count} are left, you asked for {asked}." },
    takeLeft: { one: "Hold the {count} that is left", other: "Hold the {count} that are left" },
    ITEM_NOT_FOUND: "This product isn’t sold any more.",
    ITEM_ARCHIVED: "This product isn’t sold any more.",
    LOCATION_NOT_FOUND: "There is no such shop.",
    LOCATION_CLOSED: "This shop has closed.",
    RESERVATION_EXPIRED: "The hold had ended, and someone else has the stock.",
    RESERVATION_CLOSED: "This cart was checked out or given back already.",
    RESERVATION_NOT_FOUND: "This hold isn’t known any more.",
    MAX_TTL_REACHED: "It can’t be held any longer. Check out, or give it back.",
    HOLD_QUOTA_EXCEEDED: "There are too many holds in this cart. Let one go first.",
    NO_LEADER: "The shops are being asked who may promise stock. Nothing was held; try again in a moment.",
    OVERLOADED: "Too many are asking at this moment. Nothing was held; try again.",
    OUTCOME_UNKNOWN: "We didn’t hear back in time, so we don’t know whether it was done. Trying again is safe.",
    UNREACHABLE: "We couldn’t reach this node, so we don’t know whether it was done. Trying again is safe.",
    OTHER: "The ledger refused: {detail}",

    opsTitle: "Operations",
    opsLead: "What each node says of itself, and the leader of all. It only looks; changes are made with the command line.",
    nodes: "Nodes",
    node: "Node",
    role: "Role",
    term: "Term",
    position: "Position",
    lag: "Lag",
    ageColumn: "Age",
    state: "State",
    leader: "leader",
    follower: "follower",
    candidate: "candidate",
    learner: "learner",
    askedHere: "you are here",
    ageUnknown: "unknown",
    ageNotTold: "not known, as it doesn’t answer",
    lagEntries: { one: "{count} entry", other: "{count} entries" },
    self: "itself",
    connected: "connected",
    silent: "silent for {age}",
    noLeaderTitle: "No leader answers",
    noLeaderHint: "Writes are refused until one is elected; reads go on, with their age.",
    nodeGone: "This node doesn’t answer. Last heard {age} ago.",
    writeRefused: "This node refuses writes: {why}",
    isJoint: "The members are changing: two majorities decide together.",
    members: "Members",
    part: "Part",
    voter: "voter",
    incoming: "joining the voters",
    outgoing: "leaving the voters",
    address: "Address for peers",
    connection: "Connection",
    sending: "Sending",
    probe: "finding its place",
    replicate: "keeping up",
    snapshot: "gets a whole state",
    writes: "Writes",
    writesHint: "entries of the log, whole cluster",
    perSecond: "{value} / s",
    latency: "Write latency",
    latencyHint: "mean, of what was asked of this node",
    reads: "HTTP latency",
    readsHint: "99 % of this node’s answers within",
    age: "Age",
    ageHint: "of what this node shows, at most",
    reservations: "Reservations",
    reservationsHint: "since this node started",
    heldCount: "held",
    confirmedCount: "confirmed",
    expiredCount: "expired",
    releasedCount: "given back",
    refusedCount: "refused",
    refusedBy: "Refused, by reason",
    noneRefused: "Nothing has been refused.",
    journal: "Journal",
    journalHint: "the newest rows of the ledger, as they are written",
    journalEmpty: "Nothing has happened yet.",
    time: "Time",
    what: "What",
    who: "Who",
    effect: "Effect",
    refused: "refused",
    expiry: "the clock",
    lastMinutes: "the last two minutes",
    chartNow: "{name}: {value} now, at most {most} in the last two minutes",
    pause: "Pause",
    resume: "Go on",
    stores: "Stores",
    storesHint: "sell while they are cut off, and tell afterwards; those of which least is known come first",
    epoch: "Epoch",
    knownAge: "Age of what is known",
    heardOf: "Heard of",
    ago: "{age} ago",
    neverTold: "never told all",
    lastFact: "Last fact",
    allotted: "Allotted",
    conflicts: "Conflicts",
    putAside: "Put aside",
    openConflicts: "Open conflicts",
    noConflicts: "Nothing waits for anybody.",
    moreConflicts: "The first {count} are shown; /v1/conflicts has the others.",
    kind: "Kind",
    item: "Item",
    units: "Units",
    fact: "Fact",
    factName: "{sequence} of epoch {epoch}",
    conflictName: "Name",
    lateFact: "a late fact",
    ACTIVE: "active", FROZEN: "frozen",
    OVERSOLD: "more promised than there is", NEGATIVE_ON_HAND: "less than nothing on hand", UNKNOWN_ITEM: "unknown item",
    UNMATCHED: "document doesn’t match", EDIT: "price changed on both sides", FORK: "two databases for one store",
    cluster: "Cluster {id}",
    onHand: "on hand", reserved: "reserved", unavailable: "set aside", onItsWay: "on its way",
    UPSERT_ITEM: "item", UPSERT_LOCATION: "location", RECEIVE: "receipt", ADJUST: "adjustment", SELL: "sale",
    RESERVE: "hold", EXTEND: "extension", CONFIRM: "confirmation", FULFILL: "handover", RELEASE: "release", EXPIRE: "expiry",
    MARK_UNAVAILABLE: "set aside", WRITE_OFF: "write-off", SET_STOCK_POLICY: "policy", RETURN: "return", COUNT: "count",
    CREATE_TRANSFER: "transfer", SHIP_TRANSFER: "shipment", RECEIVE_TRANSFER: "arrival", CANCEL_TRANSFER: "transfer’s end",
    SET_OFFER: "offer", BATCH: "batch",
    REGISTER_STORE: "store’s agent", SUBMIT_FACTS: "facts", GRANT_ALLOTMENT: "allotment", RECALL_ALLOTMENT: "recall",
    REVOKE_ALLOTMENT: "revocation", RESOLVE_CONFLICT: "decision", REPLAY_FACT: "replayed fact", RETURN_ALLOTMENT: "rights given back",
    SET_ASIDE_FACT: "fact put aside",
  },

  "pt-BR": {
    skip: "Ir para o conteúdo",
    search: "Procurar nas prateleiras",
    language: "Idioma",
    cart: "Carrinho",
    freshness: "Quão recente é o estoque",
    promise: "Só uma reserva é uma promessa. O que você vê pode ter um instante de idade, e diz quanto.",
    operations: "Operações",
    storefront: "Loja",

    asking: "Perguntando quão recente isto é …",
    asOf: "Estoque de {age} atrás",
    fromNode: "segundo {node}",
    cutOff: "Não conseguimos confirmar o estoque agora. Último dado: {age} atrás.",
    cutOffUnknown: "Não conseguimos confirmar o estoque agora, nem sabemos a idade destes dados.",
    recovered: "O estoque está confirmado de novo.",

    catalogue: "Na prateleira, agora",
    catalogueFor: "“{query}”",
    results: { one: "{count} produto", other: "{count} produtos" },
    resultsMore: "Os primeiros {count} produtos",
    more: "Mostrar mais",
    clearSearch: "Limpar a busca",
    nothingFound: "Nada nas prateleiras tem esse nome",
    nothingFoundHint: "Todas as palavras precisam estar no título; da última basta o começo.",
    noItems: "As prateleiras estão vazias",
    noItemsHint: "Nenhum item foi posto neste livro ainda. Traga um catálogo em arquivos CSV, e ele aparece aqui sozinho:",
    failed: "O catálogo não veio",
    failedHint: "Este nó não respondeu ou não conseguiu ler seu banco de dados. Continuamos tentando.",
    tryAgain: "Tentar de novo",
    loading: "Carregando …",

    inStock: { one: "{count} em estoque", other: "{count} em estoque" },
    inStockMany: "{count} ou mais em estoque",
    lowStock: { one: "Última unidade", other: "Últimas {count}" },
    outOfStock: "Esgotado",
    backorder: "Sob encomenda",
    notSold: "Fora de linha",
    stockUnknown: "Estoque desconhecido",
    noPrice: "Preço sob consulta",

    back: "Todos os produtos",
    notFoundTitle: "Esse produto não existe",
    notFoundHint: "Pode ter mudado de nome, ou nunca existiu.",
    details: "Detalhes",
    skuLabel: "Código do artigo",
    where: "De onde",
    anywhere: "De onde houver",
    anywhereHint: "Nós escolhemos a loja",
    store: "Loja",
    warehouse: "Depósito",
    quantity: "Quantos",
    less: "Um a menos",
    moreOne: "Um a mais",
    hold: "Reservar por 10 minutos",
    holding: "Perguntando ao livro …",
    holdNote: "Reservado só para você enquanto decide. Nada é cobrado.",
    held: { one: "{count} está reservado para você.", other: "{count} estão reservados para você." },
    toCart: "Ir ao carrinho",
    changedTo: "{title}: {stock}",
    notReporting: { one: "Loja sem dar notícia desde {time}, {count} unidade garantida", other: "Loja sem dar notícia desde {time}, {count} unidades garantidas" },
    notReportingMany: "Loja sem dar notícia desde {time}, {count} ou mais unidades garantidas",

    cartTitle: "Seu carrinho",
    cartEmpty: "Nada está reservado para você",
    cartEmptyHint: "Reserve algo, e é seu por dez minutos, façam os outros o que fizerem.",
    browse: "Ver os produtos",
    cartLoading: "Perguntando o que está reservado para você …",
    cartUnknown: "Não conseguimos falar com o livro",
    cartUnknownHint: "O que está reservado para você continua reservado até o prazo acabar. Seguimos perguntando.",
    timeLeft: "Reservado para você por mais",
    timeLeftLabel: "Tempo restante",
    timeLow: "Falta um minuto",
    extend: "Manter mais 10 minutos",
    extended: "Reservado por mais {time}.",
    checkOut: "Finalizar",
    release: "Devolver tudo",
    released: "Tudo foi devolvido.",
    remove: "Remover",
    removeItem: "Remover {title}",
    fromPlace: "de {place}",
    total: "Total",
    each: "{price} cada",
    expiredTitle: "Sua reserva acabou",
    expiredHint: "O prazo passou, e as lojas têm tudo de volta. Se ainda estiver lá, você pode reservar de novo.",
    expiredAnnounce: "Sua reserva acabou.",
    again: "Tentar reservar de novo",
    confirmedTitle: "É seu",
    confirmedHint: "O livro registrou o pedido {order}. Ninguém mais consegue estas unidades.",
    order: "Pedido",
    startOver: "Começar outro carrinho",

    problemTitle: "Não deu certo",
    INSUFFICIENT_STOCK: "Alguém foi mais rápido.",
    notThatMany: "Não há tantos.",
    insufficientNone: "{title}: não há mais nenhum.",
    insufficientSome: { one: "{title}: só resta {count}, você pediu {asked}.", other: "{title}: só restam {count}, você pediu {asked}." },
    takeLeft: { one: "Reservar o {count} que resta", other: "Reservar os {count} que restam" },
    ITEM_NOT_FOUND: "Este produto não é mais vendido.",
    ITEM_ARCHIVED: "Este produto não é mais vendido.",
    LOCATION_NOT_FOUND: "Essa loja não existe.",
    LOCATION_CLOSED: "Esta loja fechou.",
    RESERVATION_EXPIRED: "A reserva tinha acabado, e outra pessoa ficou com o estoque.",
    RESERVATION_CLOSED: "Este carrinho já foi finalizado ou devolvido.",
    RESERVATION_NOT_FOUND: "Esta reserva não é mais conhecida.",
    MAX_TTL_REACHED: "Não dá para reservar por mais tempo. Finalize, ou devolva.",
    HOLD_QUOTA_EXCEEDED: "Há reservas demais neste carrinho. Libere uma antes.",
    NO_LEADER: "As lojas estão decidindo quem pode prometer estoque. Nada foi reservado; tente daqui a pouco.",
    OVERLOADED: "Há gente demais perguntando agora. Nada foi reservado; tente de novo.",
    OUTCOME_UNKNOWN: "A resposta não chegou a tempo, e não sabemos se foi feito. Tentar de novo é seguro.",
    UNREACHABLE: "Este nó não respondeu, e não sabemos se foi feito. Tentar de novo é seguro.",
    OTHER: "O livro recusou: {detail}",

    opsTitle: "Operações",
    opsLead: "O que cada nó diz de si, e o líder de todos. Aqui só se olha; mudanças são feitas na linha de comando.",
    nodes: "Nós",
    node: "Nó",
    role: "Papel",
    term: "Mandato",
    position: "Posição",
    lag: "Atraso",
    ageColumn: "Idade",
    state: "Estado",
    leader: "líder",
    follower: "seguidor",
    candidate: "candidato",
    learner: "aprendiz",
    askedHere: "você está aqui",
    ageUnknown: "desconhecida",
    ageNotTold: "não se sabe, pois ele não responde",
    lagEntries: { one: "{count} entrada", other: "{count} entradas" },
    self: "ele mesmo",
    connected: "conectado",
    silent: "calado há {age}",
    noLeaderTitle: "Nenhum líder responde",
    noLeaderHint: "Escritas são recusadas até um ser eleito; leituras continuam, com sua idade.",
    nodeGone: "Este nó não responde. Última notícia: {age} atrás.",
    writeRefused: "Este nó recusa escritas: {why}",
    isJoint: "Os membros estão mudando: duas maiorias decidem juntas.",
    members: "Membros",
    part: "Parte",
    voter: "votante",
    incoming: "entrando nos votantes",
    outgoing: "saindo dos votantes",
    address: "Endereço entre pares",
    connection: "Conexão",
    sending: "Envio",
    probe: "achando seu lugar",
    replicate: "acompanhando",
    snapshot: "recebe um estado inteiro",
    writes: "Escritas",
    writesHint: "entradas do log, cluster inteiro",
    perSecond: "{value} / s",
    latency: "Latência de escrita",
    latencyHint: "média, do que foi pedido a este nó",
    reads: "Latência HTTP",
    readsHint: "99 % das respostas deste nó em até",
    age: "Idade",
    ageHint: "do que este nó mostra, no máximo",
    reservations: "Reservas",
    reservationsHint: "desde que este nó começou",
    heldCount: "feitas",
    confirmedCount: "confirmadas",
    expiredCount: "vencidas",
    releasedCount: "devolvidas",
    refusedCount: "recusadas",
    refusedBy: "Recusadas, por motivo",
    noneRefused: "Nada foi recusado.",
    journal: "Diário",
    journalHint: "as linhas mais novas do livro, conforme são escritas",
    journalEmpty: "Nada aconteceu ainda.",
    time: "Hora",
    what: "O quê",
    who: "Quem",
    effect: "Efeito",
    refused: "recusado",
    expiry: "o relógio",
    lastMinutes: "os últimos dois minutos",
    chartNow: "{name}: {value} agora, no máximo {most} nos últimos dois minutos",
    pause: "Pausar",
    resume: "Continuar",
    stores: "Lojas",
    storesHint: "vendem enquanto estão isoladas, e contam depois; primeiro aquelas de que menos se sabe",
    epoch: "Época",
    knownAge: "Idade do que se sabe",
    heardOf: "Última notícia",
    ago: "{age} atrás",
    neverTold: "nunca contou tudo",
    lastFact: "Último fato",
    allotted: "Alocado",
    conflicts: "Conflitos",
    putAside: "De lado",
    openConflicts: "Conflitos abertos",
    noConflicts: "Nada espera por ninguém.",
    moreConflicts: "Estes são os primeiros {count}; /v1/conflicts tem os outros.",
    kind: "Tipo",
    item: "Item",
    units: "Unidades",
    fact: "Fato",
    factName: "{sequence} da época {epoch}",
    conflictName: "Nome",
    lateFact: "um fato tardio",
    ACTIVE: "ativa", FROZEN: "congelada",
    OVERSOLD: "prometido mais do que há", NEGATIVE_ON_HAND: "menos que nada em mãos", UNKNOWN_ITEM: "item desconhecido",
    UNMATCHED: "documento não confere", EDIT: "preço mudado dos dois lados", FORK: "dois bancos de dados para uma loja",
    cluster: "Cluster {id}",
    onHand: "em mãos", reserved: "reservado", unavailable: "separado", onItsWay: "a caminho",
    UPSERT_ITEM: "item", UPSERT_LOCATION: "local", RECEIVE: "recebimento", ADJUST: "ajuste", SELL: "venda",
    RESERVE: "reserva", EXTEND: "prorrogação", CONFIRM: "confirmação", FULFILL: "entrega", RELEASE: "devolução", EXPIRE: "vencimento",
    MARK_UNAVAILABLE: "separação", WRITE_OFF: "baixa", SET_STOCK_POLICY: "política", RETURN: "retorno", COUNT: "contagem",
    CREATE_TRANSFER: "transferência", SHIP_TRANSFER: "envio", RECEIVE_TRANSFER: "chegada", CANCEL_TRANSFER: "fim da transferência",
    SET_OFFER: "oferta", BATCH: "lote",
    REGISTER_STORE: "agente da loja", SUBMIT_FACTS: "fatos", GRANT_ALLOTMENT: "alocação", RECALL_ALLOTMENT: "pedido de volta",
    REVOKE_ALLOTMENT: "revogação", RESOLVE_CONFLICT: "decisão", REPLAY_FACT: "fato retomado", RETURN_ALLOTMENT: "direitos devolvidos",
    SET_ASIDE_FACT: "fato posto de lado",
  },
};

"""##
        ),
    ]
}
