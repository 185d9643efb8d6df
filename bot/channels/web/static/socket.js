/* The line to the server: opened again whenever it is lost, and given up for dead when it falls silent. */

const FIRST_WAIT = 500;
const LONGEST_WAIT = 20000;
const SILENCE = 45000; // the server pings every 20 s
const STALE = 25000; // more than one ping missed while the page slept
const OPENING = 15000;
const FRESH = 4000; // an attempt this young is left alone
const UNANSWERED = 30000;
const STEADY = 10000; // a line that lived this long starts the waits anew

/** `on` has opened(), received(frame), changed("connecting" | "online" | "offline"), overdue(patience). */
export function openLine(path, on) {
  let socket = null;
  let failures = 0;
  let retry = 0;
  let began = 0;
  let heard = 0;
  let stopped = false;

  const isOpen = () => socket !== null && socket.readyState === WebSocket.OPEN;
  const silent = () => Date.now() - heard;

  function connect() {
    clearTimeout(retry);
    hangUp();
    began = heard = Date.now();
    on.changed(failures || navigator.onLine === false ? "offline" : "connecting");
    socket = new WebSocket(address(path));
    socket.onopen = () => {
      began = heard = Date.now();
      on.changed("online");
      on.opened();
    };
    socket.onmessage = (event) => hear(event.data);
    socket.onclose = lost;
  }

  /** The old socket's late events must not be taken for the new one's. */
  function hangUp() {
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    socket = null;
  }

  function hear(data) {
    heard = Date.now();
    on.changed("online");
    const frame = JSON.parse(data);
    if (frame.type === "ping") write({ type: "pong" });
    else on.received(frame);
  }

  function lost() {
    if (stopped) return;
    failures = heard - began > STEADY ? 0 : failures + 1;
    hangUp();
    on.changed(failures > 1 || navigator.onLine === false ? "offline" : "connecting");
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(failures, 10));
    retry = setTimeout(connect, wait * (0.5 + Math.random() / 2));
  }

  function watch() {
    if (stopped || !socket) return;
    if (silent() > (isOpen() ? SILENCE : OPENING) || (isOpen() && on.overdue(UNANSWERED))) lost();
  }

  /** The network or the reader is back: a wait that is under way is no longer worth waiting for. */
  function wake() {
    if (stopped || document.visibilityState === "hidden") return;
    if (!socket || silent() > (isOpen() ? STALE : FRESH)) connect();
  }

  function write(frame) {
    if (!isOpen()) return false;
    socket.send(JSON.stringify(frame));
    return true;
  }

  function stop() {
    stopped = true;
    clearTimeout(retry);
    hangUp();
  }

  window.addEventListener("online", wake);
  window.addEventListener("pageshow", (event) => event.persisted && wake());
  window.addEventListener("offline", () => stopped || on.changed("offline"));
  document.addEventListener("visibilitychange", wake);
  setInterval(watch, 5000);
  connect();
  return { write, stop };
}

function address(path) {
  const url = new URL(path, location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
