// A table that is sorted by any of its columns, and written as CSV as it is shown.

import { safeText, writeCsv } from "./csv.js";
import { download, made } from "./view.js";

/**
 * @typedef {import("./groups.js").TableCell} TableCell
 * @typedef {{cells: TableCell[], words: string, act?: () => void}} TableRow `act`: what its first cell does
 */

/** Rows under headings. */
export class SortedTable {
  /**
   * @param {HTMLElement} where a table that is empty
   * @param {string} name of the table and of its file
   * @param {string} trial which 定数 a simulation changed, as its file says in a column; empty for none
   */
  constructor(where, name, trial) {
    this.where = where;
    this.name = trial ? `${name}（定数の試算）` : name;
    this.trial = trial;
    /** @type {string[]} */
    this.titles = [];
    /** @type {TableRow[]} */
    this.rows = [];
    this.column = -1;
    this.isDown = true;
    this.head = made("thead");
    this.body = made("tbody");
    where.append(made("caption", this.name), this.head, this.body);
  }

  /**
   * Show other rows; they stay sorted as they were.
   * @param {string[]} titles
   * @param {TableRow[]} rows
   */
  show(titles, rows) {
    const hasFocus = this.head.contains(document.activeElement);
    this.titles = titles;
    this.rows = rows;
    const cells = titles.map((title, column) => {
      const button = made("button", title, { type: "button" });
      button.addEventListener("click", () => this.sort(column));
      const sorted = this.column === column ? (this.isDown ? "descending" : "ascending") : "none";
      return made("th", [button], { scope: "col", "aria-sort": sorted, ...(column ? { class: "n" } : {}) });
    });
    this.head.replaceChildren(made("tr", cells));
    this.body.replaceChildren(...this.sorted().map(rowElement));
    if (hasFocus) /** @type {HTMLElement | null} */ (cells[this.column]?.firstElementChild)?.focus();
  }

  /**
   * @param {number} column
   * @private
   */
  sort(column) {
    this.isDown = this.column === column ? !this.isDown : column > 0;
    this.column = column;
    this.show(this.titles, this.rows);
  }

  /** @private */
  sorted() {
    if (this.column < 0) return this.rows;
    const sign = this.isDown ? -1 : 1;
    const key = (/** @type {TableRow} */ row) => row.cells[this.column]?.key ?? "";
    return [...this.rows].sort((one, other) => {
      const [a, b] = [key(one), key(other)];
      return sign * (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "ja"));
    });
  }

  /** Write what is shown as CSV. */
  save() {
    const rows = this.sorted().map((row) => row.cells.map((cell) => safeText(cell.text)));
    const [named, told] = this.trial ? [["試算"], [this.trial]] : [[], []];
    const written = [[...this.titles, ...named], ...rows.map((row) => [...row, ...told])];
    download(`${this.name}.csv`, writeCsv(written), "text/csv");
  }
}

/** @param {TableRow} row */
function rowElement({ cells, words, act }) {
  return made(
    "tr",
    cells.map((cell, column) => {
      if (column > 0) return made("td", cell.text, { class: "n" });
      const inside = act ? made("button", cell.text, { type: "button", class: "quiet" }) : document.createTextNode(cell.text);
      if (act) inside.addEventListener("click", act);
      return made("th", [inside, ...(words ? [document.createTextNode(` ${words}`)] : [])], { scope: "row" });
    }),
  );
}
