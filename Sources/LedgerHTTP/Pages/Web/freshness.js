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
