// The prefectures as tiles, each about where it lies: five shades, and the figure itself.

import { made } from "./view.js";

// Row and column of each prefecture 〔推定: a layout of our own〕.
const PLACES = /** @type {Record<string, [number, number]>} */ ({
  北海道: [1, 12], 青森県: [2, 12], 秋田県: [3, 11], 岩手県: [3, 12], 山形県: [4, 11], 宮城県: [4, 12],
  石川県: [5, 8], 富山県: [5, 9], 新潟県: [5, 11], 福島県: [5, 12],
  福井県: [6, 8], 岐阜県: [6, 9], 長野県: [6, 10], 群馬県: [6, 11], 栃木県: [6, 12], 茨城県: [6, 13],
  山口県: [7, 2], 島根県: [7, 3], 鳥取県: [7, 4], 兵庫県: [7, 6], 京都府: [7, 7], 滋賀県: [7, 8], 愛知県: [7, 9],
  山梨県: [7, 10], 埼玉県: [7, 11], 東京都: [7, 12], 千葉県: [7, 13],
  広島県: [8, 3], 岡山県: [8, 4], 大阪府: [8, 7], 奈良県: [8, 8], 三重県: [8, 9], 静岡県: [8, 10], 神奈川県: [8, 12],
  佐賀県: [9, 1], 福岡県: [9, 2], 愛媛県: [9, 4], 香川県: [9, 5], 和歌山県: [9, 7],
  長崎県: [10, 1], 大分県: [10, 2], 高知県: [10, 4], 徳島県: [10, 5],
  熊本県: [11, 1], 宮崎県: [11, 2], 鹿児島県: [12, 1], 沖縄県: [13, 1],
});
const COLUMNS = 13;
const SHADES = 5;

/**
 * @typedef {import("./groups.js").TableCell} TableCell
 */

/**
 * Show a figure of each prefecture.
 * @param {HTMLElement} where
 * @param {Map<string, TableCell>} figures
 * @param {string} chosen
 * @param {(prefecture: string) => void} choose
 */
export function showTiles(where, figures, chosen, choose) {
  const keys = [...figures.values()].map((cell) => Number(cell.key)).sort((one, other) => one - other);
  let beside = 0;
  const tiles = [...figures].map(([name, cell]) => {
    const short = name.replace(/[都府県]$/, "") || name || "不明";
    const rank = keys.findIndex((key) => key >= Number(cell.key));
    const shade = Math.min(Math.floor((SHADES * rank) / keys.length), SHADES - 1);
    const tile = made("button", [made("span", short), made("b", cell.text)], {
      type: "button", class: `tile q${shade}`, "aria-pressed": String(name === chosen), title: name,
    });
    const [row, column] = PLACES[name] ?? [14 + Math.floor(beside / COLUMNS), 1 + (beside++ % COLUMNS)];
    tile.style.gridArea = `${row} / ${column}`;
    tile.addEventListener("click", () => choose(name));
    return tile;
  });
  where.replaceChildren(...tiles);
}
