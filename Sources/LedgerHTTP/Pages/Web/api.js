// Questions to the node that served the page, and what it says about its answers.

/** Why there is no answer: `status` 0 means that the node couldn't be reached. */
export class Failure extends Error {
  constructor(status, problem = {}) {
    super(problem.detail ?? problem.title ?? `status ${status}`);
    this.status = status;
    this.problem = problem;
    this.reason = problem.reason ?? (status === 0 ? "UNREACHABLE" : "UNKNOWN");
  }

  /** Nothing is known of what became of it: the same request may be sent again. */
  get isUncertain() { return this.status === 0 || this.status >= 500 || this.status === 408; }
}

/** A moment on both clocks: the steady one stops while some machines sleep, the other may be set. */
export const moment = () => ({ steady: performance.now(), wall: Date.now() });
/** How long ago that was, by the clock that says longer. */
export const since = (then) => Math.max(performance.now() - then.steady, Date.now() - then.wall, 0);

async function ask(path, options, patience) {
  const asked = moment();
  let response;
  try {
    response = await fetch(path, {
      cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(patience), ...options,
    });
  } catch {
    throw new Failure(0);
  }
  let data;
  try {
    data = response.status === 304 ? null : await response.json();
  } catch {
    throw new Failure(response.ok ? 0 : response.status);
  }
  if (!response.ok) throw new Failure(response.status, data);
  return { data, stamp: stamp(response.headers, asked), at: asked, date: new Date(response.headers.get("date") ?? Date.now()) };
}

/**
 * What a read says of itself. Its age was true when it left the node, after the question was sent; counted from
 * then on it can only be too old, never too young.
 */
function stamp(headers, asked) {
  const text = headers.get("estoque-staleness-ms");
  if (text === null) return null;
  return {
    staleness: /^\d+$/.test(text) ? Number(text) : null,
    node: headers.get("estoque-node"),
    position: Number(headers.get("estoque-position")),
    at: asked,
  };
}

export const get = (path, patience = 4000) => ask(path, {}, patience);

export const post = (path, body, patience = 8000, headers = {}) => ask(path, {
  method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body),
}, patience);

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Sends a command until its outcome is known, with the same `requestId` each time, so that it is done once at most. */
export async function command(path, body, tries = 4) {
  const request = { requestId: uuid(), ...body };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await post(path, request);
    } catch (failure) {
      if (!failure.isUncertain || attempt === tries) throw failure;
      await pause(200 * 2 ** attempt);
    }
  }
}

/** A random UUID, also where the page came over plain HTTP from another machine. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export const segment = encodeURIComponent;
