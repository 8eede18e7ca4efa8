// Cells as people write them → exact numbers and answers, by the rules by which haiten reads a fact file.

import { compareExact, exactOf } from "../../backends/javascript/exact.js";

/**
 * @typedef {import("../../backends/javascript/exact.js").Exact} Exact
 * @typedef {import("../../backends/javascript/program.js").Facts} Facts
 *
 * @typedef {{unit: string, decimals: number, low: string | null, high: string | null, bounds: string}} NumberColumn
 *
 * The columns of a fact file: those of answers and outcomes each with the name or the path that it is about.
 * @typedef {{
 *   identity: string[], year: string, rules: string, trial: string, numbers: Record<string, NumberColumn>,
 *   answers: Record<string, string>, outcomes: Record<string, string>, given: string, words: string[],
 * }} Columns
 *
 * How cells are written: what is read as what, what is no part of a cell, signs of numbers below zero, digits at most.
 * @typedef {{
 *   folded: Record<string, string>, blanks: string, minus: string, digits: number, yes: string[], no: string[],
 * }} Signs
 *
 * @typedef {{facts: Facts, wrong: Map<string, string>}} CellsRead
 */

/** Reads the cells of one body. */
export class CellReader {
  /**
   * @param {Columns} columns
   * @param {Signs} signs
   */
  constructor(columns, signs) {
    this.numbers = new Map(Object.entries(columns.numbers));
    this.answers = new Map(Object.entries(columns.answers));
    this.outcomes = new Map(Object.entries(columns.outcomes));
    this.signs = signs;
    this.folded = new Map(Object.entries(signs.folded));
    this.blanks = new Set(signs.blanks);
    this.yes = new Set(signs.yes);
    this.no = new Set(signs.no);
    this.shape = new RegExp(
      `^([${signs.minus}＋]?)[ 　]*([1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]*)(?:\\.([0-9]+))?$`,
    );
  }

  /**
   * A cell without what stands around it unseen.
   * @param {string} cell
   */
  trimmed(cell) {
    let [first, last] = [0, cell.length];
    while (first < last && this.blanks.has(cell.charAt(first))) first += 1;
    while (first < last && this.blanks.has(cell.charAt(last - 1))) last -= 1;
    return cell.slice(first, last);
  }

  /**
   * All cells, by column.
   * @param {ReadonlyMap<string, string>} cells
   * @returns {CellsRead}
   */
  read(cells) {
    /** @type {Facts} */
    const facts = { numbers: new Map(), answers: new Map(), outcomes: new Map(), points: new Map() };
    /** @type {Map<string, string>} */
    const wrong = new Map();
    for (const [column, cell] of cells) {
      const text = this.trimmed(cell);
      const number = this.numbers.get(column);
      if (text === "") continue;
      if (number) {
        const read = this.number(number, text);
        if (typeof read === "string") wrong.set(column, read);
        else facts.numbers.set(column, read);
        continue;
      }
      const [about, into] = this.answers.has(column)
        ? [this.answers.get(column), facts.answers]
        : [this.outcomes.get(column), facts.outcomes];
      if (about === undefined) continue;
      const answer = this.answer(text);
      if (answer === null) wrong.set(column, "該当か非該当（○か×）で答えてください");
      else into.set(about, answer);
    }
    return { facts, wrong };
  }

  /**
   * An answer; null where it is none.
   * @param {string} text without blanks around
   */
  answer(text) {
    const plain = text.replaceAll("０", "0").replaceAll("１", "1");
    return this.yes.has(plain) ? true : this.no.has(plain) ? false : null;
  }

  /**
   * The number in a cell, or what is wrong with it.
   * @param {NumberColumn} column
   * @param {string} text
   * @returns {Exact | string}
   */
  number(column, text) {
    let folded = this.fold(text);
    if (column.unit && folded.endsWith(column.unit)) folded = folded.slice(0, -column.unit.length);
    const found = this.shape.exec(this.trimmed(this.fold(folded)));
    const [, sign = "", written = "", behind = ""] = found ?? [];
    if (!found || !(written || behind)) return `数を書いてください${column.unit ? `（単位は${column.unit}）` : ""}`;
    const whole = written.replaceAll(",", "").replace(/^0+/, "");
    const decimals = behind.replace(/0+$/, "");
    if (whole.length > this.signs.digits) return `数が大きすぎます（整数部は${this.signs.digits}桁まで）`;
    if (decimals.length > column.decimals) {
      return column.decimals ? `小数は${column.decimals}桁までです` : "整数で書いてください";
    }
    const size = BigInt(whole + decimals.padEnd(column.decimals, "0") || "0");
    /** @type {Exact} */
    const value = { num: sign && sign !== "＋" ? -size : size, den: 10n ** BigInt(column.decimals) };
    const isLow = column.low !== null && compareExact(value, exactOf(column.low)) < 0;
    const isHigh = column.high !== null && compareExact(value, exactOf(column.high)) > 0;
    return isLow || isHigh ? `${column.bounds}で書いてください` : value;
  }

  /** @param {string} text */
  fold(text) {
    return [...text].map((sign) => this.folded.get(sign) ?? sign).join("");
  }
}
