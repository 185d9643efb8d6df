/*
 * What was written but is not yet acknowledged, in order.
 *
 * Each message has its own storage item, so that two tabs of one session do not overwrite each other; a key
 * sent by both is harmless, the server knows it. Without storage (private mode) memory alone has to do.
 */

import { setup } from "./page.js";

const EVERY = "outbox:";
const OURS = `${EVERY}${setup.session || ""}:`;

const waiting = new Map();
let last = 0;

function withStorage(use) {
  try {
    return use(window.localStorage);
  } catch (error) {
    return null; // full, or forbidden: the page works without
  }
}

function newKey() {
  const random = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function add(message) {
  last = Math.max(Date.now(), last + 1);
  const item = { order: last, written: 0, frame: { type: "send", key: newKey(), ...message } };
  waiting.set(item.frame.key, item);
  withStorage((storage) => storage.setItem(OURS + item.frame.key, JSON.stringify(item)));
  return item;
}

/** Forget `key`, which is now stored or refused; gives back its frame, if it was still waiting. */
export function settle(key) {
  const item = waiting.get(key);
  waiting.delete(key);
  withStorage((storage) => storage.removeItem(OURS + key));
  return item && item.frame;
}

export const has = (key) => waiting.has(key);

export const all = () => Array.from(waiting.values());

export function clear() {
  all().forEach((item) => settle(item.frame.key));
}

/** Whether something sent on this line has been without an answer for `patience` milliseconds. */
export function overdue(patience) {
  return all().some((item) => item.written && Date.now() - item.written > patience);
}

/** Take up what a reload interrupted. What another session left behind is not this person's to send. */
export function restore() {
  const items = withStorage(readItems) || [];
  items.sort((a, b) => a.order - b.order);
  for (const item of items) waiting.set(item.frame.key, { ...item, written: 0 });
  last = items.length ? items[items.length - 1].order : 0;
  if (!setup.known && items.length && items[0].frame.kind !== "start") clear();
}

function readItems(storage) {
  const names = Object.keys(storage).filter((name) => name.startsWith(EVERY));
  names.filter((name) => !name.startsWith(OURS)).forEach((name) => storage.removeItem(name));
  return names.filter((name) => name.startsWith(OURS)).map((name) => JSON.parse(storage.getItem(name)));
}
