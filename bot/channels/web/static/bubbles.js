/* What a bubble looks like: nodes for an entry of the conversation, and for one that is still on its way. */

import { button, empty, make, say, setup, tell } from "./page.js";

const RETRIES = [2000, 6000, 20000, 60000];
const SCHEMES = ["http:", "https:", "mailto:", "tel:", "tg:"];

/** Fill `node` with `entry`, whatever it held before. `on` has tap(id, data) and locate(id). */
export function fill(node, entry, on) {
  empty(node);
  node.className = `entry ${entry.who}`;
  node.append(author(entry.who), bubble(entry));
  const rows = (entry.buttons || []).map((row) => row.map((item) => inlineButton(item, entry.id, on)));
  if (entry.ask === "location") rows.push([button("share_location", () => on.locate(entry.id), "inline")]);
  if (rows.length) node.append(make("div", { class: "buttons" }, ...rows.map(rowOf)));
}

/** What the person wrote, before the server has it. */
export function fillPending(node, text) {
  fill(node, { who: "me", runs: [{ text }] });
  node.classList.add("pending");
  tell(node.querySelector(".time"), "sending");
}

/** A file on its way up. */
export function fillUpload(node, name, stop) {
  fillPending(node, name);
  const label = say("uploading", { percent: 0 });
  node.querySelector(".words").after(make("progress", { max: 100, value: 0, "aria-label": label }));
  node.append(make("div", { class: "buttons" }, rowOf([button("discard", stop, "inline")])));
  showProgress(node, 0);
}

export function showProgress(node, percent) {
  const time = node.querySelector(".time");
  delete time.dataset.text;
  time.textContent = say("uploading", { percent });
  node.querySelector("progress").value = percent;
}

export function markStored(node) {
  node.querySelector(".time").textContent = "";
}

/** A final no: the reason stands at the bubble, and the text can be taken back into the composer. */
export function markRefused(node, reason, edit, discard) {
  node.className = "entry me refused";
  node.querySelectorAll(".time, progress, .buttons").forEach((part) => part.remove());
  const sentence = make("p", { class: "reason", role: "alert" }, say("not_sent", { reason }));
  const choices = [button("discard", discard, "inline")];
  if (edit) choices.unshift(button("edit", edit, "inline"));
  node.append(sentence, make("div", { class: "buttons" }, rowOf(choices)));
}

const rowOf = (items) => make("div", { class: "row" }, ...items);

function author(who) {
  if (who === "me") return tell(make("span", { class: "unseen" }), "you");
  return make("span", { class: "unseen" }, setup.title);
}

function bubble(entry) {
  const node = make("div", { class: "bubble" });
  if (entry.picture) node.append(picture(entry.picture));
  if ((entry.runs || []).length) node.append(words(entry.runs));
  if (entry.file) node.append(download(entry.file));
  node.append(make("time", { class: "time", datetime: entry.at }, entry.time || ""));
  return node;
}

const words = (runs) => make("p", { class: "words" }, ...runs.map(styled));

function styled(run) {
  let node = document.createTextNode(run.text);
  if (run.code) node = make("code", {}, node);
  if (run.italic) node = make("em", {}, node);
  if (run.bold) node = make("strong", {}, node);
  return run.href ? link(run.href, {}, node) : node;
}

/** A link, or its bare text when the address is none a person should be led to. */
function link(href, attributes, ...children) {
  const url = parsed(href);
  if (!url || !SCHEMES.includes(url.protocol)) return make("span", {}, ...children);
  const elsewhere = url.origin === location.origin ? {} : { target: "_blank", rel: "noopener" };
  return make("a", { href: url.href, ...elsewhere, ...attributes }, ...children);
}

function parsed(href) {
  try {
    return new URL(href, location.href);
  } catch (error) {
    return null;
  }
}

function picture({ url, alt }) {
  const image = make("img", { src: url, alt: alt || "" });
  let failures = 0;
  // It may still be on its way to the server.
  image.addEventListener("error", () => {
    if (failures < RETRIES.length) setTimeout(() => (image.src = `${url}?again=${failures}`), RETRIES[failures++]);
  });
  return link(url, { class: "picture", target: "_blank", rel: "noopener" }, image);
}

function download({ url, name }) {
  const label = tell(make("span", { class: "verb" }), "download");
  return link(url, { class: "file", download: name }, make("span", { class: "name" }, name), label);
}

function inlineButton(item, id, on) {
  if (item.url) return link(item.url, { class: "inline" }, item.label);
  const node = make("button", { type: "button", class: "inline" }, item.label);
  node.addEventListener("click", () => on.tap(id, item.data));
  return node;
}
