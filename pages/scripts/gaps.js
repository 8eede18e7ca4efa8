// Where points are lost, and what winning an item would add: as haiten's `gaps` counts it.

import { compareExact } from "../../backends/javascript/exact.js";
import { NO, YES, at } from "../../backends/javascript/program.js";

/**
 * @typedef {import("../../backends/javascript/exact.js").Exact} Exact
 * @typedef {import("../../backends/javascript/explain.js").Reason} Reason
 * @typedef {import("../../backends/javascript/program.js").NodeData} NodeData
 * @typedef {import("../../backends/javascript/score.js").Score} Score
 *
 * A leaf that was not awarded: what the total gains with it and those that are reached with it, and how hard it is, as
 * a share of bodies (null where nothing tells).
 * @typedef {{place: number, gain: number, isOpen: boolean, effort: Exact | null}} Chance
 *
 * How many bodies of the nation have a leaf, and for how many that is open.
 * @typedef {{bodies: number, leaves: Record<string, [number, number]>}} LeafCounts
 */

/**
 * What is not awarded and would add something, the easiest first: what is only unanswered, then by effort.
 * @param {Score} score
 * @param {boolean[]} special
 * @param {Record<string, string[]>} reached
 * @param {LeafCounts | null} nation
 * @param {(place: number) => Exact | null} overtaking of a rank, the share of the bodies to overtake
 * @returns {Chance[]}
 */
export function chancesOf(score, special, reached, nation, overtaking) {
  const { nodes } = score.evaluator;
  /** @type {Chance[]} */
  const found = [];
  nodes.forEach((node, place) => {
    if (node.outcome === null || node.sameAs !== place) return;
    const outcome = score.outcome(place);
    if (outcome === YES) return;
    const gain = gainOf(score, special, reached[node.path] ?? [node.path]);
    if (gain === 0) return;
    const counts = nation?.leaves[node.path];
    const rate = counts && nation ? { num: BigInt(nation.bodies - counts[0]), den: BigInt(nation.bodies) } : null;
    found.push({ place, gain, isOpen: outcome !== NO, effort: overtaking(place) ?? rate });
  });
  return found.sort(
    (one, other) =>
      Number(other.isOpen) - Number(one.isOpen) || byEffort(one.effort, other.effort) || other.gain - one.gain,
  );
}

/**
 * @param {Exact | null} one
 * @param {Exact | null} other
 */
function byEffort(one, other) {
  return one && other ? compareExact(one, other) : Number(one === null) - Number(other === null);
}

/**
 * What the certain total gains if just these leaves, under all their paths, are met as well, and nothing else changes.
 * @param {Score} score
 * @param {boolean[]} special
 * @param {string[]} paths
 */
export function gainOf(score, special, paths) {
  const { nodes } = score.evaluator;
  const met = new Set(paths.map((path) => at(nodes, score.evaluator.place(path)).sameAs));
  /** @type {(place: number) => number} */
  const then = (place) => {
    const node = at(nodes, place);
    if (node.outcome !== null) return met.has(node.sameAs) ? node.maximum : score.own(place).certain;
    return joined(node, node.children.map(then));
  };
  let gain = 0;
  nodes.forEach((node, place) => {
    if (node.parent === null && !special[place]) gain += then(place) - score.own(place).certain;
  });
  return gain;
}

/**
 * @param {NodeData} node
 * @param {number[]} points
 */
function joined(node, points) {
  if (node.mode === "いずれか") return Math.max(0, ...points);
  const sum = points.reduce((one, other) => one + other, 0);
  return node.cap === null ? sum : Math.min(sum, node.cap);
}

/**
 * Of a requirement that is a rank, the share of the ranked bodies that stand between the body and the step.
 * @param {Reason} reason
 * @returns {Exact | null}
 */
export function overtakingOf({ kind, placing }) {
  if (kind !== "rank" || !placing || placing.rank === null || placing.n === 0) return null;
  return { num: BigInt(Math.max(placing.rank - placing.in, 0)), den: BigInt(placing.n) };
}
