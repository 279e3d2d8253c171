"use strict";
// Filters, and nothing that a reader without scripts would miss.
const form = document.querySelector(".filters");
if (form) {
  const rows = [...document.querySelectorAll("tr[data-project]")];
  const sections = new Map([...document.querySelectorAll("section.project")].map((s) => [s.id, s]));
  const output = form.querySelector("output");

  const apply = () => {
    const levels = new Set([...form.querySelectorAll("[name=level]:checked")].map((box) => box.value));
    const rule = form.elements.rule.value;
    const unit = form.elements.unit.value;
    const text = form.elements.text.value.trim().toLowerCase();
    const all = levels.size === form.querySelectorAll("[name=level]").length && !rule;
    const fits = (level, code) => levels.has(level) && (!rule || code === rule);
    let projects = 0;
    let findings = 0;
    for (const row of rows) {
      const section = sections.get("p" + row.dataset.project);
      let hits = 0;
      if (section) {
        for (const one of section.querySelectorAll(".finding")) {
          one.hidden = !fits(one.dataset.level, one.dataset.rule);
          hits += one.hidden ? 0 : 1;
        }
      } else {
        hits = row.dataset.rules.split(" ").filter((one) => one && fits(...one.split(":"))).length;
      }
      const named = !text || row.textContent.toLowerCase().includes(text);
      const shown = (!unit || row.dataset.unit === unit) && named && (all || hits > 0);
      row.hidden = !shown;
      if (section) section.hidden = !shown;
      projects += shown ? 1 : 0;
      findings += shown ? hits : 0;
    }
    const words = { projects, all: rows.length, findings };
    output.textContent = output.dataset.words.replace(/\{(\w+)\}/g, (_, name) => words[name]);
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
}
