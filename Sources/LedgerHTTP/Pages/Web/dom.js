// Elements made by hand. Text goes in as text only: nothing that came from the ledger is ever read as HTML.

function make(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** An HTML element with attributes, `on…` listeners and children; strings become text. */
export function h(tag, attributes, ...children) {
  return make(document.createElement(tag), attributes, children);
}

/** The same in SVG. */
export function s(tag, attributes, ...children) {
  return make(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** Sets the text of an element, and leaves it alone when it says so already. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Marks an element for a moment as changed. */
export function glow(node) {
  node.classList.remove("changed");
  void node.offsetWidth; // begins the animation anew
  node.classList.add("changed");
}

const announcer = document.getElementById("announcer");
let silence;

/** Tells a screen reader, politely. */
export function announce(text) {
  clearTimeout(silence);
  announcer.textContent = "";
  // Emptied first, or the same words twice would be heard once.
  silence = setTimeout(() => { announcer.textContent = text; }, 60);
}
