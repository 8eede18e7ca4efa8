// Where a body stands among others, of whom it is kept how many have which points: the nation, and a prefecture.

import { grouped } from "../../backends/javascript/exact.js";
import { meanText } from "./figures.js";

/**
 * @typedef {import("../../backends/javascript/program.js").Points} Points
 *
 * How many bodies surely have, and can have at most, which points.
 * @typedef {[certain: number, possible: number, bodies: number][]} Spread
 */

/**
 * How many bodies there are.
 * @param {Spread} spread
 */
export function bodiesIn(spread) {
  return spread.reduce((all, [, , bodies]) => all + bodies, 0);
}

/**
 * The best and the worst rank of a body with such points. It is one of those that are counted. Where its points are
 * open, and such points are counted, they are taken to be its own, so that it never stands before itself; where they
 * are not, it had others when it was counted, and whoever may have more stands before it. No rank is beyond the last,
 * and bodies with the same points have the same rank.
 * @param {Spread} spread
 * @param {Points} points
 * @returns {[best: number, worst: number]}
 */
export function rankIn(spread, { certain, possible }) {
  const more = (/** @type {0 | 1} */ which, /** @type {number} */ than) =>
    spread.reduce((all, triple) => all + (triple[which] > than ? triple[2] : 0), 0);
  const last = bodiesIn(spread) - 1;
  const itself = possible > certain && spread.some(([low, high]) => low === certain && high === possible);
  const best = Math.min(more(0, possible), last);
  const worst = Math.min(more(1, certain) - Number(itself), last);
  return [best + 1, Math.max(worst, best) + 1];
}

/**
 * The sums of the certain and the possible points of all bodies.
 * @param {Spread} spread
 * @returns {[number, number]}
 */
export function sumsOf(spread) {
  const sum = (/** @type {0 | 1} */ which) => spread.reduce((all, triple) => all + triple[which] * triple[2], 0);
  return [sum(0), sum(1)];
}

/**
 * Twice the median of the certain and of the possible points: the sum of the two in the middle.
 * @param {Spread} spread not empty
 * @returns {[number, number]}
 */
export function mediansOf(spread) {
  const size = bodiesIn(spread);
  const median = (/** @type {0 | 1} */ which) => {
    const ordered = [...spread].sort((one, other) => one[which] - other[which]);
    const placed = (/** @type {number} */ place) => {
      let rest = place;
      for (const triple of ordered) {
        if (rest < triple[2]) return triple[which];
        rest -= triple[2];
      }
      throw new Error("no such place");
    };
    return placed(Math.floor((size - 1) / 2)) + placed(Math.floor(size / 2));
  };
  return [median(0), median(1)];
}

/** @param {Spread} spread */
export function meanOf(spread) {
  const [low, high] = sumsOf(spread);
  const size = bodiesIn(spread);
  return between(meanText(low, size), meanText(high, size), "点");
}

/** @param {Spread} spread */
export function medianOf(spread) {
  const [low, high] = mediansOf(spread);
  return between(meanText(low, 2), meanText(high, 2), "点");
}

/**
 * @param {Spread} spread
 * @param {Points} points
 */
export function rankTextIn(spread, points) {
  const [best, worst] = rankIn(spread, points);
  return between(grouped(best), grouped(worst), "位");
}

/**
 * @param {string} low
 * @param {string} high
 * @param {string} unit
 */
function between(low, high, unit) {
  return low === high ? `${low}${unit}` : `${low}–${high}${unit}`;
}
