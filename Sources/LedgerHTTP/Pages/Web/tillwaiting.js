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
