// What is saved, and what is opened: the page's own file, and CSV as haiten has it. What is wrong with a file is told,
// and nothing of it is taken.

import { safeText, writeCsv } from "./csv.js";
import { RefusedError, rowsOf } from "./texts.js";

/**
 * @typedef {import("./answers.js").Cells} Cells
 * @typedef {import("./answers.js").Filled} Filled
 * @typedef {import("./cells.js").Columns} Columns
 *
 * What a page is: the form of what it saves, and its rulebook; `trial` tells which 定数 of it were changed.
 * @typedef {{saved: string, year: string, scope: string, rules: string, trial: string, columns: Columns}} About
 */

/**
 * The page's own file.
 * @param {About} about
 * @param {Filled} filled
 */
export function writeSaved(about, filled) {
  const content = {
    form: about.saved,
    year: about.year,
    scope: about.scope,
    rules: about.rules,
    ...(about.trial ? { trial: about.trial } : {}),
    answers: Object.fromEntries(filled.answers),
    trials: filled.trials.map((trial) => Object.fromEntries(trial)),
  };
  return `${JSON.stringify({ ...content, check: checkOf(JSON.stringify(content)) }, null, 1)}\n`;
}

/**
 * @param {About} about
 * @param {string} text
 * @returns {Filled}
 */
export function readSaved(about, text) {
  let data;
  try {
    data = JSON.parse(text);
  } catch {
    throw new RefusedError("ファイルが壊れています（途中で切れているか、書き換えられています）");
  }
  if (typeof data !== "object" || data === null || data.form !== about.saved) {
    throw new RefusedError("このページで保存したファイルではありません");
  }
  const { check, ...content } = data;
  if (check !== checkOf(JSON.stringify(content))) {
    throw new RefusedError("ファイルが壊れています（検査の値が合いません）");
  }
  if (content.rules !== about.rules) {
    const tried = content.trial ? `、試算: 定数 ${content.trial}` : "";
    throw new RefusedError(`別の評価指標の回答です（${content.year} ${content.scope}${tried}、規則の指紋が違います）`);
  }
  const known = knownColumns(about.columns);
  const [one, two] = content.trials;
  return {
    answers: cellsOf(content.answers, known),
    trials: [cellsOf(one, known), cellsOf(two, known)],
  };
}

/**
 * @param {unknown} data
 * @param {Set<string>} known
 * @returns {Cells}
 */
function cellsOf(data, known) {
  const entries = typeof data === "object" && data !== null ? Object.entries(data) : [];
  for (const [column, cell] of entries) {
    if (!known.has(column) && !isAttribute(column)) throw new RefusedError(`知らない項目「${column}」があります`);
    if (typeof cell !== "string") throw new RefusedError(`「${column}」の値が文字ではありません`);
  }
  return new Map(entries);
}

/**
 * Whether a column is a word about the body that haiten carries along, and the page too: who filled it in, and the like.
 * @param {string} column
 */
function isAttribute(column) {
  return column.startsWith("属性.");
}

/**
 * The columns that a page has cells of.
 * @param {Columns} columns
 */
export function knownColumns(columns) {
  const given = new Set(Object.values(columns.outcomes).map((path) => columns.given + path));
  return new Set([
    ...columns.identity,
    ...Object.keys(columns.numbers),
    ...Object.values(columns.answers),
    ...given,
    ...columns.words,
  ]);
}

/**
 * What tells that a text is whole: its CRC-32.
 * @param {string} text
 */
export function checkOf(text) {
  let check = 0xffffffff;
  for (const byte of new TextEncoder().encode(text)) {
    check ^= byte;
    for (let bit = 0; bit < 8; bit += 1) check = (check >>> 1) ^ (check & 1 ? 0xedb88320 : 0);
  }
  return (~check >>> 0).toString(16).padStart(8, "0");
}

/**
 * A fact file of one body, which haiten reads, and refuses for another rulebook.
 * @param {About} about
 * @param {Cells} cells
 */
