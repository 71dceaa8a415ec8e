// A picture for what has none: an azulejo, the same one for the same SKU wherever it is shown.
import { s } from "./dom.js";

/** Ground, then the colours of the glaze from the broad strokes to the small ones. */
const GLAZES = [
  ["#f5f0e3", "#1d4e9e", "#9db9df", "#d79a2b"],
  ["#edf2ec", "#1f6a68", "#97c4bb", "#dfae45"],
  ["#f7ece7", "#8b3046", "#dba9a8", "#c8973c"],
  ["#f3f1e0", "#5a6a29", "#bcc384", "#c2683a"],
  ["#eef0f3", "#2c3b57", "#a5b4ca", "#c98a49"],
  ["#f8ede2", "#b0522b", "#e3b898", "#2e6e8e"],
  ["#f1eef5", "#57407f", "#b9abd6", "#d9a441"],
];

/** Numbers from 0 to 1, out of a text: always the same ones. */
function chance(text) {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) state = Math.imul(state ^ byte, 0x01000193);
  // Texts that end alike must not look alike.
  for (const factor of [0x85ebca6b, 0xc2b2ae35]) state = Math.imul(state ^ (state >>> 15), factor);
  state ^= state >>> 16;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

// Shapes are lists of [command, x, y, x, y, …] in a cell of 100 by 100.
const polygon = (points) => [...points.map(([x, y], index) => [index ? "L" : "M", x, y]), ["Z"]];
const diamond = (x, y, r) => polygon([[x, y - r], [x + r, y], [x, y + r], [x - r, y]]);
function disc(x, y, r) {
  const k = r * 0.5523;
  return [
    ["M", x, y - r], ["C", x + k, y - r, x + r, y - k, x + r, y], ["C", x + r, y + k, x + k, y + r, x, y + r],
    ["C", x - k, y + r, x - r, y + k, x - r, y], ["C", x - r, y - k, x - k, y - r, x, y - r], ["Z"],
  ];
}
function star(x, y, r, points, depth) {
  return polygon(Array.from({ length: points * 2 }, (_, index) => {
    const angle = (Math.PI * index) / points;
    const reach = index % 2 ? r * depth : r;
    return [x + reach * Math.sin(angle), y - reach * Math.cos(angle)];
  }));
}
/** A petal from one point to another, `width` across. */
function petal(x1, y1, x2, y2, width) {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [nx, ny] = [(-(y2 - y1) / length) * width, ((x2 - x1) / length) * width];
  const at = (part, side) => [x1 + (x2 - x1) * part + nx * side, y1 + (y2 - y1) * part + ny * side];
  return [["M", x1, y1], ["C", ...at(0.3, 1), ...at(0.75, 1), x2, y2], ["C", ...at(0.75, -1), ...at(0.3, -1), x1, y1], ["Z"]];
}

/** The layers of a cell, drawn for one quarter turn; each is [colour, shapes, shapes cut out of them]. */
function design(random) {
  const pick = (...choices) => choices[Math.floor(random() * choices.length)];
  const between = (low, high) => low + random() * (high - low);
  const corner = between(24, 36);
  const layers = [];
  layers.push(pick(
    () => [2, [disc(0, 0, corner)], [disc(0, 0, corner * 0.72)]],
    () => [2, [diamond(0, 0, corner * 1.25)], [diamond(0, 0, corner * 0.85)]],
    () => [2, [disc(0, 0, corner)], []],
    () => [2, [petal(50, 50, 0, 0, between(16, 24))], []],
  )());
  const reach = between(2, 10);
  const width = between(11, 19);
  layers.push(pick(
    () => [1, [petal(50, 50, 50, reach, width)], [petal(50, 42, 50, reach + 12, width * 0.45)]],
    () => [1, [petal(50, 46, 34, reach + 4, width * 0.62), petal(50, 46, 66, reach + 4, width * 0.62)], []],
    () => [1, [petal(50, 50, 50, reach, width * 0.8), petal(50, 50, 22, 22, width * 0.55)], []],
    () => [1, [diamond(50, 20, between(9, 14)), petal(50, 50, 24, 24, width * 0.8)], [diamond(50, 20, 4.5)]],
  )());
  layers.push(pick(
    () => [1, [disc(0, 0, corner * 0.42)], []],
    () => [1, [star(0, 0, corner * 0.62, 4, 0.42)], []],
    () => [1, [diamond(0, 0, corner * 0.5)], []],
  )());
  layers.push(pick(
    () => [3, [disc(50, 50, between(7, 10))], [disc(50, 50, 3.2)]],
    () => [3, [star(50, 50, between(11, 15), 8, 0.5)], []],
    () => [3, [diamond(50, 50, between(9, 13))], []],
  )());
  layers.push(pick(
    () => [3, [disc(0, 0, corner * 0.2)], []],
    () => [3, [disc(25, 25, between(2.4, 3.6))], []],
    () => [3, [disc(50, 7, 2.6), disc(0, 0, 4)], []],
  )());
  return layers;
}

/** The path of shapes in all four quarter turns of every cell. */
function path(shapes, cells) {
  const turns = [[1, 0, 0, 1], [0, -1, 1, 0], [-1, 0, 0, -1], [0, 1, -1, 0]];
  let text = "";
  for (let cell = 0; cell < cells * cells; cell += 1) {
    const [left, top] = [(cell % cells) * 100 + 50, Math.floor(cell / cells) * 100 + 50];
    for (const [a, b, c, d] of turns) {
      for (const [command, ...numbers] of shapes.flat()) {
        text += command;
        for (let index = 0; index < numbers.length; index += 2) {
          const [x, y] = [numbers[index] - 50, numbers[index + 1] - 50];
          text += `${(a * x + b * y + left).toFixed(1)} ${(c * x + d * y + top).toFixed(1)} `;
        }
      }
    }
  }
  return text;
}

/** The picture of a SKU, of `cells` by `cells` repeats; decoration, so nothing is read out. */
export function tile(sku, cells = 2) {
  const random = chance(sku);
  const glaze = GLAZES[Math.floor(random() * GLAZES.length)];
  const size = cells * 100;
  const picture = s("svg", { class: "tile", viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true", focusable: "false" },
    s("rect", { width: size, height: size, fill: glaze[0] }));
  for (const [colour, shapes, holes] of design(random)) {
    picture.append(s("path", { d: path(shapes, cells), fill: glaze[colour] }));
    if (holes.length) picture.append(s("path", { d: path(holes, cells), fill: glaze[0] }));
  }
  const joints = Array.from({ length: cells - 1 }, (_, index) => `M${(index + 1) * 100} 0V${size}M0 ${(index + 1) * 100}H${size}`).join("");
  if (joints) picture.append(s("path", { d: joints, stroke: glaze[2], "stroke-opacity": ".55", "stroke-width": "1", fill: "none" }));
  return picture;
}
