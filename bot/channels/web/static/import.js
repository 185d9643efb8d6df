// Choosing the file of a list, or dropping it on the page; how much of it has been sent.

const area = document.getElementById("dropping");
const input = document.getElementById("file");
const progress = document.getElementById("progress");
const said = document.getElementById("said");
const REASONS = { large: area.dataset.large, empty: area.dataset.empty, busy: area.dataset.busy };

function say(text) {
  said.textContent = text;
}

function send(file) {
  const request = new XMLHttpRequest();
  request.open("POST", `${area.dataset.action}?name=${encodeURIComponent(file.name)}`);
  request.setRequestHeader("content-type", "application/octet-stream");
  request.upload.addEventListener("progress", (event) => {
    const percent = event.total ? Math.floor((100 * event.loaded) / event.total) : 0;
    progress.value = percent;
    say(area.dataset.uploading.replace("{percent}", percent));
  });
  request.addEventListener("load", () => finish(request));
  request.addEventListener("error", () => fail("busy"));
  progress.hidden = false;
  input.disabled = true;
  request.send(file);
}

function finish(request) {
  if (request.status === 200) {
    window.location.reload();
    return;
  }
  let reason = "busy";
  try {
    reason = JSON.parse(request.responseText).reason;
  } catch {
    // Not our answer: a proxy's.
  }
  fail(reason);
}

function fail(reason) {
  progress.hidden = true;
  input.disabled = false;
  input.value = "";
  say(REASONS[reason] || area.dataset.other);
}

input.addEventListener("change", () => input.files.length && send(input.files[0]));
for (const kind of ["dragover", "drop"]) {
  area.addEventListener(kind, (event) => event.preventDefault());
}
area.addEventListener("drop", (event) => event.dataTransfer.files.length && send(event.dataTransfer.files[0]));
