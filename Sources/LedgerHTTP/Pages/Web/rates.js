// Rates and quantiles, out of counters that only rise.

/** Keeps the state of a second ago. */
export class Rates {
  #before = null;

  /** Takes a cluster's state; what it gives is null where nothing can be said yet. */
  take(state, seconds) {
    const before = this.#before;
    this.#before = { state, seconds };
    if (!before || seconds <= before.seconds) return { writes: null, answers: null, http: null };
    const past = before.state;
    const rise = (name) => (state.counters[name] ?? 0) - (past.counters[name] ?? 0);
    // A node that was started anew counts from zero.
    const isSame = rise("estoque_log_syncs_total") >= 0 && state.node.id === past.node.id;
    const position = (one) => one.node.position;
    return {
      writes: position(state) >= position(past) ? (position(state) - position(past)) / (seconds - before.seconds) : null,
      answers: isSame ? mean(state.requests, past.requests) : null,
      http: isSame ? quantile(state.http, past.http, 0.99) : null,
    };
  }

  forget() { this.#before = null; }
}

/** The mean of the new observations, in milliseconds; null without any. */
export function mean(now, before) {
  const total = (one) => one.counts.reduce((sum, count) => sum + count, 0);
  const count = total(now) - total(before);
  return count > 0 ? (1000 * (now.sumSeconds - before.sumSeconds)) / count : null;
}

/** The bound under which such a part of the new observations was, in milliseconds; null without any. */
export function quantile(now, before, part) {
  const counts = now.counts.map((count, index) => count - (before.counts[index] ?? 0));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= 0) return null;
  let sum = 0;
  for (const [index, count] of counts.entries()) {
    sum += count;
    if (sum >= part * total) return 1000 * (now.boundsSeconds[index] ?? now.boundsSeconds.at(-1));
  }
  return null;
}

/** The counters of a family by the value of their label: `name{reason="X"}`. */
export function byLabel(counters, name, label) {
  const found = [];
  for (const [key, value] of Object.entries(counters)) {
    if (!key.startsWith(`${name}{`)) continue;
    const match = key.match(new RegExp(`[{,]${label}="([^"]*)"`));
    if (match) found.push([match[1], value]);
  }
  return found;
}
