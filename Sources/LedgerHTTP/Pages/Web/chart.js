// A line over the last two minutes, drawn by hand in SVG.
import { h, s, say } from "./dom.js";

/** One point a second. */
const POINTS = 120;
const WIDTH = 480;
const HEIGHT = 96;

/** The next round number above: 1, 2 or 5 times a power of ten. */
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value) ?? value;
}

/** A chart with a name and what it is of; `format` makes text of a value, `least` is the smallest scale. */
export function chart({ id, format, least = 1 }) {
  const values = [];
  const area = s("path", { class: "chart-area" });
  const line = s("path", { class: "chart-line", "vector-effect": "non-scaling-stroke" });
  const grid = s("path", { class: "chart-grid", d: `M0 .5H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT - 0.5}H${WIDTH}`, "vector-effect": "non-scaling-stroke" });
  const picture = s("svg", { class: "chart-picture", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" }, grid, area, line);
  const name = h("h3", { class: "chart-name" });
  const hint = h("p", { class: "muted small chart-hint" });
  const now = h("p", { class: "chart-now number", id });
  const scale = h("p", { class: "chart-scale muted number", "aria-hidden": "true" });
  const node = h("figure", { class: "panel chart" }, h("figcaption", {}, name, now), hint, h("div", { class: "chart-box" }, picture, scale));

  function draw(describe) {
    const known = values.filter((value) => value !== null);
    const top = ceiling(Math.max(least, ...known));
    const x = (index) => WIDTH - ((values.length - 1 - index) * WIDTH) / (POINTS - 1);
    const y = (value) => HEIGHT - 1 - (value / top) * (HEIGHT - 2);
    // A second of which nothing is known leaves a gap: no line is drawn through what wasn't seen.
    let path = "";
    let below = "";
    let start = null;
    for (let index = 0; index <= values.length; index += 1) {
      const value = values[index];
      if (value === null || value === undefined) {
        if (start !== null) below += `L${x(index - 1).toFixed(1)} ${HEIGHT}L${x(start).toFixed(1)} ${HEIGHT}Z`;
        start = null;
        continue;
      }
      const point = `${start === null ? "M" : "L"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
      path += point;
      below += point;
      start ??= index;
    }
    line.setAttribute("d", path);
    area.setAttribute("d", below);
    say(scale, format(top));
    const last = values.at(-1);
    say(now, last === null || last === undefined ? "–" : format(last));
    picture.setAttribute("aria-label", describe(name.textContent, now.textContent, format(Math.max(0, ...known))));
  }

  return {
    node,
    name(text, about) { say(name, text); say(hint, about); },
    /** Adds the next second; null when nothing is known of it. */
    add(value, describe) {
      values.push(value);
      if (values.length > POINTS) values.shift();
      draw(describe);
    },
  };
}
