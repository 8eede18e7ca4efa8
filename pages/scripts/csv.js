// Tables as text (RFC 4180): cells parted by commas, or by another sign, quoted where they need it.

/**
 * The rows of a table; null where a quote is never closed, or stands where none may.
 * @param {string} text
 * @param {string} [separator]
 * @returns {string[][] | null}
 */
export function parseCsv(text, separator = ",") {
  const ends = `${separator}\r\n`;
  /** @type {string[][]} */
  const rows = [];
  /** @type {string[]} */
  let row = [];
  let place = text.startsWith("\ufeff") ? 1 : 0;
  while (place < text.length) {
    let cell;
    if (text[place] === '"') {
      let end = text.indexOf('"', place + 1);
      while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
      if (end < 0) return null;
      cell = text.slice(place + 1, end).replaceAll('""', '"');
      place = end + 1;
      if (place < text.length && !ends.includes(text.charAt(place))) return null;
    } else {
      const start = place;
      while (place < text.length && !ends.includes(text.charAt(place))) place += 1;
      cell = text.slice(start, place);
    }
    row.push(cell);
    if (text[place] === separator) {
      place += 1;
      if (place < text.length) continue;
      row.push("");
    }
    if (text[place] === "\r" && text[place + 1] === "\n") place += 1;
    place += 1;
    rows.push(row);
    row = [];
    if (place < text.length) continue;
  }
  return rows;
}

/**
 * Rows as text for haiten and for spreadsheets: marked as UTF-8, lines ended as they end them.
 * @param {string[][]} rows
 */
export function writeCsv(rows) {
  const quoted = (/** @type {string} */ cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return `\ufeff${rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("")}`;
}

/**
 * A text that no spreadsheet takes for a formula: an apostrophe stands before one that begins like one.
 * @param {string} text
 */
export function safeText(text) {
  return /^[ \u3000]*[=+\-@\t\r\n＝＋－＠]/.test(text) && !/^[-+]?[0-9][0-9,]*(?:\.[0-9]+)?%?$/.test(text)
    ? `'${text}`
    : text;
}
