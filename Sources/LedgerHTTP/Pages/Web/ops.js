// The operations page: asks its node once a second, and only looks.
import { refreshStores } from "./agents.js";
import { get, moment, since } from "./api.js";
import { chart } from "./chart.js";
import { announce, h, say } from "./dom.js";
import { refreshJournal } from "./journal.js";
import { membersTable, nodesTable } from "./nodes.js";
import { Rates, byLabel } from "./rates.js";
import { age, number, onLanguage, startLanguage, t } from "./text.js";

const element = (id) => document.getElementById(id);
const small = (value) => number(value, { maximumFractionDigits: value < 10 ? 1 : 0 });
const milliseconds = (value) => `${small(value)}\u00a0ms`;

const charts = {
  writes: chart({ id: "now-writes", format: (value) => t("perSecond", { value: small(value) }), least: 10 }),
  answers: chart({ id: "now-answers", format: milliseconds, least: 1 }),
  http: chart({ id: "now-http", format: milliseconds, least: 1 }),
  age: chart({ id: "now-age", format: milliseconds, least: 100 }),
};
const rates = new Rates();
let state = null;
let heard = null;
let notice = "";
let isPaused = false;

function nameCharts() {
  charts.writes.name(t("writes"), t("writesHint"));
  charts.answers.name(t("latency"), t("latencyHint"));
  charts.http.name(t("reads"), t("readsHint"));
  charts.age.name(t("age"), t("ageHint"));
}

const describe = (name, value, most) => t("chartNow", { name, value, most });

function addPoints(values) {
  for (const [name, one] of Object.entries(charts)) one.add(values[name] ?? null, describe);
}

/** What is wrong, in whole sentences; nothing when all is well. */
function problems() {
  if (heard && since(heard) > 3000) return [["bad", t("nodeGone", { age: age(since(heard)) })]];
  if (!state) return [];
  const found = [];
  if (!state.leader) found.push(["bad", `${t("noLeaderTitle")}. ${t("noLeaderHint")}`]);
  if (state.node.writeRefusal) found.push(["bad", t("writeRefused", { why: state.node.writeRefusal })]);
  if (state.joint) found.push(["warn", t("isJoint")]);
  return found;
}

function drawNotices() {
  const found = problems();
  document.body.classList.toggle("unheard", heard !== null && since(heard) > 3000);
  const root = element("notices");
  root.replaceChildren(...found.map(([kind, text]) => h("p", { class: `alert ${kind}` }, text)));
  const kinds = found.map(([kind]) => kind).join();
  if (kinds !== notice && found.length) announce(found[0][1]);
  notice = kinds;
}

/** The reservations that this node has seen come and go. */
function drawReservations() {
  const counters = state.counters;
  const family = "estoque_reservations_total";
  const outcomes = new Map(byLabel(counters, family, "state"));
  const count = (name) => outcomes.get(name) ?? 0;
  const refused = byLabel(counters, "estoque_reservations_refused_total", "reason").filter(([, value]) => value > 0)
    .sort((a, b) => b[1] - a[1]);
  const tally = [["heldCount", count("held")], ["confirmedCount", count("confirmed")], ["expiredCount", count("expired")],
    ["releasedCount", count("released")], ["refusedCount", refused.reduce((sum, [, value]) => sum + value, 0)]];
  element("reservations").replaceChildren(
    h("dl", { class: "tally" }, tally.map(([key, value]) => h("div", {}, h("dt", {}, t(key)), h("dd", { class: "number", id: key }, number(value))))),
    h("h3", {}, t("refusedBy")),
    refused.length ? h("ul", { class: "reasons" }, refused.slice(0, 12).map(([reason, value]) => h("li", {}, h("code", {}, reason.toUpperCase()), h("span", { class: "number" }, number(value)))))
      : h("p", { class: "muted small" }, t("noneRefused")));
}

function draw() {
  say(element("cluster-name"), state.cluster ? t("cluster", { id: state.cluster.slice(0, 8) }) : "");
  element("nodes").replaceChildren(nodesTable(state));
  element("members").replaceChildren(membersTable(state));
  drawReservations();
}

async function ask() {
  try {
    const { data } = await get("/v1/cluster", 2500);
    state = data;
    heard = moment();
    addPoints({ ...rates.take(data, performance.now() / 1000), age: data.node.stalenessMs });
    draw();
    if (!isPaused) await refreshJournal(element("journal"));
    await refreshStores(element("stores-panel"));
  } catch (failure) {
    if (failure.status === undefined) throw failure;
    rates.forget();
    addPoints({});
  }
  drawNotices();
}

async function run() {
  if (!document.hidden) await ask().catch((error) => { console.error(error); });
  setTimeout(run, 1000);
}

element("pause").addEventListener("click", (event) => {
  isPaused = !isPaused;
  event.target.dataset.text = isPaused ? "resume" : "pause";
  event.target.setAttribute("aria-pressed", String(isPaused));
  say(event.target, t(event.target.dataset.text));
});
element("charts").append(...Object.values(charts).map((one) => one.node));
onLanguage(() => {
  nameCharts();
  document.title = `${t("opsTitle")} · Estoque`;
  if (state) draw();
  drawNotices();
});
startLanguage();
document.title = `${t("opsTitle")} · Estoque`;
nameCharts();
run();
