"use strict";
// Dropping files and folders, and telling how far an upload is. Without this the forms work as they stand.
(() => {
  const entriesOf = async (entry, path = "") => {
    if (entry.isFile) {
      const file = await new Promise((done, failed) => entry.file(done, failed));
      return [[path + file.name, file]];
    }
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) return found;
      for (const one of some) found.push(...await entriesOf(one, `${path}${entry.name}/`));
    }
  };

  const begin = (form) => {
    if (form.dataset.ready) return;
    form.dataset.ready = "yes";
    const [chosen, state] = ["[data-chosen]", "[data-state]"].map((s) => form.querySelector(s));
    const inputs = [...form.querySelectorAll("input[type=file]")];
    let dropped = [];
    if ("webkitdirectory" in document.createElement("input")) {
      form.querySelectorAll("[data-folder]").forEach((part) => { part.hidden = false; });
    }
    const all = () => [...dropped, ...inputs.flatMap((input) =>
      [...input.files].map((file) => [file.webkitRelativePath || file.name, file]))];
    const tell = () => {
      const names = all().map(([name]) => name);
      chosen.textContent = names.slice(0, 8).join("、") + (names.length > 8 ? ` … (${names.length})` : "");
    };
    const send = () => {
      const files = all();
      if (!files.length) return false;
      if (files.reduce((sum, [, file]) => sum + file.size, 0) > Number(form.dataset.most)) {
        state.textContent = form.dataset.tooLarge;
        state.classList.add("wrong");
        return true;
      }
      const body = new FormData();
      for (const field of form.querySelectorAll("input[type=hidden], select")) body.append(field.name, field.value);
      for (const [name, file] of files) body.append("files", file, name);
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) state.textContent = `${form.dataset.sending} ${Math.round(100 * event.loaded / event.total)}%`;
      };
      request.onload = () => {
        if (request.status < 400) { window.location.assign(request.responseURL); return; }
        const page = new DOMParser().parseFromString(request.responseText, "text/html");
        const said = page.querySelector("main");
        state.textContent = said ? said.innerText.trim().split("\n").slice(0, 2).join(" ") : form.dataset.failed;
        state.classList.add("wrong");
      };
      request.onerror = () => { state.textContent = form.dataset.failed; state.classList.add("wrong"); };
      state.classList.remove("wrong");
      state.textContent = form.dataset.sending;
      request.send(body);
      return true;
    };
    inputs.forEach((input) => input.addEventListener("change", tell));
    form.addEventListener("submit", (event) => { if (send()) event.preventDefault(); });
    form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
    form.addEventListener("dragleave", () => form.classList.remove("over"));
    form.addEventListener("drop", async (event) => {
      event.preventDefault();
      form.classList.remove("over");
      const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
      const entries = items.map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry());
      const plain = [...event.dataTransfer.files];
      dropped = entries.every(Boolean) && entries.length
        ? (await Promise.all(entries.map((entry) => entriesOf(entry)))).flat()
        : plain.map((file) => [file.name, file]);
      tell();
      send();
    });
  };

  const beginAll = () => document.querySelectorAll("[data-drop]").forEach(begin);
  document.addEventListener("DOMContentLoaded", beginAll);
  document.addEventListener("htmx:afterSwap", beginAll);
  beginAll();
})();
