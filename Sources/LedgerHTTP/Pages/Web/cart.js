// One hold on everything in the cart: taken, changed, extended, confirmed or given back in one step each.
//
// The browser keeps identities only. The secret is random and makes the cart the reader's: there are no accounts.
import { Failure, command, get, segment, since, uuid } from "./api.js";

const KEY = "estoque.cart";
/** How long a hold lasts, and is extended by. */
export const TTL = 10 * 60 * 1000;

function secret() {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

class Cart extends EventTarget {
  /** `secret` and the ids of the hold that stands and of the one that may have been taken. */
  #kept = { secret: secret(), hold: null, pending: null };
  #timer = null;

  /** The reservation as the ledger last told, or null. */
  hold = null;
  /** empty, loading, held, expired, confirmed, or unknown while nobody can say. */
  phase = "loading";
  isBusy = false;
  #endsIn = 0;
  #toldAt = null;

  constructor() {
    super();
    this.#restore();
    addEventListener("storage", (event) => {
      if (event.key === KEY) { this.#restore(); this.load(); }
    });
    addEventListener("online", () => this.load());
  }

  #restore() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY));
      if (kept?.secret) this.#kept = { secret: kept.secret, hold: kept.hold ?? null, pending: kept.pending ?? null };
    } catch { /* a cart of its own, as long as the page lasts */ }
  }

  #keep(change) {
    Object.assign(this.#kept, change);
    try { localStorage.setItem(KEY, JSON.stringify(this.#kept)); } catch { /* as above */ }
  }

  /** Milliseconds until the hold ends. */
  get left() { return this.#toldAt ? this.#endsIn - since(this.#toldAt) : 0; }

  /** Open lines: what is really held, by SKU and place. */
  get lines() {
    return (this.hold?.lines ?? [])
      .map((line) => ({ ...line, quantity: this.phase === "held" ? line.requested - line.fulfilled - line.released : line.requested }))
      .filter((line) => line.quantity > 0);
  }

  get count() { return this.phase === "held" ? this.lines.reduce((sum, line) => sum + line.quantity, 0) : 0; }

  #become(phase) {
    this.phase = phase;
    clearTimeout(this.#timer);
    if (phase === "held") this.#timer = setTimeout(() => this.load(), Math.max(this.left + 400, 400));
    if (phase === "unknown") this.#timer = setTimeout(() => this.load(), 2000);
    this.dispatchEvent(new Event("change"));
  }

  #take(hold, now, at) {
    this.hold = hold;
    this.#endsIn = hold.expireTime ? Date.parse(hold.expireTime) - now : 0;
    this.#toldAt = at;
    const phases = { HELD: "held", EXPIRED: "expired", CONFIRMED: "confirmed", FULFILLED: "confirmed" };
    this.#become(phases[hold.state] ?? "empty");
    if (this.phase === "empty") this.forget();
  }

  /** Asks what has become of the hold. */
  async load() {
    for (const id of [this.#kept.pending, this.#kept.hold]) {
      if (!id) continue;
      try {
        const { data, date, at } = await get(`/v1/reservations/${segment(id)}`);
        this.#keep({ hold: id, pending: null });
        // The header has whole seconds: the later end of this one, so that no time is promised that isn't there.
        this.#take(data, date.getTime() + 999, at);
        return;
      } catch (failure) {
        if (failure.status !== 404) { this.#become("unknown"); return; }
      }
    }
    this.forget();
  }

  /** An empty cart. */
  forget() {
    this.#keep({ hold: null, pending: null });
    this.hold = null;
    this.#become("empty");
  }

  async #do(work) {
    this.isBusy = true;
    this.dispatchEvent(new Event("change"));
    try {
      await work();
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      if (["RESERVATION_EXPIRED", "RESERVATION_CLOSED", "RESERVATION_NOT_FOUND"].includes(failure.reason)) await this.load();
      throw failure;
    } finally {
      this.isBusy = false;
      this.dispatchEvent(new Event("change"));
    }
  }

  async #send(path, body) {
    const { data, at } = await command(path, { cart: this.#kept.secret, ...body });
    this.#take(data.hold, Date.parse(data.time), at);
  }

  /** Holds exactly these lines, in place of what is held; all or none. */
  #replace(lines) {
    return this.#do(async () => {
      const reservation = uuid();
      // Kept before it is sent, so that a page that is closed meanwhile finds it again.
      this.#keep({ pending: reservation });
      try {
        await this.#send("/v1/holds", {
          reservation, lines, ttlMs: TTL, ...(this.phase === "held" ? { replaces: this.#kept.hold } : {}),
        });
        this.#keep({ hold: reservation, pending: null });
      } catch (failure) {
        if (!failure.isUncertain) this.#keep({ pending: null });
        throw failure;
      }
    });
  }

  #wanted() { return this.lines.map(({ sku, location, quantity }) => ({ sku, location, quantity })); }

  /** Adds units of an item; without a place, the ledger chooses. */
  add(sku, quantity, location) {
    const lines = this.phase === "held" ? this.#wanted() : [];
    const same = lines.find((line) => line.sku === sku && line.location === location);
    if (same) same.quantity += quantity;
    else lines.push(location ? { sku, quantity, location } : { sku, quantity });
    return this.#replace(lines);
  }

  /** Changes how many units a line has; none takes it out. */
  change(line, quantity) {
    const lines = this.#wanted()
      .map((other) => (other.sku === line.sku && other.location === line.location ? { ...other, quantity } : other))
      .filter((other) => other.quantity > 0);
    return lines.length ? this.#replace(lines) : this.release();
  }

  /** Takes the lines of a hold that has ended again. */
  again() { return this.#replace(this.#wanted()); }

  extend() { return this.#do(() => this.#send(`/v1/holds/${this.#kept.hold}:extend`, { ttlMs: TTL })); }
  confirm() { return this.#do(() => this.#send(`/v1/holds/${this.#kept.hold}:confirm`, { order: `web-${this.#kept.hold.slice(0, 8)}` })); }
  release() { return this.#do(() => this.#send(`/v1/holds/${this.#kept.hold}:release`, {})); }
}

export const cart = new Cart();
