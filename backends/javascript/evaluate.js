// One body scored: the steps of a rulebook carried out one after the other.

import { addExact, compareExact, exactOf, holds, multiplyExact, roundExact } from "./exact.js";
import { added, leaf, total } from "./points.js";
import { NO, NO_CLASS, UNKNOWN, UNKNOWN_CLASS, YES, at, decided, inverted, least, most } from "./program.js";
import { better, ranked, within } from "./rankings.js";
import { Score } from "./score.js";

/**
 * @typedef {import("./exact.js").Exact} Exact
 * @typedef {import("./program.js").Evaluator} Evaluator
 * @typedef {import("./program.js").Facts} Facts
 * @typedef {import("./program.js").Step} Step
 * @typedef {import("./program.js").Truth} Truth
 */

/**
 * Score a body.
 * @param {Evaluator} evaluator
 * @param {Facts} facts
 */
export function evaluate(evaluator, facts) {
  const score = new Score(evaluator, facts);
  for (const step of evaluator.data.steps) run(score, step);
  return score;
}

/**
 * @param {Score} score
 * @param {Step} step
 */
function run(score, step) {
  switch (step.op) {
    case "number":
      score.values[step.out] = score.facts.numbers.get(step.column) ?? null;
      return;
    case "answer": {
      const answer = score.facts.answers.get(step.column);
      score.truths[step.out] = answer === undefined ? UNKNOWN : decided(answer);
      return;
    }
    case "constant":
      score.values[step.out] = score.evaluator.constants.get(step.out) ?? null;
      return;
    case "points": {
      const points = added(score, step.nodes);
      const isKnown = step.undisclosed === 0 && points.certain === points.possible;
      score.values[step.out] = isKnown ? { num: BigInt(points.certain), den: 1n } : null;
      return;
    }
    case "add":
      score.values[step.out] = folded(score, step.terms, addExact);
      return;
    case "multiply":
      score.values[step.out] = folded(score, step.factors, multiplyExact);
      return;
    case "extreme": {
      const parts = step.parts.map((part) => [1, part]);
      const beats = step.greatest ? "超" : "未満";
      score.values[step.out] = folded(score, /** @type {[number, number][]} */ (parts), (best, value) =>
        holds(compareExact(value, best), beats) ? value : best,
      );
      return;
    }
    case "round": {
      const value = at(score.values, step.value);
      score.values[step.out] = value && roundExact(value, 10n ** BigInt(step.decimals), step.way);
      return;
    }
    case "statistic":
      score.values[step.out] = statistic(score, step.out, step.value);
      return;
    case "classify":
      score.classes.set(step.out, classOf(score, at(score.values, step.value), step.cases));
      return;
    case "class": {
      const number = score.classes.get(step.classes);
      score.truths[step.out] = number === UNKNOWN_CLASS ? UNKNOWN : decided(number === step.index);
      return;
    }
    case "count": {
      const truths = step.parts.map((part) => at(score.truths, part));
      const surely = truths.filter((truth) => truth === YES).length;
      const perhaps = truths.filter((truth) => truth !== NO).length;
      score.truths[step.out] = counted(surely, perhaps, step.operator, step.count);
      return;
    }
    case "place": {
      const before = better(score, step.ranking);
      score.values[step.out] = before === null ? null : { num: BigInt(before + 1), den: 1n };
      return;
    }
    case "compare": {
      const left = at(score.values, step.left);
      const right = at(score.values, step.right);
      score.truths[step.out] = left && right ? decided(holds(compareExact(left, right), step.operator)) : UNKNOWN;
      return;
    }
    case "rank":
      score.truths[step.out] = ranked(score, step);
      return;
    case "within":
      score.truths[step.out] = within(score, step);
      return;
    case "combine": {
      const truths = step.parts.map((part) => at(score.truths, part));
      score.truths[step.out] = step.every ? least(truths) : most(truths);
      return;
    }
    case "not":
      score.truths[step.out] = inverted(at(score.truths, step.part));
      return;
    case "leaf":
      leaf(score, step);
      return;
    case "total":
      total(score, step);
      return;
    default:
      /** @type {never} */ (step);
      throw new Error("unknown step");
  }
}

/**
 * Several values made one, the first as it is; null where any is unknown.
 * @param {Score} score
 * @param {[number, number][]} parts each with its sign or exponent
 * @param {(one: Exact, other: Exact, sign: number) => Exact | null} join
 */
function folded(score, parts, join) {
  let together = at(score.values, at(parts, 0)[1]);
  for (const [sign, slot] of parts.slice(1)) {
    const value = at(score.values, slot);
    together = together && value && join(together, value, sign);
  }
  return together;
}

/**
 * @param {Score} score
 * @param {number} out
 * @param {number} value
 */
function statistic(score, out, value) {
  if (score.evaluator.data.ranks === "alone") return at(score.values, value);
  const kept = score.evaluator.data.statistics[out];
  return kept === null || kept === undefined ? null : exactOf(kept);
}

/**
 * The first class that fits.
 * @param {Score} score
 * @param {Exact | null} value
 * @param {[string, number][][]} cases
 */
function classOf(score, value, cases) {
  if (value === null) return UNKNOWN_CLASS;
  const fits = cases.findIndex((bounds) =>
    bounds.every(([operator, slot]) => {
      const bound = at(score.values, slot);
      return bound !== null && holds(compareExact(value, bound), operator);
    }),
  );
  return fits < 0 ? NO_CLASS : fits;
}

/**
 * Whether a count of which the least and the most are known compares so with a number.
 * @param {number} surely
 * @param {number} perhaps
 * @param {string} operator
 * @param {number} number
 * @returns {Truth}
 */
function counted(surely, perhaps, operator, number) {
  /** @type {Truth[]} */
  const outcomes = [];
  for (let count = surely; count <= perhaps; count += 1) outcomes.push(decided(holds(count - number, operator)));
  const [low, high] = [least(outcomes), most(outcomes)];
  return low === high ? low : UNKNOWN;
}
