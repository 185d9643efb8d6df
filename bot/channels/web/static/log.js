/* The conversation on the screen: bubbles in the order of their ids, what is on its way below, scrolling. */

import { fill, fillPending, fillUpload, markRefused, markStored, showProgress } from "./bubbles.js";
import { empty, find, make } from "./page.js";

const NEAR = 80;

const scroller = find("scroller");
const content = find("content");
const entries = find("entries");
const outgoing = find("outgoing");

const shown = new Map(); // entry id -> { node, seq, who, ask }
const pending = new Map(); // key of a message -> node
let stuck = true;
let lastTop = 0;

const bubbleNode = () => make("article", { tabindex: "-1" });

export const isEmpty = () => shown.size === 0 && pending.size === 0;

export const oldest = () => Math.min(...shown.keys());

/** Show `entry`, in place of what stood there before if it is an edit. Gives back its node. */
export function place(entry, on) {
  const before = shown.get(entry.id);
  if (before && before.seq > entry.seq) return before.node;
  const node = before ? before.node : pending.get(entry.key) || bubbleNode();
  const focused = before && node.contains(document.activeElement);
  fill(node, entry, on);
  shown.set(entry.id, { node, seq: entry.seq, who: entry.who, ask: entry.ask });
  if (!before) insert(node, entry);
  if (focused) focusFirst(node);
  return node;
}

function insert(node, entry) {
  pending.delete(entry.key);
  node.dataset.id = entry.id;
  let next = null;
  let at = entries.lastElementChild;
  while (at && Number(at.dataset.id) > entry.id) {
    next = at;
    at = at.previousElementSibling;
  }
  entries.insertBefore(node, next);
}

function focusFirst(node) {
  (node.querySelector(".inline") || node).focus({ preventScroll: true });
}

/** Older entries above, with what the reader looks at staying where it is. */
export function placeOlder(list, on) {
  const first = entries.firstElementChild;
  const height = scroller.scrollHeight;
  stuck = false;
  entries.setAttribute("aria-live", "off");
  scroller.classList.add("unanchored"); // else browsers that anchor would move it a second time
  list.forEach((entry) => place(entry, on));
  scroller.scrollTop += scroller.scrollHeight - height;
  requestAnimationFrame(() => {
    scroller.classList.remove("unanchored");
    entries.setAttribute("aria-live", "polite");
  });
  const newcomer = first && first.previousElementSibling;
  if (newcomer) newcomer.focus({ preventScroll: true });
}

export function placePending(key, text) {
  const node = bubbleNode();
  fillPending(node, text);
  pending.set(key, node);
  outgoing.append(node);
}

/** Whether a file is asked for: nothing has been said since the newest question for one. */
export function wantsFile() {
  const last = (fits) => Math.max(0, ...Array.from(shown.keys()).filter((id) => fits(shown.get(id))));
  return last(({ ask }) => ask === "file") > last(({ who }) => who === "me");
}

/** A bubble for a file on its way up. */
export function placeUpload(key, name, stop) {
  const node = bubbleNode();
  fillUpload(node, name, stop);
  pending.set(key, node);
  outgoing.append(node);
}

export const progress = (key, percent) => pending.has(key) && showProgress(pending.get(key), percent);

export function takeAway(key) {
  if (pending.has(key)) pending.get(key).remove();
  pending.delete(key);
}

export function stored(key) {
  if (pending.has(key)) markStored(pending.get(key));
}

/** Whether there was a bubble to show the reason at. `edit` is null for what cannot be typed again. */
export function refused(key, reason, edit) {
  const node = pending.get(key);
  if (!node) return false;
  const discard = () => {
    pending.delete(key);
    node.remove();
    find("text").focus();
  };
  markRefused(node, reason, edit && (() => { discard(); edit(); }), discard);
  return true;
}

/** Disabled to the eye, the ear and the finger, but still focusable: focus must not fall off the page. */
export function setBusy(id, busy) {
  const entry = shown.get(id);
  if (!entry) return;
  entry.node.classList.toggle("busy", busy);
  entry.node.querySelectorAll("button.inline").forEach((node) => node.setAttribute("aria-disabled", busy));
}

export function clear() {
  [shown, pending].forEach((map) => map.clear());
  [entries, outgoing].forEach(empty);
}

export function toNewest() {
  stuck = true;
  scroller.scrollTop = scroller.scrollHeight;
}

/** History is not news: it is read out only when the reader goes there. */
export const setLoading = (loading) => entries.setAttribute("aria-busy", String(loading));

/** Only a move upwards is the reader leaving: new bubbles, too, put the end out of sight for a moment. */
function onScroll() {
  const top = scroller.scrollTop;
  const distance = scroller.scrollHeight - top - scroller.clientHeight;
  if (distance < NEAR) stuck = true;
  else if (top < lastTop) stuck = false;
  lastTop = top;
  find("newest").hidden = stuck || distance < 2 * NEAR;
}

scroller.addEventListener("scroll", onScroll, { passive: true });
find("newest").addEventListener("click", () => {
  toNewest();
  scroller.focus({ preventScroll: true });
});

// Bubbles, late pictures, the keyboard and the composer all change heights.
const observer = new ResizeObserver(() => (stuck ? toNewest() : onScroll()));
observer.observe(scroller);
observer.observe(content);
