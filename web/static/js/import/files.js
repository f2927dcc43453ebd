// Files dropped or chosen: sent one after another, each with a bar of its own.

import { ask } from "../ask.js";

export function receiveFiles(main) {
  const drop = document.querySelector("[data-drop]");
  const chooser = document.querySelector("[data-files]");
  let depth = 0;
  const lit = (by) => {
    depth = Math.max(0, depth + by);
    drop.classList.toggle("is-over", depth > 0);
  };
  drop.addEventListener("dragenter", (event) => (event.preventDefault(), lit(1)));
  drop.addEventListener("dragleave", () => lit(-1));
  drop.addEventListener("dragover", (event) => event.preventDefault());
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    lit(-depth);
    send(main, [...event.dataTransfer.files]);
  });
  chooser.addEventListener("change", () => send(main, [...chooser.files]));
  for (const button of document.querySelectorAll("[data-remove]"))
    button.addEventListener("click", async () => {
      await ask.delete(`/api/imports/${main.dataset.run}/files/${button.dataset.remove}`);
      location.reload();
    });
}

async function send(main, files) {
  if (!files.length) return;
  const words = JSON.parse(document.querySelector("[data-words]").dataset.words);
  const rows = files.map((file) => addRow(file.name, words.waits));
  let page = location.href;
  let run = main.dataset.run;
  try {
    if (!run) {
      const made = await ask.post("/api/imports");
      run = made.id;
      page = made.page;
    }
  } catch (refusal) {
    return rows.forEach((row) => row.fail(refusal.message));
  }
  let failed = 0;
  for (const [place, file] of files.entries()) {
    rows[place].say(words.sending);
    try {
      await upload(`/api/imports/${run}/files`, file, rows[place].progress);
      rows[place].say(words.sent);
    } catch (refusal) {
      failed += 1;
      rows[place].fail(refusal.message || words.failed);
    }
  }
  if (!failed) location.assign(page);
  else if (!main.dataset.run && failed < files.length) rows.at(-1).link(page);
}

function addRow(name, state) {
  const row = document.querySelector("[data-upload-row]").content.firstElementChild.cloneNode(true);
  row.querySelector(".upload-name").textContent = name;
  const told = row.querySelector(".upload-state");
  const bar = row.querySelector("progress");
  told.textContent = state;
  document.querySelector("[data-uploads]").append(row);
  return {
    say: (text) => (told.textContent = text),
    fail: (text) => {
      row.classList.add("is-bad");
      told.textContent = text;
      bar.hidden = true;
    },
    progress: (share) => (bar.value = 100 * share),
    link: (page) => {
      const way = document.createElement("a");
      way.href = page;
      way.textContent = "→";
      row.append(way);
    },
  };
}

// fetch tells nothing of how far an upload is; XMLHttpRequest does.
function upload(address, file, progress) {
  return new Promise((done, refuse) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("X-CSRFToken", document.querySelector('meta[name="csrf-token"]').content);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
    request.addEventListener("load", () => {
      if (request.status < 300) return done(request.response);
      refuse(new Error(request.response?.detail || request.response?.error || `HTTP ${request.status}`));
    });
    request.addEventListener("error", () => refuse(new Error("")));
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
}
