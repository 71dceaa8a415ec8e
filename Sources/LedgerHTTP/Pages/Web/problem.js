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
