// The parts of a page on many cases at once, as JSON in and JSON out.

import { readFileSync } from "node:fs";
import { evaluate } from "../../backends/javascript/evaluate.js";
import { exactOf, showExact, writeExact } from "../../backends/javascript/exact.js";
import { Evaluator } from "../../backends/javascript/program.js";
import { CellReader } from "../../pages/scripts/cells.js";
import { gainOf } from "../../pages/scripts/gaps.js";
import { mediansOf, rankIn, bodiesIn, sumsOf } from "../../pages/scripts/places.js";
import { readFacts, readSaved, writeFacts, writeSaved } from "../../pages/scripts/saved.js";
import { readSurvey, surveySheet } from "../../pages/scripts/surveys.js";
import { textOf } from "../../pages/scripts/texts.js";

const given = JSON.parse(readFileSync(0, "utf8"));
const reader = given.data && new CellReader(given.data.columns, given.data.signs);

/** What a function gives, or what it refuses by.
 * @param {() => unknown} act */
function tried(act) {
  try {
    return act();
  } catch (error) {
    if (error instanceof Error && error.constructor.name === "RefusedError") return { refused: error.message };
    throw error;
  }
}

/** @type {Record<string, () => unknown>} */
const parts = {
  cells: () =>
    given.cells.map((/** @type {[string, string]} */ [column, cell]) => {
      const { facts, wrong } = reader.read(new Map([[column, cell]]));
      if (wrong.size) return "wrong";
      const number = facts.numbers.get(column);
      const answer = facts.answers.get(column) ?? facts.outcomes.get(column.replace(/^所与\./, ""));
      return number ? writeExact(number) : (answer ?? null);
    }),
  figures: () => given.figures.map((/** @type {string} */ text) => showExact(exactOf(text))),
  gains: () => {
    const { facts } = reader.read(new Map(Object.entries(given.body)));
    const score = evaluate(new Evaluator(given.data.program), facts);
    return given.won.map((/** @type {string[]} */ paths) => gainOf(score, given.data.special, paths));
  },
  saved: () => {
    const filled = { answers: new Map(Object.entries(given.answers)), trials: [new Map(), new Map()] };
    return writeSaved(given.data, /** @type {any} */ (filled));
  },
  opened: () =>
    given.texts.map((/** @type {string} */ text) =>
      tried(() => Object.fromEntries(readSaved(given.data, text).answers)),
    ),
  csv: () => writeFacts(given.data, new Map(Object.entries(given.answers))),
  read: () =>
    given.files.map((/** @type {[string, string]} */ [base64, code]) =>
      tried(() => {
        const bytes = new Uint8Array(Buffer.from(base64, "base64"));
        return Object.fromEntries(readFacts(given.data, textOf(bytes).text, code, (heading) => reader.fold(heading).trim()));
      }),
    ),
  places: () =>
    given.asked.map((/** @type {[string, number, number]} */ [where, certain, possible]) => {
      const { nation } = given.data;
      const spread = (where === "全国" ? nation.points : nation.prefectures[where])["全体"];
      const rank = rankIn(spread, { certain, possible });
      return { rank, size: bodiesIn(spread), sums: sumsOf(spread), medians: mediansOf(spread) };
    }),
  surveys: () =>
    given.surveys.map((/** @type {string[]} */ files) =>
      tried(() => {
        const opened = files.map((base64) => textOf(new Uint8Array(Buffer.from(base64, "base64"))));
        const sheets = opened.map((each) => surveySheet(given.data.survey, each, (cell) => reader.trimmed(cell)));
        if (sheets.includes(null)) return { refused: "no sheet" };
        return Object.fromEntries(readSurvey(given.data.survey, /** @type {any} */ (sheets)));
      }),
    ),
};
process.stdout.write(JSON.stringify(parts[given.part]?.()));
