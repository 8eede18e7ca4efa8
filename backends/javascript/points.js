// Own points of nodes: sums, 上限, the best of いずれか, and what is given in their place.

import { compareExact } from "./exact.js";
import { NO, UNKNOWN, YES, at, decided } from "./program.js";
import { betterInClass, rankOf, sizeOf } from "./rankings.js";

/**
 * @typedef {import("./exact.js").Exact} Exact
 * @typedef {import("./program.js").Points} Points
 * @typedef {import("./program.js").Step} Step
 * @typedef {import("./program.js").Truth} Truth
 * @typedef {import("./score.js").Score} Score
 */

/**
 * @param {Score} score
 * @param {Extract<Step, {op: "leaf"}>} step
 */
export function leaf(score, step) {
  const node = at(score.evaluator.nodes, step.node);
  const given = node.sameAs === step.node ? score.facts.outcomes.get(node.path) : undefined;
  score.truths[step.out] = given === undefined ? at(score.truths, step.truth) : decided(given);
  const points = score.facts.points.get(node.path);
  const shared = score.points.get(node.sameAs); // only where points were given
  if (points !== undefined) score.points.set(step.node, { certain: points, possible: points });
  else if (shared) score.points.set(step.node, shared);
}

/**
 * A node's own points; where they are given, they stand instead of what its items add up to.
 * @param {Score} score
 * @param {Extract<Step, {op: "total"}>} step
 */
export function total(score, step) {
  const place = step.node;
  const node = at(score.evaluator.nodes, place);
  const shared = node.sameAs === place ? undefined : score.points.get(node.sameAs);
  if (shared) share(score, place, node.sameAs, shared);
  else score.points.set(place, node.mode === "いずれか" ? best(score, place, step.deciding) : sum(score, place));
  const given = score.facts.points.get(node.path);
  if (given !== undefined) {
    score.points.set(place, { certain: given, possible: given });
    score.cuts.delete(place);
  }
}

/**
 * @param {Score} score
 * @param {number} place
 * @param {number} sameAs
 * @param {Points} points
 */
function share(score, place, sameAs, points) {
  score.points.set(place, points);
  const cut = score.cuts.get(sameAs);
  const choice = score.choices.get(sameAs);
  if (cut !== undefined) score.cuts.set(place, cut);
  if (choice) score.choices.set(place, choice);
}

/**
 * @param {Score} score
 * @param {number[]} places
 */
export function added(score, places) {
  let [certain, possible] = [0, 0];
  for (const place of places) {
    const own = score.own(place);
    certain += own.certain;
    possible += own.possible;
  }
  return { certain, possible };
}

/**
 * @param {Score} score
 * @param {number} place
 */
function sum(score, place) {
  const { children, undisclosed, cap } = at(score.evaluator.nodes, place);
  const { certain, possible: shown } = added(score, children);
  const possible = shown + undisclosed;
  if (cap === null) return { certain, possible };
  score.cuts.set(place, Math.max(certain - cap, 0));
  return { certain: Math.min(certain, cap), possible: Math.min(possible, cap) };
}

/**
 * The points of いずれか; which child counts is put down for the way down.
 *
 * A child's points surely count only if no sibling can beat it, and cannot count if one surely does; between equal
 * points the better proportional rank decides, then the order of the file.
 * @param {Score} score
 * @param {number} place
 * @param {number[][]} deciding the rankings by which each child is told apart from its equals
 */
function best(score, place, deciding) {
  const { children, undisclosed } = at(score.evaluator.nodes, place);
  const points = children.map((child) => score.own(child));
  if (undisclosed) points.push({ certain: 0, possible: undisclosed });
  const surely = points.map((each) => each.certain);
  const top = Math.max(...surely);
  const beaten = whoIsBeaten(score, points, top, [...deciding, []]);
  /** @type {(one: number, other: number) => boolean} */
  const beats = (one, other) => at(beaten, one).has(other);
  /** @type {(child: number) => Truth} */
  const counts = (child) => {
    const others = [...points.keys()].filter((other) => other !== child);
    if (others.every((other) => beats(child, other))) return YES;
    return others.some((other) => beats(other, child)) ? NO : UNKNOWN;
  };
  score.choices.set(place, [...children.keys()].map(counts));
  return { certain: top, possible: Math.max(...points.map((each) => each.possible)) };
}

/**
 * By contender, whom it surely beats.
 * @param {Score} score
 * @param {Points[]} points
 * @param {number} top the most that any has for certain
 * @param {number[][]} deciding
 * @returns {Set<number>[]}
 */
function whoIsBeaten(score, points, top, deciding) {
  // Who has no points met no item, as long as every item is worth something, and need not be told apart.
  const tellsApart = score.evaluator.data.worthless || score.facts.points.size > 0;
  const floor = tellsApart ? top : Math.max(top, 1);
  const standings = points.map((_, place) => standing(score, deciding[place] ?? []));
  return points.map((one, place) => {
    /** @type {Set<number>} */
    const whom = new Set();
    points.forEach((other, their) => {
      if (place === their) return;
      if (one.certain > other.possible) whom.add(their);
      else if (one.certain === other.possible && one.certain >= floor) {
        const [mine, theirs] = [at(standings, place), at(standings, their)];
        const order = compareExact(mine.place, theirs.place);
        // What is filled in can only better a standing: so nobody is surely ahead of one that may become better yet.
        if (theirs.isKnown && (place < their ? order <= 0 : order < 0)) whom.add(their);
      }
    });
    return whom;
  });
}

/**
 * The best (1 + better) ÷ N among some rankings, 2 where there is none so far, and whether none can better it.
 * @param {Score} score
 * @param {number[]} rankings
 */
function standing(score, rankings) {
  /** @type {Exact} */
  let place = { num: 2n, den: 1n };
  let isKnown = true;
  for (const ranking of rankings) {
    const ranked = at(score.truths, ranking);
    const value = at(score.values, rankOf(score, ranking).value);
    if (ranked === NO) continue;
    const better = ranked === YES && value !== null ? betterInClass(score, ranking, value) : null;
    if (better === null) {
      isKnown = false;
      continue;
    }
    const own = { num: BigInt(better + 1), den: BigInt(Math.max(sizeOf(score, ranking), 1)) };
    if (compareExact(own, place) < 0) place = own;
  }
  return { place, isKnown };
}
