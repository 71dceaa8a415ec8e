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
