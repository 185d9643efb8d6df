/* The bar of a demonstration, and loaded only there: step into somebody's shoes, move the clock. */

import { clear as clearOutbox } from "./outbox.js";
import { empty, find, make, say, toast } from "./page.js";

async function ask(path, body) {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(path, body ? { method: "POST", headers, body: JSON.stringify(body) } : {});
  if (!response.ok) throw new Error(String(response.status));
  return response;
}

async function refresh() {
  const state = await (await ask("/demo/state")).json();
  find("demo-now").textContent = say("demo_now", { now: state.now });
  const list = find("demo-shoes");
  empty(list);
  list.append(...state.shoes.map((shoe) => shoeButton(shoe, shoe.name === state.current)));
}

function shoeButton({ name, label }, current) {
  const node = make("button", { type: "button", class: "quiet", "aria-pressed": String(current) }, label);
  node.addEventListener("click", () => attempt(() => stepInto(name)));
  return node;
}

async function stepInto(name) {
  await ask("/demo/shoes", { name });
  clearOutbox(); // what one person wrote must not be said by the next
  location.reload();
}

const moveClock = (hours) => ask("/demo/clock", { hours }).then(refresh);

let working = false;

async function attempt(work) {
  if (working) return;
  working = true;
  await work().catch(() => toast(say("demo_failed")));
  working = false;
}

find("demo-hour").addEventListener("click", () => attempt(() => moveClock(1)));
find("demo-day").addEventListener("click", () => attempt(() => moveClock(24)));
find("demo").addEventListener("toggle", () => find("demo").open && attempt(refresh));
new MutationObserver(() => attempt(refresh)).observe(document.documentElement, { attributeFilter: ["lang"] });
attempt(refresh);
