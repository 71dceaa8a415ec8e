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
