// The fields of the page: what is written in them is told, and what is filled in is shown in them.

import { byId, made, setText } from "./view.js";

/**
 * @typedef {import("./answers.js").Cells} Cells
 * @typedef {(column: string, cell: string, isTyping: boolean) => void} Write
 * @typedef {{column: string, element: HTMLElement, row: HTMLElement | null, fault: HTMLElement | null}} Field
 */

const UNWRITTEN = "";

/** All fields of a page. */
export class Form {
  /** @param {Write} write */
  constructor(write) {
    const elements = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-column]"));
    /** @type {Map<string, Field>} */
    this.fields = new Map();
    for (const element of elements) {
      const column = element.dataset.column ?? "";
      const row = /** @type {HTMLElement | null} */ (element.closest("[data-row]"));
      this.fields.set(column, { column, element, row, fault: null });
      element.addEventListener("input", () => write(column, cellOf(element), isWritten(element)));
      element.addEventListener("change", () => write(column, cellOf(element), false));
    }
  }

  /**
   * Show cells.
   * @param {Cells} cells
   * @param {Cells | null} tried those of a scenario; null where the answers are shown
   * @param {Map<string, string>} wrong
   * @param {string} typed the field that is written in
   */
  show(cells, tried, wrong, typed) {
    for (const field of this.fields.values()) {
      const { column, element, row } = field;
      if (column !== typed) putCell(element, cells.get(column) ?? UNWRITTEN);
      element.toggleAttribute("data-tried", tried?.has(column) ?? false);
      if (row?.dataset.row === column) row.toggleAttribute("data-answered", (cells.get(column) ?? "") !== "");
      this.showFault(field, wrong.get(column) ?? "");
    }
    this.showOthers(cells);
  }

  /**
   * Show what was opened and has no field here: remarks on what stands above items, contacts, outcomes of answers.
   * @param {Cells} cells
   * @private
   */
  showOthers(cells) {
    const others = [...cells].filter(([column, cell]) => cell !== UNWRITTEN && !this.fields.has(column));
    byId("others").hidden = others.length === 0;
    setText(byId("others-count"), String(others.length));
    byId("others-list").replaceChildren(...others.flatMap(([column, cell]) => [made("dt", column), made("dd", cell)]));
  }

  /**
   * @param {Field} field
   * @param {string} words
   * @private
   */
  showFault(field, words) {
    if (!words && !field.fault) return;
    if (!field.fault) {
      field.fault = made("p", "", { class: "fault", id: `fault-${field.element.id}` });
      field.element.after(field.fault);
    }
    setText(field.fault, words && `直すところ: ${words}`);
    field.fault.hidden = words === "";
    if (words) {
      field.element.setAttribute("aria-invalid", "true");
      field.element.setAttribute("aria-describedby", field.fault.id);
    } else {
      field.element.removeAttribute("aria-invalid");
      field.element.removeAttribute("aria-describedby");
    }
  }

  /**
   * Show what is not answered only, or all.
   * @param {boolean} isOnly
   */
  filter(isOnly) {
    const active = document.activeElement;
    for (const row of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-row]"))) {
      row.hidden = isOnly && row.hasAttribute("data-answered") && !row.contains(active);
    }
  }

  /** Open what holds 根拠 or 備考, as what is folded is not printed. */
  openWritten() {
    for (const { element } of this.fields.values()) {
      const details = element.closest("details");
      if (details && element.matches("input") && cellOf(element) !== UNWRITTEN) details.open = true;
    }
  }

  /**
   * Lead to a field.
   * @param {string} column
   */
  focus(column) {
    const element = this.fields.get(column)?.element;
    const target = element?.matches("fieldset") ? element.querySelector("input") : element;
    /** @type {HTMLElement | null | undefined} */ (target)?.focus();
  }

  /** Lead to the next field behind the one in use that is not filled in. */
  focusNext() {
    const active = document.activeElement;
    const open = [...this.fields.values()].filter(
      ({ column, row }) => row?.dataset.row === column && !row.hasAttribute("data-answered"),
    );
    const behind = open.find(
      ({ element }) => active && active.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    const next = behind ?? open[0];
    if (next) this.focus(next.column);
  }
}

/** @param {HTMLElement} element */
function isWritten(element) {
  return element.matches("input, textarea");
}

/** @param {HTMLElement} element */
function cellOf(element) {
  if (element instanceof HTMLFieldSetElement) {
    return /** @type {HTMLInputElement | null} */ (element.querySelector("input:checked"))?.value ?? UNWRITTEN;
  }
  return /** @type {HTMLInputElement | HTMLSelectElement} */ (element).value;
}

/**
 * @param {HTMLElement} element
 * @param {string} cell
 */
function putCell(element, cell) {
  if (element instanceof HTMLFieldSetElement) {
    const wanted = cell && /** @type {Record<string, string>} */ (ANSWERS)[cell] ? ANSWERS[cell] : cell;
    for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (element.querySelectorAll("input"))) {
      box.checked = box.value === wanted;
    }
    return;
  }
  const field = /** @type {HTMLInputElement | HTMLSelectElement} */ (element);
  const wanted = element instanceof HTMLSelectElement ? (ANSWERS[cell] ?? cell) : cell;
  if (field.value !== wanted) field.value = wanted;
}

/** @type {Record<string, string>} */
const ANSWERS = Object.fromEntries([
  ...["該当", "○", "〇", "◯", "1", "１", "TRUE", "true", "True"].map((word) => [word, "○"]),
  ...["非該当", "×", "✕", "0", "０", "FALSE", "false", "False"].map((word) => [word, "×"]),
]);
