/*
 * The web chat. What the page says, by key of `setup.texts[language]`, each a whole sentence or label:
 *
 *   welcome                                     the start screen, in every language at once
 *   connecting, connected, offline              the state of the line
 *   conversation, message, send, menu, characters_left {left}, earlier, newest, you, working
 *   sending, not_sent {reason}, edit, discard   the fate of a message
 *   share_location, locating, my_location, location_denied, location_unknown
 *   download, signed_out, start_again, needs_script
 *   attach, uploading {percent}, file_large {size} {limit}, file_empty, file_unasked, file_refused, file_busy
 *   demo_title, demo_note, demo_now {now}, demo_shoes, demo_hour, demo_day, demo_failed   demo.js only
 *   title, institution                          optional: the names in this language
 */

import { startComposer, takeBack } from "./composer.js";
import { offerFiles, startFiles } from "./files.js";
import * as log from "./log.js";
import * as outbox from "./outbox.js";
import { button, find, htmlLanguage, make, say, setup, speak, tell, toast } from "./page.js";
import { openLine } from "./socket.js";

const AFTER_STORED = 1500;
const DOUBLE_CLICK = 300;
const TYPING_AT_MOST = 30000;

const taps = new Map(); // entry id -> { key, at } of the tap whose effect is awaited
const on = { tap, locate };
let line = null;
let highest = 0;
let loaded = false; // the first page of history is complete; until then a lost line starts it anew
let more = false;
let askedOlder = false;
let typingTimer = 0;
let menuAt = 0;

/* ---- sending ---- */

function send(message) {
  const item = outbox.add(message);
  showPending(item);
  write(item);
  if (message.kind !== "tap") log.toNewest();
  return item.frame.key;
}

function write(item) {
  item.written = line.write(item.frame) ? Date.now() : 0;
}

function showPending({ frame }) {
  if (frame.kind === "text") log.placePending(frame.key, frame.text);
  if (frame.kind === "file") log.placePending(frame.key, frame.name);
  if (frame.kind === "location") log.placePending(frame.key, say("my_location"));
}

const sendFile = ({ attachment, name }) => send({ kind: "file", attachment, name });

const sendText = (text) => send({ kind: "text", text });

function sendMenu() {
  if (Date.now() - menuAt < 2 * DOUBLE_CLICK) return;
  menuAt = Date.now();
  sendText("/menu");
}

function start(language) {
  speak(language);
  enterChat();
  send({ kind: "start", language, payload: setup.payload || "" });
  setup.payload = "";
  history.replaceState(null, "", "/"); // a reload must not follow the same link again
  find("scroller").focus({ preventScroll: true });
}

/* ---- taps: a bubble whose button was pressed is busy until the effect shows ---- */

function hold(id, key = "", at = Date.now()) {
  taps.set(id, { key, at });
  log.setBusy(id, true);
}

/** Not before a double click is over, whose second half would hit the button that replaced the first. */
function release(id) {
  const held = taps.get(id);
  setTimeout(() => {
    if (taps.get(id) !== held) return;
    taps.delete(id);
    log.setBusy(id, false);
  }, Math.max(0, held.at + DOUBLE_CLICK - Date.now()));
}

const releaseIf = (test) => taps.forEach((held, id) => test(held, id) && release(id));

function tap(id, data) {
  if (taps.has(id)) return;
  hold(id);
  taps.get(id).key = send({ kind: "tap", data, message: id });
}

function locate(id) {
  if (taps.has(id)) return;
  hold(id);
  toast(say("locating"));
  const found = ({ coords }) => {
    release(id);
    toast("");
    send({ kind: "location", lat: coords.latitude, lon: coords.longitude });
  };
  const failed = ({ code }) => {
    release(id);
    toast(say(code === 1 ? "location_denied" : "location_unknown"));
  };
  if (!navigator.geolocation) failed({ code: 1 });
  else navigator.geolocation.getCurrentPosition(found, failed, { timeout: 20000, maximumAge: 600000 });
}

/* ---- receiving ---- */

