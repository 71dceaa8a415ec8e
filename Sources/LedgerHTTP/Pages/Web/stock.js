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

/**
 * Watches SKUs until the function that it returns is called. `changed` gets the SKUs of which something may have
 * changed; what is so then, it asks for itself, so that an event that comes twice or late does no harm.
 */
export function watch(skus, changed) {
  let stream = null;
  let poll = null;
  let retry = null;
  let isStopped = false;
  const isWatched = new Set(skus);

  const ask = () => { if (!isStopped && !document.hidden) changed([...isWatched]); };
  // A page that nobody sees holds no connection: browsers have few for each server, and nodes have others to serve.
  const seen = () => {
    if (document.hidden) {
      stopPolling();
      clearTimeout(retry);
      stream?.close();
    } else if (!isStopped) {
      startPolling();
      connect();
      ask();
    }
  };
  const startPolling = () => { poll ??= setInterval(ask, POLL); };
  const stopPolling = () => { clearInterval(poll); poll = null; };

  function connect() {
    if (isStopped || document.hidden) return;
    stream?.close();
    stream = new EventSource(`/v1/changes?mode=latest&${query([...isWatched].slice(0, BATCH))}`);
    const certified = (event) => {
      const data = JSON.parse(event.data);
      // The first word of a stream says that it flows: asking on would only be a load.
      if (poll) { stopPolling(); ask(); }
      certify({ staleness: data.stalenessMs ?? null, node: data.node, position: data.position, at: moment() });
    };
    stream.addEventListener("bookmark", certified);
    for (const kind of ["availability", "price", "item"]) {
      stream.addEventListener(kind, (event) => {
        const { sku } = JSON.parse(event.data);
        if (isWatched.has(sku)) changed([sku]);
      });
    }
    stream.addEventListener("location", ask);
    stream.addEventListener("reset", ask);
    stream.addEventListener("error", () => {
      startPolling();
      // The browser comes back by itself after a lost connection, but not after a refusal.
      if (stream.readyState === EventSource.CLOSED && !isStopped) {
        clearTimeout(retry);
        retry = setTimeout(connect, 3000 + Math.random() * 2000);
      }
    });
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
  let waiting = new Set();
  let timer = null;
  let isRunning = false;
  async function run() {
    timer = null;
    if (isRunning) { timer = setTimeout(run, pause); return; }
    const skus = [...waiting];
    waiting = new Set();
    isRunning = true;
    try { await work(skus); } catch { /* the age of what is shown tells the reader */ } finally { isRunning = false; }
  }
  return (skus) => {
    for (const sku of skus) waiting.add(sku);
    timer ??= setTimeout(run, pause);
  };
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
