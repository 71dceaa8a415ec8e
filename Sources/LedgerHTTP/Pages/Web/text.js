// The reader's language: words, plurals, money, numbers and times.
import { words } from "./words.js";

const KEY = "estoque.language";
const LANGUAGES = ["en", "pt-BR"];

function remembered() {
  try { return localStorage.getItem(KEY); } catch { return null; }
}

function preferred() {
  for (const tag of navigator.languages ?? []) {
    if (/^pt\b/i.test(tag)) return "pt-BR";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "en";
}

let language = LANGUAGES.includes(remembered()) ? remembered() : preferred();
/** English as it is written where the reader is: dates and numbers differ. */
const english = (navigator.languages ?? []).find((tag) => /^en\b/i.test(tag)) ?? "en";
const locale = () => (language === "en" ? english : language);

let formats = new Map();
function format(kind, options) {
  const key = JSON.stringify([kind.name, options]);
  if (!formats.has(key)) formats.set(key, new kind(locale(), options));
  return formats.get(key);
}

/** The words for a key, with `{name}` filled in; with `count`, the plural that fits. */
export function t(key, values = {}) {
  let text = words[language][key];
  // Nothing is many in both languages, whatever Portuguese's rules for numbers say.
  if (typeof text === "object") text = text[values.count === 0 ? "other" : format(Intl.PluralRules, {}).select(values.count)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : String(value ?? "");
  });
}

/** Whether there are words for a key: other names are shown as they are. */
export const named = (key) => (Object.hasOwn(words[language], key) ? t(key) : key);

export const number = (value, options = {}) => format(Intl.NumberFormat, options).format(value);

/** A price in minor units of its currency. */
export function money(price, quantity = 1) {
  if (!price) return "";
  try {
    const style = format(Intl.NumberFormat, { style: "currency", currency: price.currency });
    const digits = style.resolvedOptions().maximumFractionDigits;
    return style.format((price.amount * quantity) / 10 ** digits);
  } catch {
    return `${price.amount * quantity} ${price.currency}`;
  }
}

/** `0.3 s`, `14 s`, `3 min`: an age, in as many digits as it deserves; rounded up, as a bound is. */
export function age(milliseconds) {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${number(Math.ceil(seconds * 10) / 10, { minimumFractionDigits: 1 })}\u00a0s`;
  if (seconds < 119) return `${number(Math.ceil(seconds))}\u00a0s`;
  return `${number(Math.ceil(seconds / 60))}\u00a0min`;
}

/** `9:05`, for what runs down. */
export function clock(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const rest = String(seconds % 60).padStart(2, "0");
  return seconds < 3600
    ? `${Math.floor(seconds / 60)}:${rest}`
    : `${Math.floor(seconds / 3600)}:${String(Math.floor(seconds / 60) % 60).padStart(2, "0")}:${rest}`;
}

export const time = (date) => format(Intl.DateTimeFormat, { timeStyle: "short" }).format(date);
export const timeOfDay = (date) => format(Intl.DateTimeFormat, { timeStyle: "medium" }).format(date);

const listeners = new Set();
/** Calls back after each change of the language. */
export const onLanguage = (listener) => listeners.add(listener);
export const currentLanguage = () => language;

/** Puts words into what the server sent: `data-text` is content, `data-label` and `data-placeholder` are attributes. */
function translateDocument() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = t(node.dataset.text);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  for (const node of document.querySelectorAll("[data-placeholder]")) node.placeholder = t(node.dataset.placeholder);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
}

/** Takes up the language and listens to its switch. */
export function startLanguage() {
  translateDocument();
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => {
      language = button.dataset.language;
      try { localStorage.setItem(KEY, language); } catch { /* it lasts as long as the page then */ }
      formats = new Map();
      translateDocument();
      for (const listener of listeners) listener();
    });
  }
}
