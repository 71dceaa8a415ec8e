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
