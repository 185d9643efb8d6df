/* The field at the bottom: grows with its text, sends on Enter, leaves room for the keyboard. */

import { find, say } from "./page.js";

const WARN_BELOW = 200;

const field = find("text");
const counter = find("counter");

export function startComposer(send) {
  find("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit(send);
  });
  field.addEventListener("keydown", (event) => {
    // 229: Safari ends a composition before the Enter that chose the word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (!event.repeat) submit(send);
  });
  field.addEventListener("input", refresh);
  fitTheScreen();
}

/** Take `text` back for correction, in front of what has been begun since. */
export function takeBack(text) {
  field.value = field.value ? `${text}\n${field.value}` : text;
  refresh();
  field.focus();
}

function submit(send) {
  const text = field.value.trim();
  field.focus();
  if (!text) return;
  field.value = "";
  refresh();
  send(text);
}

function refresh() {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`; // CSS sets the most it may take
  const left = field.maxLength - field.value.length;
  counter.hidden = left > WARN_BELOW;
  counter.textContent = counter.hidden ? "" : say("characters_left", { left });
}

/** Keyboards that cover the page (iOS, newer Android) shrink the visual viewport only. */
function fitTheScreen() {
  const viewport = window.visualViewport;
  if (!viewport) return;
  const root = document.documentElement;
  const fit = () => {
    if (Math.abs(viewport.scale - 1) > 0.01) return; // zoomed by the reader, not covered
    root.style.setProperty("--height", `${viewport.height}px`);
    root.classList.add("measured");
    window.scrollTo(0, 0);
  };
  viewport.addEventListener("resize", fit);
  if (!CSS.supports("height", "100dvh")) fit();
}
