/* Pictures and files: a paper-clip while one is asked for; the bytes go up first, then the chat hears of them. */

import * as log from "./log.js";
import { find, say, setup } from "./page.js";

const REASONS = ["large", "empty", "unasked", "refused", "busy"];
const MEGABYTE = 1024 * 1024;

const chooser = find("file");
const clip = find("attach");
let uploads = 0;
let underWay = false;

/** `send` is called with { attachment, name } of a file that is up. */
export function startFiles(send) {
  clip.addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    const file = chooser.files[0];
    chooser.value = ""; // else the same file could not be chosen again
    if (file && !underWay) upload(file, send);
  });
}

/** Show the paper-clip, or take it away, after the conversation has changed. */
export function offerFiles() {
  const hidden = underWay || !log.wantsFile();
  // Focus must not fall off the page, nor open a phone's keyboard.
  if (hidden && document.activeElement === clip) find("scroller").focus({ preventScroll: true });
  clip.hidden = hidden;
}

function upload(file, send) {
  uploads += 1;
  const key = `upload-${uploads}`;
  const request = new XMLHttpRequest(); // fetch tells no progress
  log.placeUpload(key, file.name, () => request.abort());
  log.toNewest();
  setUnderWay(true);
  const end = (then) => () => {
    setUnderWay(false);
    then();
  };
  const fail = (reason) => log.refused(key, sentence(reason, file), null);
  request.upload.onprogress = (event) => event.lengthComputable && log.progress(key, percent(event));
  request.onerror = request.ontimeout = end(() => fail("busy"));
  request.onabort = end(() => log.takeAway(key));
  request.onload = end(() => {
    const answer = parsed(request.responseText);
    if (request.status !== 200) return fail(answer.reason);
    log.takeAway(key);
    return send(answer);
  });
  const flaw = flawOf(file);
  if (flaw) return end(() => fail(flaw))(); // not worth the way
  request.open("POST", `/uploads?name=${encodeURIComponent(file.name)}`);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  return request.send(file);
}

function setUnderWay(value) {
  underWay = value;
  offerFiles();
}

/** 100 only when the server has said so. */
const percent = ({ loaded, total }) => Math.min(99, Math.floor((loaded / total) * 100));

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    return {};
  }
}

function flawOf(file) {
  if (!file.size) return "empty";
  return file.size > largest(file) ? "large" : "";
}

const largest = ({ type }) =>
  setup.files.pictures.includes(type) ? setup.files.largest_picture : setup.files.largest_file;

function sentence(reason, file) {
  const known = REASONS.includes(reason) ? reason : "busy";
  return say(`file_${known}`, { size: inMegabytes(file.size), limit: inMegabytes(largest(file)) });
}

/** Rounded up: a file just above the limit must not read as if it kept it. */
function inMegabytes(bytes) {
  const tenths = Math.ceil((bytes / MEGABYTE) * 10) / 10;
  return tenths.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
}
