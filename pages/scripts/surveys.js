// The sheets of a survey sheet that were saved as CSV → cells, by the rules by which haiten reads the workbook. Nothing
// is taken of sheets that are damaged, or of another rulebook, and nothing that was written in them is lost in silence.

import { RefusedError, rowsOf } from "./texts.js";

/**
 * @typedef {import("./answers.js").Cells} Cells
 * @typedef {import("./texts.js").Opened} Opened
 *
 * A node of a sheet of items: its path, points and words, and what is filled in: an answer, only an outcome, or nothing.
 * @typedef {[path: string, maximum: number, words: string, input: "answer" | "outcome" | ""]} SurveyRow
 *
 * What a survey sheet is, as haiten writes it. `says`: what it says of itself, and what to do where it says otherwise.
 * @typedef {{
 *   about: string, cover: string, numbers: string, who: string, how: string,
 *   aboutHeadings: string[], numberHeadings: string[], itemHeadings: string[],
 *   says: [key: string, value: string, remedy: string][], words: [key: string, print: string], body: string,
 *   identity: string[], attribute: string, given: string, ground: string, note: string,
 *   rows: Record<string, boolean>, others: string[], needed: string[], numberGround: string, numberNote: string,
 *   sheets: {name: string, rows: SurveyRow[]}[],
 *   place: Record<"path" | "text" | "maximum" | "answer" | "outcome" | "evidence" | "remark" | "column" | "number"
 *     | "numberEvidence" | "numberRemark" | "label" | "entry", number>,
 *   yes: string, no: string,
 * }} SurveyData
 */

const SHORT = 40;
const COVER_ROWS = 200;
const MOST_TOLD = 3;
const UNSEEN = /\s|[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}/g;
/** @type {Record<string, string>} */
const LIKE = { "〜": "～", "−": "－", "—": "―", "‖": "∥" };

/**
 * The sheet that a file holds, by its headings; null where it is none of a survey sheet.
 * @param {SurveyData} survey
 * @param {Opened} opened
 * @param {(cell: string) => string} trimmed
 */
export function surveySheet(survey, { text, lossy }, trimmed) {
  const named = (/** @type {string[][]} */ rows) => sheetNamed(survey, rows, trimmed);
  const rows = rowsOf(text, (each) => named(each) !== null);
  const name = rows && named(rows);
  return rows && name ? new SurveySheet(name, rows, lossy, trimmed) : null;
}

/**
 * @param {SurveyData} survey
 * @param {string[][]} rows
 * @param {(cell: string) => string} trimmed
 * @returns {string | null}
 */
function sheetNamed(survey, rows, trimmed) {
  const first = (rows[0] ?? []).map(trimmed);
  const isLike = (/** @type {string[]} */ headings) =>
    2 * headings.filter((heading, place) => heading === first[place]).length > headings.length;
  if (isLike(survey.aboutHeadings)) return survey.about;
  if (isLike(survey.numberHeadings)) return survey.numbers;
  if (isLike(survey.itemHeadings)) {
    const key = rows.slice(1).map((row) => trimmed(row[survey.place.path] ?? "")).find(Boolean);
    return survey.sheets.find((sheet) => sheet.rows[0]?.[0] === key)?.name ?? key ?? null;
  }
  const labels = new Set(rows.slice(0, COVER_ROWS).map((row) => trimmed(row[survey.place.label] ?? "")));
  return labels.has(survey.who) && labels.has(survey.how) ? survey.cover : null;
}

class SurveySheet {
  /**
   * @param {string} name
   * @param {string[][]} rows
   * @param {boolean} lossy
   * @param {(cell: string) => string} trimmed
   */
  constructor(name, rows, lossy, trimmed) {
    this.name = name;
    this.rows = rows;
    this.lossy = lossy;
    this.trimmed = trimmed;
  }

