// A rulebook as data: its nodes, and the steps by which a body is scored, each after what it reads.
//
// A step reads slots that earlier steps filled, and fills its own. Points are whole numbers far below 2^31 (the compiler
// refuses a rulebook that has more), so they are plain numbers; all else is exact (exact.js).

import { exactOf } from "./exact.js";

/**
 * @typedef {import("./exact.js").Exact} Exact
 *
 * A truth under Kleene logic, so that かつ is the least, 又は the greatest of some, and でない what is left of YES.
 * @typedef {0 | 1 | 2} Truth
 *
 * Points: what is certain, and what is possible at most.
 * @typedef {{readonly certain: number, readonly possible: number}} Points
 *
 * @typedef {{
 *   path: string, parent: number | null, children: number[], maximum: number, mode: "合算" | "いずれか" | "上限",
 *   cap: number | null, undisclosed: number, sameAs: number, outcome: number | null, truth: number | null,
 * }} NodeData `outcome` and `truth`: of a leaf the slots of its outcome and of its condition
 *
 * @typedef {{op: "number", out: number, column: string}
 *   | {op: "answer", out: number, column: string}
 *   | {op: "constant", out: number, value: string}
 *   | {op: "points", out: number, nodes: number[], undisclosed: number}
 *   | {op: "add", out: number, terms: [number, number][]}
 *   | {op: "multiply", out: number, factors: [number, number][]}
 *   | {op: "extreme", out: number, parts: number[], greatest: boolean}
 *   | {op: "round", out: number, value: number, decimals: number, way: string}
 *   | {op: "statistic", out: number, value: number}
 *   | {op: "classify", out: number, value: number, cases: [string, number][][]}
 *   | {op: "class", out: number, classes: number, index: number}
 *   | {op: "count", out: number, parts: number[], operator: string, count: number}
 *   | {op: "place", out: number, ranking: number}
 *   | {op: "compare", out: number, left: number, operator: string, right: number}
 *   | {op: "rank", out: number, value: number, subset: number | null, lower: boolean, classes: number | null}
 *   | {op: "within", out: number, ranking: number, step: string, alone: boolean}
 *   | {op: "combine", out: number, parts: number[], every: boolean}
 *   | {op: "not", out: number, part: number}
 *   | {op: "leaf", out: number, node: number, truth: number}
 *   | {op: "total", node: number, deciding: number[][]}} Step
 *
 * What an earlier run kept of a ranking, or of a class of it.
 * @typedef {{size: number, steps: Record<string, [string | null, number]>, places: [string, number][]}} KeptData
 *
 * @typedef {{
 *   size: number, worthless: boolean, nodes: NodeData[], steps: Step[], ranks: "stored" | "alone" | "unknown",
 *   rankings: Record<string, KeptData[]>, statistics: Record<string, string | null>,
 * }} ProgramData
 *
 * What is known of a body, by column or path; what is absent is unknown.
 * @typedef {{
 *   numbers: Map<string, Exact>, answers: Map<string, boolean>, outcomes: Map<string, boolean>,
 *   points: Map<string, number>,
 * }} Facts
 *
 * @typedef {Extract<Step, {op: "rank"}>} RankStep
 * @typedef {{size: number, steps: Map<string, {end: Exact | null, inside: number}>, places: [Exact, number][]}} Kept
 * @typedef {"awarded" | "not_met" | "unanswered" | "superseded"} Verdict
 */

export const NO = 0;
export const UNKNOWN = 1;
export const YES = 2;

// Places among classes: which one is unknown, or none fits.
export const UNKNOWN_CLASS = -1;
export const NO_CLASS = -2;

/** A program, made ready to score bodies. */
export class Evaluator {
  /** @param {ProgramData} data */
  constructor(data) {
    this.data = data;
    this.nodes = data.nodes;
    /** @type {Map<string, number>} */
    this.places = new Map(data.nodes.map((node, place) => [node.path, place]));
    /** @type {Map<number, RankStep>} */
    this.ranks = new Map();
    /** @type {Map<number, Exact>} */
    this.constants = new Map();
    for (const step of data.steps) {
      if (step.op === "rank") this.ranks.set(step.out, step);
      if (step.op === "constant") this.constants.set(step.out, exactOf(step.value));
    }
    /** @type {Map<number, Kept[]>} */
    this.kept = new Map(Object.entries(data.rankings).map(([slot, classes]) => [Number(slot), classes.map(keptOf)]));
  }

  /**
   * The place of a node.
   * @param {string} path
   */
  place(path) {
    const place = this.places.get(path);
    if (place === undefined) throw new Error(`no such node: ${path}`);
    return place;
  }
}

/**
 * @param {KeptData} data
 * @returns {Kept}
 */
function keptOf(data) {
  /** @type {Kept["steps"]} */
  const steps = new Map();
  for (const [label, [end, inside]] of Object.entries(data.steps)) {
    steps.set(label, { end: end === null ? null : exactOf(end), inside });
  }
  return { size: data.size, steps, places: data.places.map(([value, before]) => [exactOf(value), before]) };
}

/**
 * An entry that is surely there.
 * @template T
 * @param {ArrayLike<T>} list
 * @param {number} place
 * @returns {T}
 */
export function at(list, place) {
  return /** @type {T} */ (list[place]);
}

/**
 * @template {number} T
 * @param {T[]} several
 * @returns {T}
 */
export const least = (several) => /** @type {T} */ (Math.min(...several));
/**
 * @template {number} T
 * @param {T[]} several
 * @returns {T}
 */
export const most = (several) => /** @type {T} */ (Math.max(...several));
/** @type {(truth: Truth) => Truth} */
export const inverted = (truth) => /** @type {Truth} */ (YES - truth);
/** @type {(holds: boolean) => Truth} */
export const decided = (holds) => (holds ? YES : NO);
