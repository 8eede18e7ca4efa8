// Files that are opened → texts and tables, as haiten reads them: encodings, what parts the cells, what ends the text.

import { parseCsv } from "./csv.js";

/**
 * `lossy`: in Shift_JIS, which does not have every sign.
 * @typedef {{text: string, lossy: boolean}} Opened
 */

/** A file that is not taken; the message says why. */
export class RefusedError extends Error {}

// The first bytes of workbooks: of zip archives (.xlsx, .xlsm, .xlsb, .ods) and of older ones (.xls).
const WORKBOOKS = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
];

const SEPARATORS = /** @type {const} */ ([",", "\t", ";"]);

/**
 * A text in UTF-8 or, where it is marked, UTF-16; or else in the code page of Japanese Windows.
 * @param {Uint8Array} bytes
 * @returns {Opened}
 */
export function textOf(bytes) {
  if (WORKBOOKS.some((signs) => signs.every((sign, place) => bytes[place] === sign))) {
    throw new RefusedError(
      "Excel などのブックは、このページでは読めません。シートを CSV で保存して、それを開いてください（haiten の score などは、ブックのまま読めます）",
    );
  }
  const [first, second] = bytes;
  const wide = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "";
  for (const encoding of wide ? [wide] : ["utf-8", "shift_jis"]) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      if (text.includes("\0")) break;
      return { text: text.replace(/[\x1a\ufeff][\r\n]*$/, ""), lossy: encoding === "shift_jis" };
    } catch {
      continue;
    }
  }
  throw new RefusedError("文字として読めません（UTF-8 でも Shift_JIS でもありません）");
}

/**
 * The rows of a table, parted by the sign by which they suit; by commas where they never do.
 * @param {string} text
 * @param {(rows: string[][]) => boolean} suits
 * @returns {string[][] | null}
 */
export function rowsOf(text, suits) {
  for (const separator of SEPARATORS) {
    const rows = text.includes(separator) ? parseCsv(text, separator) : null;
    if (rows && suits(rows)) return rows;
  }
  return parseCsv(text, ",");
}
