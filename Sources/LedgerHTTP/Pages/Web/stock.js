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
