// Many bodies at once, as JSON in and JSON out: what compares this evaluator with others.

import { readFileSync } from "node:fs";
import { evaluate } from "./evaluate.js";
import { exactOf } from "./exact.js";
import { reasonOf } from "./explain.js";
import { Evaluator } from "./program.js";
import { scoreData } from "./score.js";

/**
 * What is known of a body, as data: numbers are ratios as they are written.
 * @typedef {{
 *   numbers: Record<string, string>, answers: Record<string, boolean>, outcomes: Record<string, boolean>,
 *   points: Record<string, number>,
 * }} FactsData
 */

/** @type {{programs: {program: import("./program.js").ProgramData,
 *   reasons: Record<string, import("./explain.js").ReasonData>, facts: FactsData[]}[]}} */
const { programs } = JSON.parse(readFileSync(0, "utf8"));
const results = programs.map(({ program, reasons, facts }) => {
  const evaluator = new Evaluator(program);
  return facts.map(({ numbers, answers, outcomes, points }) => {
    const score = evaluate(evaluator, {
      numbers: new Map(Object.entries(numbers).map(([column, number]) => [column, exactOf(number)])),
      answers: new Map(Object.entries(answers)),
      outcomes: new Map(Object.entries(outcomes)),
      points: new Map(Object.entries(points)),
    });
    const told = Object.entries(reasons).map(([path, reason]) => [path, reasonOf(score, reason)]);
    return { nodes: scoreData(score), reasons: Object.fromEntries(told) };
  });
});
process.stdout.write(JSON.stringify(results));
