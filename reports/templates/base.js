"use strict";
// A page is complete without this: here what is long is searched and filtered, and a link opens what it leads to.

/** The element that the address names; null where there is none. */
function named() {
  let id = location.hash.slice(1);
  try { id = decodeURIComponent(id); } catch { /* an address that is no text names nothing */ }
  return id ? document.getElementById(id) : null;
}

/** Shows what the address names: filters that hide it are let go, and all that is folded around it is opened. */
function reveal() {
  const found = named();
  if (!found) return;
  if (found.closest("[hidden]")) for (const form of document.querySelectorAll("form.tools")) {
    form.reset();
    form.dispatchEvent(new Event("input"));
  }
  for (let each = found; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
  found.scrollIntoView();
}

/** A text as it is looked for: wide and narrow forms are the same, as are capitals, and spaces do not count. */
function plain(text) {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");
}

/**
 * Filters the elements of a list by a form: by the words in its search field, by what its boxes and lists ask for. Of
 * boxes that are checked all have to fit, and one in a set with data-any.
 * An element says what it is in data-is ("lost open"), and in data-NAME what a list of that name may ask for. A block,
 * such as a heading, is there as long as one of its elements is: those in it, or those whose data-in names it.
 */
function filtered(form, items, blocks) {
  const texts = items.map((item) => plain(item.textContent));
  const sets = [...form.querySelectorAll("fieldset")];
  const told = form.querySelector("[data-told]");
  function apply() {
    const words = plain(form.elements.words?.value ?? "");
    const asked = sets.map((set) => [set, [...set.querySelectorAll(":checked")].map((box) => box.value)]);
    const lists = [...form.querySelectorAll("select[name]")].filter((list) => list.value);
    let shown = 0;
    items.forEach((item, place) => {
      const is = (item.dataset.is ?? "").split(" ");
      const fits = (!words || texts[place].includes(words))
        && asked.every(([set, boxes]) => !boxes.length
          || ("any" in set.dataset ? boxes.some((box) => is.includes(box)) : boxes.every((box) => is.includes(box))))
        && lists.every((list) => (item.dataset[list.name] ?? "").split("|").includes(list.value));
      item.hidden = !fits;
      shown += fits;
    });
    for (const block of blocks) {
      block.hidden = !items.some((item) => !item.hidden
        && (block.dataset.block ? item.dataset.in === block.dataset.block : block.contains(item)));
    }
    told.textContent = `${items.length.toLocaleString("ja")}件のうち${shown.toLocaleString("ja")}件`;
  }
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.querySelector("[data-reset]").addEventListener("click", () => { form.reset(); apply(); });
  apply();
}

for (const form of document.querySelectorAll("form.tools")) {
  const within = document.getElementById(form.dataset.of);
  filtered(form, [...within.querySelectorAll("[data-item]")], [...within.querySelectorAll("[data-block]")]);
}
for (const button of document.querySelectorAll("button[data-open]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = button.dataset.open === "all";
    document.querySelectorAll("main details").forEach((each) => { each.open = open; });
  });
}
addEventListener("hashchange", reveal);
reveal();
