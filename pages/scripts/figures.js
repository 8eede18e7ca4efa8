// Numbers as people read them.

import { exactOf } from "../../backends/javascript/exact.js";

/**
 * @typedef {import("../../backends/javascript/exact.js").Exact} Exact
 * @typedef {import("../../backends/javascript/program.js").Points} Points
 */

/**
 * A whole number with its thousands parted.
 * @param {number | bigint} number
 */
export function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

/**
 * A number, exact where six digits hold it, else rounded and marked 約.
 * @param {Exact} value
 */
export function showExact(value) {
  const scale = 1_000_000n;
  const size = (value.num < 0n ? -value.num : value.num) * scale;
  let rounded = size / value.den;
  const rest = 2n * (size % value.den);
  if (rest > value.den || (rest === value.den && rounded % 2n === 1n)) rounded += 1n;
  const behind = String(rounded % scale).padStart(6, "0").replace(/0+$/, "");
  const sign = value.num < 0n ? "－" : "";
  return `${rest === 0n ? "" : "約"}${sign}${grouped(rounded / scale)}${behind ? `.${behind}` : ""}`;
}

/**
 * The same of a number as data.
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