const receive = {
  stored({ key }) {
    outbox.settle(key);
    log.stored(key);
    setTimeout(releaseIf, AFTER_STORED, (held) => held.key === key);
  },

  refused({ key, text }) {
    const frame = outbox.settle(key) || {};
    releaseIf((held) => held.key === key);
    showTyping(false);
    const edit = frame.kind === "text" ? () => takeBack(frame.text) : null;
    if (!log.refused(key, text, edit)) toast(text);
    if (frame.kind === "start" && log.isEmpty() && !setup.known) showStart();
  },

  entry(entry) {
    highest = Math.max(highest, entry.seq);
    enterChat();
    const unseenAndOlder = loaded && more && entry.id < log.oldest();
    if (unseenAndOlder) return; // "Earlier messages" brings it; shown now it would hide the gap before it
    if (entry.who === "bot") {
      showTyping(false);
      releaseIf((held, id) => id === entry.id || (held.key && !outbox.has(held.key)));
    }
    log.place(entry, on);
    offerFiles();
    if (!loaded) holdInterrupted(entry.id);
    if (taps.has(entry.id)) log.setBusy(entry.id, true);
  },

  history(frame) {
    loaded = true;
    log.setLoading(false);
    setMore(frame.more);
  },

  older(frame) {
    askedOlder = false;
    log.placeOlder(frame.entries, on);
    offerFiles();
    setMore(frame.more);
  },

  language: ({ language }) => speak(language),

  toast({ text }) {
    showTyping(false);
    toast(text);
  },

  typing: () => showTyping(true),

  reset() {
    log.clear();
    offerFiles();
    taps.clear();
    highest = 0;
    outbox.all().forEach(showPending);
    hello();
  },

  closed({ text }) {
    line.stop();
    outbox.clear();
    log.clear(); // whoever holds this device now has no business reading it
    enterChat();
    showTyping(false);
    setMore(false);
    find("closed").hidden = false;
    find("closed-text").textContent = text || say("signed_out");
    find("state").hidden = find("composer").hidden = find("newest").hidden = true;
    find("closed").lastElementChild.focus();
  },
};

/** A tap that a reload interrupted is still under way. */
function holdInterrupted(id) {
  const item = outbox.all().find(({ frame }) => frame.kind === "tap" && frame.message === id);
  if (item) hold(id, item.frame.key, 0);
}

function showTyping(shown) {
  clearTimeout(typingTimer);
  find("typing").hidden = !shown;
  if (shown) typingTimer = setTimeout(showTyping, TYPING_AT_MOST, false);
}

function setMore(value) {
  more = value;
  find("earlier").hidden = !value;
}

function askOlder() {
  if (!askedOlder) line.write({ type: "older", before: log.oldest() });
  askedOlder = true;
}

/* ---- the line ---- */

function hello() {
  if (!highest) loaded = false;
  log.setLoading(!loaded);
  line.write({ type: "hello", seen: loaded ? highest : 0 });
}

function opened() {
  hello();
  outbox.all().forEach(write);
  if (askedOlder) line.write({ type: "older", before: log.oldest() });
}

function changed(state) {
  if (find("state").dataset.state === state) return;
  find("state").dataset.state = state;
  tell(find("state-text"), state === "online" ? "connected" : state);
  if (state !== "online") showTyping(false);
}

function received(frame) {
  if (Object.prototype.hasOwnProperty.call(receive, frame.type)) receive[frame.type](frame);
}

/* ---- the start screen ---- */

function showStart() {
  const list = find("languages");
  if (!list.firstChild) list.append(...guessedFirst().map(languageCard));
  document.body.classList.add("starting");
}

const enterChat = () => document.body.classList.remove("starting");

function guessedFirst() {
  const wanted = (navigator.languages || []).map((tag) => tag.slice(0, 2));
  const rank = ({ tag }) => wanted.concat(tag.slice(0, 2)).indexOf(tag.slice(0, 2));
  return setup.languages.slice().sort((a, b) => rank(a) - rank(b));
}

function languageCard({ tag, name }) {
  const choose = make("button", { type: "button", class: "strong" }, name);
  choose.addEventListener("click", () => document.body.classList.contains("starting") && start(tag));
  return make("li", { lang: htmlLanguage(tag) }, make("p", {}, say("welcome", {}, tag)), choose);
}

/* ---- begin ---- */

outbox.restore();
outbox.all().forEach(showPending);
if (setup.known || outbox.all().length) enterChat();
else showStart();
startComposer(sendText);
startFiles(sendFile);
find("menu").addEventListener("click", sendMenu);
find("earlier").addEventListener("click", askOlder);
find("closed").append(button("start_again", () => location.assign("/"), "strong"));
line = openLine(setup.socket, { opened, received, changed, overdue: outbox.overdue });
if (setup.known && setup.payload) start(setup.language);