  /**
   * @param {number} row
   * @param {number} place
   */
  raw(row, place) {
    return this.rows[row]?.[place] ?? "";
  }

  /**
   * @param {number} row
   * @param {number} place
   */
  cell(row, place) {
    return this.trimmed(this.raw(row, place));
  }
}

/**
 * The cells that the sheets of one survey sheet say.
 * @param {SurveyData} survey
 * @param {SurveySheet[]} sheets
 * @returns {Cells}
 */
export function readSurvey(survey, sheets) {
  const reader = new SurveyReader(survey, sheets);
  reader.read();
  const { wrong } = reader;
  if (!wrong.length) return new Map([...reader.cells].filter(([, cell]) => cell !== ""));
  const more = wrong.length > MOST_TOLD ? `。ほか${wrong.length - MOST_TOLD}か所` : "";
  throw new RefusedError(`${wrong.slice(0, MOST_TOLD).join("。")}${more}`);
}

class SurveyReader {
  /**
   * @param {SurveyData} survey
   * @param {SurveySheet[]} sheets
   */
  constructor(survey, sheets) {
    this.survey = survey;
    this.sheets = sheets;
    /** @type {Cells} */
    this.cells = new Map();
    /** @type {string[]} */
    this.wrong = [];
    /** @type {Map<string, string>} */
    this.about = new Map();
  }

  read() {
    const { survey, sheets } = this;
    const wanted = [survey.cover, survey.numbers, ...survey.sheets.map((sheet) => sheet.name), survey.about];
    const names = sheets.map((sheet) => sheet.name);
    for (const name of new Set(names.filter((name, place) => names.indexOf(name) !== place))) {
      this.wrong.push(`シート「${name}」の CSV が2つあります`);
    }
    const missing = wanted.filter((name) => !names.includes(name));
    if (missing.length && (missing.includes(survey.about) || names.every((name) => wanted.includes(name)))) {
      const listed = missing.map((name) => `「${name}」`).join("");
      this.wrong.push(`調査票のシート${listed}の CSV がありません。全てのシートの CSV を一緒に選んでください`);
    }
    if (this.wrong.length || !this.isOfRulebook()) return;
    for (const sheet of sheets) {
      const grant = survey.sheets.find((each) => each.name === sheet.name);
      if (sheet.name === survey.cover) this.readCover(sheet);
      else if (sheet.name === survey.numbers) this.readNumbers(sheet);
      else if (grant) this.readItems(sheet, grant.rows);
      else if (sheet.name !== survey.about) this.wrong.push(`調査票にないシート「${sheet.name}」があります`);
    }
    const [code = ""] = survey.identity;
    const sent = this.about.get(survey.body) ?? "";
    const own = this.cells.get(code) ?? "";
    if (sent && bodyKey(own.padStart(sent.length, "0")) !== bodyKey(sent)) {
      this.wrong.push(`${code}は「${own || "なし"}」ですが、${sent} に配った調査票です`);
    }
  }

  /** @private */
  isOfRulebook() {
    const sheet = this.sheets.find((each) => each.name === this.survey.about);
    sheet?.rows.forEach((_, row) => {
      if (sheet.cell(row, 0)) this.about.set(sheet.cell(row, 0), sheet.cell(row, 1));
    });
    for (const [key, value, remedy] of this.survey.says) {
      const found = this.about.get(key) ?? "";
      if (found === value) continue;
      const shown = [found, value].map((text) => text.slice(0, 16) || "なし");
      this.wrong.push(`この評価指標の調査票ではありません: ${key}が「${shown[0]}」です（このページは「${shown[1]}」）。${remedy}`);
      return false;
    }
    return true;
  }

  /**
   * @param {SurveySheet} sheet
   * @param {number} row
   * @param {number} place
   * @param {string} what
   * @private
   */
  tell(sheet, row, place, what) {
    this.wrong.push(`シート「${sheet.name}」${letters(place)}${row + 1}: ${what}`);
  }

