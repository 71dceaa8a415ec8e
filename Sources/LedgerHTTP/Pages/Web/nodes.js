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
