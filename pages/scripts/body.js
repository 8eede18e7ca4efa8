// One body scored by a rulebook as data: what the module of a rulebook offers to programs.

import { evaluate } from "../../backends/javascript/evaluate.js";
import { reasonOf } from "../../backends/javascript/explain.js";
import { Evaluator } from "../../backends/javascript/program.js";

/**
 * @typedef {{
 *   program: import("../../backends/javascript/program.js").ProgramData,
 *   reasons: Record<string, import("../../backends/javascript/explain.js").ReasonData>, special: boolean[],
 * }} RulebookData
 *
 * What is known of a body, by the columns of a fact file, numbers as they are written ("12.3"); what is absent is
 * unknown.
 * @typedef {{
 *   numbers?: Record<string, string | number>, answers?: Record<string, boolean>, outcomes?: Record<string, boolean>,
 * }} BodyFacts
 */

/**
 * What scores bodies by a rulebook.
 * @param {RulebookData} rulebook
 */
export function scorerOf(rulebook) {
  const evaluator = new Evaluator(rulebook.program);
  return (/** @type {BodyFacts} */ { numbers = {}, answers = {}, outcomes = {} }) => {
    const score = evaluate(evaluator, {
      numbers: new Map(Object.entries(numbers).map(([column, number]) => [column, decimalOf(String(number))])),
      answers: new Map(Object.entries(answers)),
      outcomes: new Map(Object.entries(outcomes)),
      points: new Map(),
    });
    const nodes = evaluator.nodes.map((node, place) => {
      const points = { ...score.ranges(place), maximum: node.maximum };
      return [node.path, node.outcome === null ? points : { ...points, verdict: score.verdict(place) }];
    });
    const reasons = Object.entries(rulebook.reasons).map(([path, reason]) => [path, reasonOf(score, reason)]);
    return {
      total: score.whole(rulebook.special),
      nodes: Object.fromEntries(nodes),
      reasons: Object.fromEntries(reasons),
    };
  };
}

/** @param {string} text */
function decimalOf(text) {
  const found = /^(-?)([0-9]+)(?:\.([0-9]+))?$/.exec(text);
  if (!found) throw new Error(`no decimal number: ${text}`);
  const [, sign, whole, behind = ""] = found;
  const size = BigInt(`${whole}${behind}`);
  return { num: sign ? -size : size, den: 10n ** BigInt(behind.length) };
}