  /**
   * @param {SurveySheet} sheet
   * @param {number} row
   * @param {number} from
   * @param {number} [to]
   * @private
   */
  stray(sheet, row, from, to = sheet.rows[row]?.length ?? 0) {
    for (let place = from; place < to; place += 1) {
      const cell = sheet.cell(row, place);
      if (cell) this.tell(sheet, row, place, `記入欄でないセルに「${cell.slice(0, SHORT)}」とあります`);
    }
  }

  /**
   * @param {SurveySheet} sheet
   * @param {number} row
   * @param {number} place
   * @param {string} column
   * @private
   */
  take(sheet, row, place, column) {
    const cell = sheet.cell(row, place);
    if (/^#(?:NULL!|DIV\/0!|VALUE!|REF!|NAME\?|NUM!|N\/A|#+)$/.test(cell)) {
      this.tell(sheet, row, place, `記入欄が ${cell} です`);
    } else this.cells.set(column, cell);
  }

  /**
   * @param {SurveySheet} sheet
   * @param {number} row
   * @param {number} place
   * @param {string} column
   * @private
   */
  takeAnswer(sheet, row, place, column) {
    const cell = sheet.raw(row, place);
    if (![this.survey.yes, this.survey.no, ""].includes(cell)) {
      this.tell(sheet, row, place, `「${cell.slice(0, SHORT)}」は、この欄の答えではありません`);
    } else if (cell) this.cells.set(column, cell);
  }

  /**
   * @param {SurveySheet} sheet
   * @param {string[]} headings
   * @private
   */
  hasHeadings(sheet, headings) {
    const place = headings.findIndex((heading, at) => sheet.cell(0, at) !== heading);
    if (place < 0) return true;
    const found = sheet.cell(0, place).slice(0, SHORT);
    this.tell(sheet, 0, place, `見出し「${headings[place] ?? ""}」のところに「${found}」とあります`);
    return false;
  }

  /**
   * @param {SurveySheet} sheet
   * @private
   */
  readCover(sheet) {
    const { place, identity, attribute, who, how } = this.survey;
    const labels = sheet.rows.map((_, row) => sheet.cell(row, place.label));
    const [first, last] = [labels.indexOf(who), labels.indexOf(how)];
    if (first > last) {
      this.wrong.push(`シート「${sheet.name}」: 「${who}」か「${how}」の見出しがありません`);
      return;
    }
    for (let row = first + 1; row < last; row += 1) {
      const label = labels[row] ?? "";
      this.stray(sheet, row, label ? place.entry + 1 : place.entry);
      if (!label) continue;
      const column = identity.includes(label) || label.startsWith(attribute) ? label : attribute + label;
      if (this.cells.has(column)) this.tell(sheet, row, place.label, `「${label}」が2つあります`);
      else this.take(sheet, row, place.entry, column);
    }
    for (const label of identity) {
      if (!labels.includes(label)) this.wrong.push(`シート「${sheet.name}」: 「${label}」の欄がありません`);
    }
  }

  /**
   * @param {SurveySheet} sheet
   * @private
   */
  readNumbers(sheet) {
    const { place, rows, others, needed, numberHeadings, numberGround, numberNote } = this.survey;
    if (!this.hasHeadings(sheet, numberHeadings)) return;
    /** @type {Set<string>} */
    const found = new Set();
    for (let row = 1; row < sheet.rows.length; row += 1) {
      const column = sheet.cell(row, place.column);
      this.stray(sheet, row, column ? numberHeadings.length : place.column + 1);
      if (!column) continue;
      if (found.has(column)) {
        this.tell(sheet, row, place.column, `「${column}」の行が2つあります`);
        continue;
      }
      found.add(column);
      const isYesNo = rows[column];
      if (isYesNo === undefined && !others.includes(column)) {
        this.tell(sheet, row, place.column, `「${column.slice(0, SHORT)}」という事実は、評価指標にありません`);
        continue;
      }
      if (isYesNo) this.takeAnswer(sheet, row, place.number, column);
      else this.take(sheet, row, place.number, column);
      this.take(sheet, row, place.numberEvidence, numberGround + column);
      this.take(sheet, row, place.numberRemark, numberNote + column);
    }
    for (const column of needed) {
      if (!found.has(column)) this.wrong.push(`シート「${sheet.name}」: 「${column}」の行がありません`);
    }
  }

