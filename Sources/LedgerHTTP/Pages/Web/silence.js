// Stores that were not heard of for a while: what they have sold since, nobody else knows.
import { get, moment, since } from "./api.js";

const SILENT = 60_000;
const EVERY = 15_000;
const LOCATIONS = 500;
let asked = null;
let agents = new Map();

/** Asks when agents of stores were last heard of, if that was not asked just now. */
export async function askSilence() {
  if (asked && since(asked) < EVERY) return;
  asked = moment();
  const { data, at } = await get(`/v1/locations?page_size=${LOCATIONS}`);
  agents = new Map(data.locations.filter((place) => place.agent).map((place) => [place.location, { ...place.agent, at }]));
}

/** Since when a store is silent; null when it is not, or has no agent. */
export function silentSince(location) {
  const agent = agents.get(location);
  return agent && agent.silentMs + since(agent.at) > SILENT ? new Date(agent.lastSeen) : null;
}
