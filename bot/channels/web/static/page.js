/*
 * What every module shares: the setup the server wrote into the page, the reader's texts, and node making.
 *
 * Nodes are made with `make` and hold text only; markup in strings is never parsed anywhere in this page.
 * Every sentence is a whole text of `setup.texts[language]`; the keys are listed in the comment of chat.js.
 */

export const setup = JSON.parse(document.getElementById("setup").textContent);

let language = setup.language;

export const find = (id) => document.getElementById(id);

export const htmlLanguage = (tag) => tag.replace("_", "-");

/** The sentence `key` in the reader's language (or in `tag`), its {names} filled from `values`. */
export function say(key, values = {}, tag = language) {
  const text = (setup.texts[tag] || {})[key] || (setup.texts.en || {})[key] || "";
  return text.replace(/\{(\w+)\}/g, (hole, name) => (name in values ? String(values[name]) : hole));
}

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export function empty(node) {
  while (node.firstChild) node.removeChild(node.firstChild);
}

/** A text that follows a change of language: its key stays on the node. */
export function tell(node, key) {
  node.dataset.text = key;
  node.textContent = say(key);
  return node;
}

export function button(key, pressed, look = "quiet") {
  const node = tell(make("button", { type: "button", class: look }), key);
  node.addEventListener("click", pressed);
  return node;
}

export function speak(tag) {
  if (!setup.texts[tag]) return;
  language = tag;
  document.documentElement.lang = htmlLanguage(tag);
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = say(node.dataset.text);
  for (const node of document.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", say(node.dataset.label));
  }
  find("text").placeholder = say("message");
  document.title = find("title").textContent = say("title") || setup.title;
  find("institution").textContent = say("institution") || setup.institution;
}

let toastTimer = 0;

/** Shown for as long as it takes to read; an empty text takes away what is there. */
export function toast(text) {
  find("toast").textContent = text;
  find("toast").hidden = !text;
  clearTimeout(toastTimer);
  if (text) toastTimer = setTimeout(toast, Math.max(5000, text.length * 90), "");
}