  /**
   * @param {SurveySheet} sheet
   * @param {SurveyRow[]} wanted
   * @private
   */
  readItems(sheet, wanted) {
    const { survey } = this;
    const { place, itemHeadings } = survey;
    if (!this.hasHeadings(sheet, itemHeadings)) return;
    const found = sheet.rows.map((_, row) => row).filter((row) => row > 0 && sheet.cell(row, place.path));
    const odd = Math.max(found.length, wanted.length);
    for (let at = 0; at < odd; at += 1) {
      const [row, key] = [found[at] ?? 0, wanted[at]?.[0] ?? ""];
      const path = row ? sheet.cell(row, place.path) : "";
      if (path === key) continue;
      this.tell(sheet, row, place.path, key ? `「${key}」の行のところに「${path.slice(0, SHORT)}」とあります` : `「${path.slice(0, SHORT)}」の行は、評価指標にありません`);
      return;
    }
    const [wordsKey, print] = survey.words;
    const sameWords = this.about.get(wordsKey) === print;
    wanted.forEach(([path, maximum, words, input], at) => {
      const row = found[at] ?? 0;
      if (sameWords && !isSame(sheet.raw(row, place.text), words, sheet.lossy)) {
        this.tell(sheet, row, place.text, `${path} の項目の文が変わっています`);
      }
      const points = sheet.raw(row, place.maximum).replaceAll(",", "");
      if (points !== String(maximum)) {
        this.tell(sheet, row, place.maximum, `${path} の配点が「${points.slice(0, SHORT)}」に変わっています（${maximum}点）`);
      }
      if (input === "answer") this.takeAnswer(sheet, row, place.answer, path);
      else this.stray(sheet, row, place.answer, place.answer + 1);
      if (input) this.takeAnswer(sheet, row, place.outcome, survey.given + path);
      else this.stray(sheet, row, place.outcome, place.outcome + 1);
      this.take(sheet, row, place.evidence, survey.ground + path);
      this.take(sheet, row, place.remark, survey.note + path);
    });
    const keyed = new Set(found);
    for (let row = 1; row < sheet.rows.length; row += 1) {
      this.stray(sheet, row, keyed.has(row) ? itemHeadings.length : place.maximum);
    }
  }
}

/**
 * Whether a text is the one that was written, but for what programs change in it and what nobody sees.
 * @param {string} found
 * @param {string} wanted
 * @param {boolean} lossy
 */
function isSame(found, wanted, lossy) {
  const [one, other] = [found, wanted].map((text) => [...text.replace(UNSEEN, "")]);
  if (!one || !other || one.length !== other.length) return false;
  const like = (/** @type {string | undefined} */ sign = "") => (lossy ? (LIKE[sign] ?? sign) : sign);
  return one.every((sign, at) => like(sign) === like(other[at]) || (lossy && sign === "?"));
}

/**
 * What tells bodies apart: the first five digits of an official code, which may have a check digit; else all.
 * @param {string} code
 */
export function bodyKey(code) {
  return /^[0-9]{7,}$/.test(code) ? code : code.slice(0, 5);
}

/**
 * A column as spreadsheets name it.
 * @param {number} place
 */
function letters(place) {
  let [text, rest] = ["", place + 1];
  while (rest) {
    text = String.fromCharCode(65 + ((rest - 1) % 26)) + text;
    rest = Math.floor((rest - 1) / 26);
  }
  return text;
}
