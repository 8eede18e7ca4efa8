// Why a condition came out as it did, read off a score: nothing is computed a second time.

import { addExact, exactOf, multiplyExact, rootOf, showExact, writeExact } from "./exact.js";
import { NO_CLASS, UNKNOWN, YES, at } from "./program.js";
import { betterInClass, classNumber, keptFor, sizeOf } from "./rankings.js";

/**
 * @typedef {import("./score.js").Score} Score
 * @typedef {import("./program.js").Truth} Truth
 *
 * A value that a condition reads: name, unit, and the slot that holds it.
 * @typedef {[string, string, number]} ReadingData
 *
 * A condition: its words, the slot of its truth, what it reads, its parts; `table` has pairs of a class and what is
 * asked in it; `rank` where the body stands.
 * @typedef {{
 *   kind: string, text: string, slot: number, readings?: ReadingData[], parts?: ReasonData[],
 *   table?: [ReasonData, ReasonData][], rank?: {slot: number, value: ReadingData, step: string, lower: boolean,
 *   classes: string[] | null}, bar?: BarData,
 * }} ReasonData
 *
 * What a comparison with 全国標準偏差 is held against: `beside ＋ times × the root of variance`; slots of values.
 * @typedef {{
 *   text: string, of: number, mean: number, variance: number, times: string, beside: [number, number][], unit: string,
 * }} BarData
 * @typedef {{shown: string, exact: string | null}} Root
 * @typedef {{
 *   text: string, mean: string | null, variance: string | null, deviation: Root | null, bar: Root | null, unit: string,
 *   n: number | null, met: number | null,
 * }} Bar
 *
 * @typedef {{name: string, value: string | null, unit: string}} Reading
 * @typedef {{
 *   value: Reading, rank: number | null, n: number, step: string, in: number, cutoff: string | null,
 *   direction: "lower" | "higher", class?: string,
 * }} Placing
 * @typedef {{
 *   kind: string, text: string, truth: boolean | null, readings?: Reading[], placing?: Placing, bar?: Bar, parts?: Reason[],
 * }} Reason
 */

/**
 * A truth as yes, no or null.
 * @param {Truth} truth
 */
export function told(truth) {
  return truth === UNKNOWN ? null : truth === YES;
}

/**
 * How a condition came out, as haiten's `explain` has it in JSON.
 * @param {Score} score
 * @param {ReasonData} data
 * @returns {Reason}
 */
export function reasonOf(score, data) {
  /** @type {Reason} */
  const reason = { kind: data.kind, text: data.text, truth: told(at(score.truths, data.slot)) };
  if (data.readings?.length) reason.readings = data.readings.map((reading) => readingOf(score, reading));
  if (data.rank) reason.placing = placingOf(score, data, data.rank);
  if (data.bar) reason.bar = barOf(score, data.slot, data.bar);
  let parts = data.parts ?? [];
  if (data.table) {
    const sure = data.table.filter(([inClass]) => at(score.truths, inClass.slot) === YES);
    parts = (sure.length ? sure : data.table).flat();
  }
  if (parts.length) reason.parts = parts.map((part) => reasonOf(score, part));
  return reason;
}

/**
 * @param {Score} score
 * @param {ReadingData} data
 * @returns {Reading}
 */
export function readingOf(score, [name, unit, slot]) {
  const value = at(score.values, slot);
  return { name, value: value && writeExact(value), unit };
}

/**
 * @param {Score} score
 * @param {ReasonData} data
 * @param {NonNullable<ReasonData["rank"]>} rank
 * @returns {Placing}
 */
function placingOf(score, data, { slot, value: reading, step, lower, classes }) {
  const { ranks } = score.evaluator.data;
  const number = classNumber(score, slot);
  const kept = keptFor(score, slot);
  const value = at(score.values, reading[2]);
  const hasRank = at(score.truths, slot) === YES && value !== null && (ranks === "alone" || kept?.places.length);
  const better = hasRank ? betterInClass(score, slot, value) : null;
  let cutoff = null;
  let inside = 0;
  if (ranks === "stored" && number >= 0) {
    const end = kept?.steps.get(step);
    cutoff = end?.end ? writeExact(end.end) : null;
    inside = end?.inside ?? 0;
  } else if (ranks === "alone" && number >= 0 && value !== null && at(score.truths, data.slot) === YES) {
    cutoff = writeExact(value);
    inside = 1;
  }
  /** @type {Placing} */
  const placing = {
    value: readingOf(score, reading),
    rank: better === null ? null : better + 1,
    n: sizeOf(score, slot),
    step,
    in: inside,
    cutoff,
    direction: lower ? "lower" : "higher",
  };
  if (classes) placing.class = number >= 0 ? at(classes, number) : number === NO_CLASS ? "該当する区分なし" : "不明";
  return placing;
}

/**
 * What a body was held against in a comparison with 全国標準偏差, which itself was made by squares.
 * @param {Score} score
 * @param {number} slot of the condition
 * @param {BarData} data
 * @returns {Bar}
 */
function barOf(score, slot, { text, of, mean, variance, times, beside, unit }) {
  const [middle, square] = [at(score.values, mean), at(score.values, variance)];
  /** @type {Root | null} */
  let deviation = null;
  /** @type {Root | null} */
  let bar = null;
  if (square) {
    const { root, isExact } = rootOf(exactOf(writeExact(square)));
    /** @type {(value: import("./exact.js").Exact) => Root} */
    const told = (value) => {
      const shown = showExact(value);
      const about = isExact || shown.startsWith("約") ? "" : "約";
      return { shown: `${about}${shown}${unit}`, exact: isExact ? writeExact(value) : null };
    };
    deviation = told(root);
    let held = multiplyExact(exactOf(times), root, 1);
    for (const [sign, term] of beside) {
      const value = at(score.values, term);
      held = held && value && addExact(held, value, sign);
    }
    bar = held && told(held);
  }
  const isAlone = score.evaluator.data.ranks === "alone";
  return {
    text,
    mean: middle && writeExact(middle),
    variance: square && writeExact(square),
    deviation,
    bar,
    unit,
    n: isAlone ? Number(at(score.values, of) !== null) : null,
    met: isAlone ? Number(at(score.truths, slot) === YES) : null,
  };
}
