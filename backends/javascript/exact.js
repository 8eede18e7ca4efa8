// Exact numbers: ratios of integers of any size. No value of a rulebook is ever a float.

/**
 * A ratio; the denominator is above 0. It is brought to lowest terms only where it is shown.
 * @typedef {{readonly num: bigint, readonly den: bigint}} Exact
 */

/** @type {Exact} */
export const ZERO = { num: 0n, den: 1n };

/**
 * A ratio as it is written in data: `3`, `-7/20`.
 * @param {string} text
 * @returns {Exact}
 */
export function exactOf(text) {
  const [num, den] = text.split("/");
  return { num: BigInt(/** @type {string} */ (num)), den: den === undefined ? 1n : BigInt(den) };
}

/**
 * The same back, in lowest terms.
 * @param {Exact} value
 */
export function writeExact(value) {
  const shared = greatestDivisor(value.num < 0n ? -value.num : value.num, value.den);
  const num = value.num / shared;
  const den = value.den / shared;
  return den === 1n ? `${num}` : `${num}/${den}`;
}

/**
 * @param {bigint} one
 * @param {bigint} other above 0
 */
function greatestDivisor(one, other) {
  while (other !== 0n) [one, other] = [other, one % other];
  return one;
}

/**
 * Below 0, 0, or above 0, as the left value is below, at, or above the right one.
 * @param {Exact} left
 * @param {Exact} right
 */
export function compareExact(left, right) {
  const difference = left.num * right.den - right.num * left.den;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/**
 * @param {Exact} left
 * @param {Exact} right
 * @param {number} sign 1, or -1 to take the right one away
 * @returns {Exact}
 */
export function addExact(left, right, sign) {
  return { num: left.num * right.den + BigInt(sign) * right.num * left.den, den: left.den * right.den };
}

/**
 * A product, or a quotient where the exponent is -1; null where that would divide by zero.
 * @param {Exact} left
 * @param {Exact} right
 * @param {number} exponent
 * @returns {Exact | null}
 */
export function multiplyExact(left, right, exponent) {
  if (exponent > 0) return { num: left.num * right.num, den: left.den * right.den };
  if (right.num === 0n) return null;
  const sign = right.num < 0n ? -1n : 1n;
  return { num: left.num * right.den * sign, den: left.den * right.num * sign };
}

/**
 * To some decimals; －x is rounded as x is.
 * @param {Exact} value
 * @param {bigint} scale 10 to the number of decimals
 * @param {string} way 四捨五入, 切捨て or 切上げ
 * @returns {Exact}
 */
export function roundExact(value, scale, way) {
  const size = (value.num < 0n ? -value.num : value.num) * scale;
  const { den } = value;
  let whole;
  if (way === "四捨五入") whole = (2n * size + den) / (2n * den);
  else if (way === "切捨て") whole = size / den;
  else if (way === "切上げ") whole = (size + den - 1n) / den;
  else throw new Error(`unknown rounding: ${way}`);
  return { num: value.num < 0n ? -whole : whole, den: scale };
}

/**
 * How two values that compare as `order` says stand to an operator of the language.
 * @param {number} order below 0, 0 or above 0
 * @param {string} operator
 */
export function holds(order, operator) {
  switch (operator) {
    case "以上":
      return order >= 0;
    case "以下":
      return order <= 0;
    case "超":
      return order > 0;
    case "未満":
      return order < 0;
    case "と等しい":
      return order === 0;
    default:
      throw new Error(`unknown operator: ${operator}`);
  }
}

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

const ROOT_DIGITS = 30n; // far behind those that are shown

/**
 * The root of a number that is not negative, cut off behind many digits; and whether it is exact.
 * @param {Exact} value in lowest terms
 * @returns {{root: Exact, isExact: boolean}}
 */
export function rootOf({ num, den }) {
  const product = num * den;
  const whole = wholeRoot(product);
  if (whole * whole === product) return { root: { num: whole, den }, isExact: true };
  const digits = 10n ** ROOT_DIGITS;
  return { root: { num: wholeRoot(product * digits * digits), den: den * digits }, isExact: false };
}

/**
 * The greatest integer whose square is no more than a number.
 * @param {bigint} number at least 0
 */
function wholeRoot(number) {
  if (number < 2n) return number;
  let root = 1n << BigInt((number.toString(2).length + 1) >> 1);
  for (let next = (root + number / root) >> 1n; next < root; next = (root + number / root) >> 1n) root = next;
  return root;
}
