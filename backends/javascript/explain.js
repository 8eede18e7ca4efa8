// Why a condition came out as it did, read off a score: nothing is computed a second time.

import { writeExact } from "./exact.js";
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
 *   classes: string[] | null},
 * }} ReasonData
 *
 * @typedef {{name: string, value: string | null, unit: string}} Reading
 * @typedef {{
 *   value: Reading, rank: number | null, n: number, step: string, in: number, cutoff: string | null,
 *   direction: "lower" | "higher", class?: string,
 * }} Placing
 * @typedef {{
 *   kind: string, text: string, truth: boolean | null, readings?: Reading[], placing?: Placing, parts?: Reason[],
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
