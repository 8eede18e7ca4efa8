// Where a body stands among others: by what an earlier run kept of them, alone, or unknown.

import { compareExact, holds } from "./exact.js";
import { NO_CLASS, UNKNOWN, UNKNOWN_CLASS, YES, at, decided, least } from "./program.js";

/**
 * @typedef {import("./exact.js").Exact} Exact
 * @typedef {import("./program.js").RankStep} RankStep
 * @typedef {import("./program.js").Step} Step
 * @typedef {import("./program.js").Truth} Truth
 * @typedef {import("./score.js").Score} Score
 */

/**
 * Whether the body has a rank.
 * @param {Score} score
 * @param {RankStep} step
 * @returns {Truth}
 */
export function ranked(score, step) {
  /** @type {Truth[]} */
  const truths = [YES];
  if (step.subset !== null) truths.push(at(score.truths, step.subset));
  if (step.classes !== null) {
    const number = score.classes.get(step.classes);
    truths.push(number === UNKNOWN_CLASS ? UNKNOWN : decided(number !== NO_CLASS));
  }
  if (at(score.values, step.value) === null) truths.push(UNKNOWN);
  return least(truths);
}

/**
 * Whether the body is within a step: as good as the last that an earlier run found there.
 * @param {Score} score
 * @param {Extract<Step, {op: "within"}>} step
 * @returns {Truth}
 */
export function within(score, step) {
  const ranked = at(score.truths, step.ranking);
  const rank = rankOf(score, step.ranking);
  const value = at(score.values, rank.value);
  if (ranked !== YES || value === null) return ranked;
  if (score.evaluator.data.ranks === "unknown") return UNKNOWN;
  if (score.evaluator.data.ranks === "alone") return decided(step.alone);
  const end = keptFor(score, step.ranking)?.steps.get(step.step)?.end ?? null;
  return decided(end !== null && holds(compareExact(value, end), rank.lower ? "以下" : "以上"));
}

/**
 * @param {Score} score
 * @param {number} ranking
 */
export function rankOf(score, ranking) {
  return /** @type {RankStep} */ (score.evaluator.ranks.get(ranking));
}

/**
 * The class in which the body is ranked; below 0 where there is none.
 * @param {Score} score
 * @param {number} ranking
 */
export function classNumber(score, ranking) {
  const { classes } = rankOf(score, ranking);
  return classes === null ? 0 : (score.classes.get(classes) ?? UNKNOWN_CLASS);
}

/**
 * What an earlier run kept of the body's class; null where there is none.
 * @param {Score} score
 * @param {number} ranking
 */
export function keptFor(score, ranking) {
  return score.evaluator.kept.get(ranking)?.[classNumber(score, ranking)] ?? null;
}

/**
 * How many bodies are strictly better; null where that is not known.
 * @param {Score} score
 * @param {number} ranking
 */
export function better(score, ranking) {
  const rank = rankOf(score, ranking);
  const value = at(score.values, rank.value);
  const { ranks } = score.evaluator.data;
  if (at(score.truths, ranking) !== YES || value === null || ranks === "unknown") return null;
  if (ranks === "alone") return 0;
  if (!(score.evaluator.kept.get(ranking) ?? []).every((kept) => kept.places.length)) return null;
  return betterInClass(score, ranking, value);
}

/**
 * The same of a value that has a rank, in the body's own class.
 * @param {Score} score
 * @param {number} ranking
 * @param {Exact} value
 * @returns {number | null}
 */
export function betterInClass(score, ranking, value) {
  const { ranks } = score.evaluator.data;
  if (ranks !== "stored") return ranks === "alone" ? 0 : null;
  const kept = keptFor(score, ranking);
  if (kept === null) return null;
  const noBetter = rankOf(score, ranking).lower ? "以上" : "以下";
  // From the good end, the first place that is no better than the value; beyond the last, all are better.
  const found = kept.places.find(([end]) => holds(compareExact(end, value), noBetter));
  return found ? found[1] : kept.size;
}

/**
 * N of the body's class; 0 where that is unknown.
 * @param {Score} score
 * @param {number} ranking
 */
export function sizeOf(score, ranking) {
  if (classNumber(score, ranking) < 0) return 0;
  if (score.evaluator.data.ranks === "alone") return at(score.truths, ranking) === YES ? 1 : 0;
  return keptFor(score, ranking)?.size ?? 0;
}
