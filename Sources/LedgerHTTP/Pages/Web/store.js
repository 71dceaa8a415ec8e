// The storefront: which page is shown, the search, and the way from one to the other.
import { basket } from "./basket.js";
import { cart } from "./cart.js";
import { catalogue } from "./catalogue.js";
import { say } from "./dom.js";
import { startFreshness } from "./freshness.js";
import { product } from "./product.js";
import { clock, onLanguage, startLanguage, t } from "./text.js";

const main = document.getElementById("main");
const search = document.getElementById("search");
let view = null;
/** The address of what is shown. */
let shown = "";
const address = () => location.pathname + location.search;

/** Shows the page of the address. */
function show({ focuses = false } = {}) {
  view?.end();
  shown = address();
  const item = location.pathname.match(/^\/item\/([^/]+)$/);
  const query = new URLSearchParams(location.search).get("q") ?? "";
  if (item) view = product(main, decoded(item[1]), navigate);
  else if (location.pathname === "/cart") view = basket(main, navigate);
  else view = catalogue(main, query.trim(), navigate);
  document.title = view.title ? `${view.title} · Estoque` : "Estoque";
  if (document.activeElement !== search) search.value = item || location.pathname === "/cart" ? "" : query;
  if (focuses) {
    scrollTo(0, 0);
    // A screen reader goes on where the new page begins.
    view.heading.tabIndex = -1;
    view.heading.focus({ preventScroll: true });
  }
}

function decoded(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

/** Goes to a page of this shop without loading it anew. */
function navigate(path, { replaces = false, focuses = !replaces } = {}) {
  if (replaces) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  show({ focuses });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || !/^\/($|item\/|cart$)/.test(url.pathname) || url.hash) return;
  event.preventDefault();
  navigate(url.pathname + url.search);
});
// A leap within the page, such as to its content, is told in the same way, and shows nothing new.
addEventListener("popstate", () => { if (address() !== shown) show(); });

// The search begins as one types, and each pause is one question.
let typing = null;
function find() {
  clearTimeout(typing);
  const text = search.value.trim();
  const path = text ? `/?q=${encodeURIComponent(text)}` : "/";
  if (address() === path) return;
  navigate(path, { replaces: location.pathname === "/", focuses: false });
}
search.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(find, 250);
});
search.form.addEventListener("submit", (event) => { event.preventDefault(); find(); });
document.addEventListener("keydown", (event) => {
  const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
  if (event.key === "/" && !isTyping && !event.metaKey && !event.ctrlKey && !event.altKey) {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === "ArrowDown" && document.activeElement === search) {
    const first = main.querySelector(".card-link");
    if (first) { event.preventDefault(); first.focus(); }
  } else if (/^Arrow/.test(event.key) && document.activeElement?.matches(".card-link")) {
    move(event);
  }
});

/** Arrow keys go from card to card, by where they are. */
function move(event) {
  const links = [...main.querySelectorAll(".card-link")];
  const here = links.indexOf(document.activeElement);
  const top = links[here].getBoundingClientRect();
  const column = links.filter((link) => Math.abs(link.getBoundingClientRect().left - top.left) < 4);
  const next = {
    ArrowRight: links[here + 1], ArrowLeft: links[here - 1],
    ArrowDown: column[column.indexOf(links[here]) + 1], ArrowUp: column[column.indexOf(links[here]) - 1],
  }[event.key];
  if (next) { event.preventDefault(); next.focus(); }
  else if (event.key === "ArrowUp") { event.preventDefault(); search.focus(); }
}

const cartLink = document.getElementById("cart-link");
const cartTime = document.getElementById("cart-time");
const [cartCount, cartClock] = cartTime.children;
function drawCart() {
  const isHeld = cart.phase === "held";
  cartTime.hidden = !isHeld && cart.phase !== "expired";
  cartLink.dataset.phase = cart.phase;
  if (isHeld) { say(cartCount, String(cart.count)); say(cartClock, clock(cart.left)); }
  else if (cart.phase === "expired") { say(cartCount, ""); say(cartClock, "!"); }
  cartLink.setAttribute("aria-label", isHeld ? `${t("cart")}: ${t("held", { count: cart.count })}`
    : cart.phase === "expired" ? `${t("cart")}: ${t("expiredTitle")}` : t("cart"));
}
cart.addEventListener("change", drawCart);
setInterval(drawCart, 1000);

onLanguage(() => { drawCart(); show(); });
startLanguage();
startFreshness();
cart.load();
show();
