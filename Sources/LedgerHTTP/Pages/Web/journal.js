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
