"use strict";
// Everything works without this file; it marks the same mention in picture and text, and jumps by key.
(() => {
  const named = (id) => document.querySelectorAll(`[data-m="${CSS.escape(id)}"]`);
  const tell = (event, on) => {
    const at = event.target.closest("[data-m]");
    if (at) named(at.dataset.m).forEach((one) => one.classList.toggle("near", on));
  };
  for (const [name, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]])
    document.addEventListener(name, (event) => tell(event, on));
  if (location.hash) named(decodeURIComponent(location.hash.slice(1))).forEach((one) => one.classList.add("near"));
  // By key, each step through a list is a change, and of many boxes several are wanted: these wait for the button.
  let keyed = false;
  document.addEventListener("keydown", () => { keyed = true; }, true);
  document.addEventListener("pointerdown", () => { keyed = false; }, true);
  document.querySelectorAll("form[data-instant]").forEach((form) =>
    form.addEventListener("change", ({ target }) => {
      if (!keyed && target.matches("select, input[type=checkbox]") && !target.closest(".choose")) form.requestSubmit();
    }));
  // Browsers keep what was chosen when somebody goes back or reloads: the form then names another list than it shows.
  addEventListener("pageshow", ({ persisted }) => {
    const [how] = performance.getEntriesByType("navigation");
    if (persisted || (how && how.type !== "navigate"))
      document.querySelectorAll("form[data-instant]").forEach((form) => form.reset());
  });
  const marks = () => [...document.querySelectorAll("a.m[data-first]")];
  const step = (by) => {
    const all = marks();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length];
    next.focus();
    next.scrollIntoView({ block: "center" });
  };
  const turn = (rel) => { const link = document.querySelector(`a[rel="${rel}"]`); if (link) link.click(); };
  const keys = { n: () => step(1), p: () => step(-1), j: () => turn("next"), k: () => turn("prev") };
  // Whoever dictates says such letters without meaning a key (WCAG 2.1.4); some browsers let no page remember.
  const box = document.querySelector("#keys input");
  const remembered = () => {
    try { box.checked = localStorage.getItem("politikspur-keys") !== "off"; } catch { /* stays as it is */ }
  };
  remembered();
  box.closest("label").hidden = false;
  addEventListener("pageshow", ({ persisted }) => { if (persisted) remembered(); });
  box.addEventListener("change", () => {
    try { localStorage.setItem("politikspur-keys", box.checked ? "on" : "off"); } catch { /* holds for this page */ }
  });
  document.addEventListener("keydown", (event) => {
    if (!box.checked || event.ctrlKey || event.metaKey || event.altKey || /^(input|textarea|select)$/i.test(event.target.tagName)) return;
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  // a page that cannot be drawn says so, instead of marks on an empty sheet
  document.querySelectorAll(".paper img").forEach((image) => {
    const undrawn = () => {
      image.closest(".paper").hidden = true;
      image.closest("figure").querySelector("[data-undrawn]").hidden = false;
    };
    if (image.complete && !image.naturalWidth) undrawn();
    else image.addEventListener("error", undrawn);
  });
  // browsers have no clipboard for pages of another computer without https
  if (navigator.clipboard) document.querySelectorAll("button[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = button.dataset.done;
    });
  });
})();