export function writeFacts(about, cells) {
  const { identity, year, rules, trial, numbers, words } = about.columns;
  const attributes = [...cells.keys()].filter(isAttribute);
  const texts = new Set([...identity, ...words, ...attributes]);
  const all = [...attributes, ...knownColumns(about.columns)];
  const columns = all.filter((column) => !identity.includes(column) && cells.get(column));
  const cell = (/** @type {string} */ column) => {
    const text = cells.get(column) ?? "";
    return texts.has(column) ? safeText(text) : text;
  };
  columns.sort((one, other) => Number(other in numbers) - Number(one in numbers));
  const [named, told] = about.trial ? [[trial], [about.trial]] : [[], []];
  return writeCsv([
    [...identity, year, rules, ...named, ...columns],
    [...identity.map(cell), about.year, about.rules, ...told, ...columns.map(cell)],
  ]);
}

/**
 * The cells of one body of a fact file.
 * @param {About} about
 * @param {string} text
 * @param {string} code the body that is wanted where there are several; empty for any
 * @param {(column: string) => string} canonical a heading as it is read
 * @returns {Cells}
 */
export function readFacts(about, text, code, canonical) {
  const { identity, year, rules, trial, answers, outcomes, given } = about.columns;
  const [codes = ""] = identity;
  const hasCodes = (/** @type {string[]} */ row) => row.some((cell) => cell.trim() === codes);
  const found = rowsOf(text, (each) => each.some(hasCodes));
  const rows = found?.filter((row) => row.some((cell) => cell.trim() !== "")) ?? null;
  if (rows === null) throw new RefusedError("CSV として読めません（引用符が合いません）");
  const first = rows.findIndex(hasCodes);
  if (first < 0) throw new RefusedError(`「${codes}」の列がありません`);
  const header = (rows[first] ?? []).map((cell) => canonical(cell.trim()));
  const known = knownColumns(about.columns);
  const places = new Map(Object.entries(answers));
  for (const [heading, path] of Object.entries(outcomes)) places.set(heading, given + path);
  const names = header.map((name) => (known.has(name) ? name : (places.get(name) ?? name)));
  const kept = (/** @type {string} */ name) => known.has(name) || isAttribute(name);
  const foreign = names.filter((name) => !kept(name) && ![year, rules, trial, ""].includes(name));
  if (foreign.length) {
    throw new RefusedError(`知らない列があります（${foreign.slice(0, 3).join("、")}${foreign.length > 3 ? " ほか" : ""}）`);
  }
  const bodies = rows.slice(first + 1).map((row) => bodyOf(names, row));
  const chosen = bodies.length === 1 ? bodies[0] : bodies.find((body) => code && body.get(codes) === code);
  if (!chosen) {
    throw new RefusedError(
      bodies.length ? `${bodies.length}団体のファイルです。先に団体コードを書いてから開いてください` : "団体の行がありません",
    );
  }
  const print = chosen.get(rules) ?? "";
  if (print !== "" && print !== about.rules) throw new RefusedError("別の評価指標の回答です（規則の指紋が違います）");
  const written = chosen.get(year) ?? "";
  if (written !== "" && written !== about.year) throw new RefusedError(`${written}のファイルです（このページは${about.year}）`);
  return new Map([...chosen].filter(([name, cell]) => kept(name) && cell !== ""));
}

/**
 * @param {string[]} names
 * @param {string[]} row
 */
function bodyOf(names, row) {
  if (row.length > names.length && row.slice(names.length).some((cell) => cell.trim() !== "")) {
    throw new RefusedError("見出しより長い行があります");
  }
  /** @type {Cells} */
  const body = new Map();
  names.forEach((name, place) => {
    const cell = (row[place] ?? "").trim();
    const before = body.get(name);
    if (before && cell && before !== cell) throw new RefusedError(`「${name}」が2か所にあり、値が違います`);
    if (cell || !before) body.set(name, cell);
  });
  return body;
}
