// Bodies counted in groups: sums and shares of whole numbers, so that nothing is lost before it is shown.

import { grouped } from "../../backends/javascript/exact.js";
import { meanText, showShare } from "./figures.js";

/**
 * @typedef {{labels: string[], of: number[]}} Labelled texts of bodies: each once, and by body which one it is
 * @typedef {{
 *   path: string, text: string, maximum: number, depth: number, certain: number[], possible: number[] | null,
 * }} NodeColumn
 * @typedef {{path: string, text: string, points: number, verdicts: string}} LeafColumn verdicts: a digit for each body
 *
 * What a cell of a table shows, and by what it is sorted.
 * @typedef {{text: string, key: number | string}} TableCell
 */

export const AWARDED = "0";
export const UNANSWERED = "2";
export const VERDICT_WORDS = ["得点", "非該当", "未回答", "他の項目が優先"];

/** @type {TableCell} */
export const NOTHING_TOLD = { text: "—", key: -1 };

/** @type {WeakMap<Labelled, Map<number, number[]>>} */
const FOUND = new WeakMap();
/** @type {WeakMap<number[], WeakMap<object, TableCell>>} */
const COUNTED = new WeakMap();

/**
 * The bodies with a label: the same list each time, by which what was counted of them is found again.
 * @param {Labelled} labelled
 * @param {number} label
 * @returns {number[]}
 */
export function bodiesWith(labelled, label) {
  const found = FOUND.get(labelled) ?? new Map();
  if (!found.has(label)) found.set(label, [...labelled.of.keys()].filter((body) => labelled.of[body] === label));
  FOUND.set(labelled, found);
  return found.get(label);
}

/**
 * What was counted of a column over some bodies, once.
 * @param {object} column
 * @param {number[]} bodies
 * @param {() => TableCell} count
 */
function once(column, bodies, count) {
  const counted = COUNTED.get(bodies) ?? new WeakMap();
  COUNTED.set(bodies, counted);
  const known = counted.get(column);
  if (known) return known;
  const cell = count();
  counted.set(column, cell);
  return cell;
}

/**
 * The mean of some bodies: a range where points are open.
 * @param {NodeColumn} node
 * @param {number[]} bodies
 * @returns {TableCell}
 */
export function meanOf(node, bodies) {
  return bodies.length ? once(node, bodies, () => countedMean(node, bodies)) : NOTHING_TOLD;
}

/**
 * @param {NodeColumn} node
 * @param {number[]} bodies
 * @returns {TableCell}
 */
function countedMean(node, bodies) {
  const sum = (/** @type {number[]} */ points) => bodies.reduce((all, body) => all + (points[body] ?? 0), 0);
  const [low, high] = [sum(node.certain), sum(node.possible ?? node.certain)];
  const [from, to] = [meanText(low, bodies.length), meanText(high, bodies.length)];
  return { text: from === to ? from : `${from}–${to}`, key: low / bodies.length };
}

/**
 * The points of a body.
 * @param {NodeColumn} node
 * @param {number} body
 * @returns {TableCell}
 */
export function pointsOf(node, body) {
  const low = node.certain[body] ?? 0;
  const high = node.possible?.[body] ?? low;
  return { text: low === high ? grouped(low) : `${grouped(low)}–${grouped(high)}`, key: low };
}

/**
 * The best and the worst rank that a body can have among some, itself included.
 * @param {NodeColumn} node
 * @param {number} body
 * @param {number[]} bodies
 * @returns {TableCell}
 */
export function rankOfBody(node, body, bodies) {
  const possible = node.possible ?? node.certain;
  const [low, high] = [node.certain[body] ?? 0, possible[body] ?? 0];
  let [surely, perhaps] = [0, 0];
  for (const other of bodies) {
    if (other === body) continue;
    if ((node.certain[other] ?? 0) > high) surely += 1;
    if ((possible[other] ?? 0) > low) perhaps += 1;
  }
  const [best, worst] = [surely + 1, perhaps + 1];
  return { text: best === worst ? grouped(best) : `${grouped(best)}–${grouped(worst)}`, key: best };
}

/**
 * The share of some bodies that have a leaf: a range where that is open for some.
 * @param {LeafColumn} leaf
 * @param {number[]} bodies
 * @returns {TableCell}
 */
export function rateOf(leaf, bodies) {
  return bodies.length ? once(leaf, bodies, () => countedRate(leaf, bodies)) : NOTHING_TOLD;
}

/**
 * @param {LeafColumn} leaf
 * @param {number[]} bodies
 * @returns {TableCell}
 */
function countedRate(leaf, bodies) {
  let [have, open] = [0, 0];
  for (const body of bodies) {
    const verdict = leaf.verdicts.charAt(body);
    if (verdict === AWARDED) have += 1;
    else if (verdict === UNANSWERED) open += 1;
  }
  const [low, high] = [showShare(have, bodies.length), showShare(have + open, bodies.length)];
  return { text: low === high ? low : `${low}–${high}`, key: have / bodies.length };
}

/**
 * The difference of two cells, by what they are sorted.
 * @param {TableCell} one
 * @param {TableCell} other
 * @returns {TableCell}
 */
export function differenceOf(one, other) {
  if (typeof one.key !== "number" || typeof other.key !== "number" || other === NOTHING_TOLD) return NOTHING_TOLD;
  if (/–/.test(one.text + other.text)) return { text: "幅がある", key: one.key - other.key };
  const difference = Math.round((one.key - other.key) * 10) / 10;
  return { text: `${difference > 0 ? "＋" : difference < 0 ? "－" : "±"}${Math.abs(difference).toFixed(1)}`, key: difference };
}
