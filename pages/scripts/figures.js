// Numbers as people read them.

import { exactOf, grouped, showExact } from "../../backends/javascript/exact.js";

/**
 * @typedef {import("../../backends/javascript/program.js").Points} Points
 */

/**
 * A number as data, for people.
 * @param {string} text
 */
export function showText(text) {
  return showExact(exactOf(text));
}

/**
 * Points: one number where all is decided, else what is certain and what is possible at most.
 * @param {Points} points
 */
export function showPoints({ certain, possible }) {
  return certain === possible ? `${grouped(certain)}点` : `${grouped(certain)}–${grouped(possible)}点`;
}

/**
 * A share in percent, to one digit.
 * @param {number} part
 * @param {number} whole above 0
 */
export function showShare(part, whole) {
  const tenths = (BigInt(part) * 2000n + BigInt(whole)) / (2n * BigInt(whole));
  return `${tenths / 10n}.${tenths % 10n}%`;
}

/**
 * A mean, to one digit.
 * @param {number} sum
 * @param {number} count
 */
export function meanText(sum, count) {
  const tenths = (BigInt(sum) * 20n + BigInt(count)) / (2n * BigInt(count));
  return `${grouped(tenths / 10n)}.${tenths % 10n}`;
}
