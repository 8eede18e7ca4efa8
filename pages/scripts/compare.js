// A body beside its prefecture, its class and the nation: what it has, what others have, and where it stands.

import {
  AWARDED, NOTHING_TOLD, VERDICT_WORDS, bodiesWith, differenceOf, meanOf, pointsOf, rankOfBody, rateOf,
} from "./groups.js";
import { grouped } from "../../backends/javascript/exact.js";
import { SortedTable } from "./sorted_table.js";
import { showTiles } from "./tile_map.js";
import { byId, made, setText } from "./view.js";

/**
 * @typedef {import("./groups.js").Labelled} Labelled
 * @typedef {import("./groups.js").TableCell} TableCell
 *
 * @typedef {{
 *   year: string, rules: string, trial: string, prefecture: string, everybody: string,
 *   codes: string[], names: string[], prefectures: Labelled,
 *   classes: Record<string, Labelled>, nodes: import("./groups.js").NodeColumn[],
 *   leaves: import("./groups.js").LeafColumn[],
 * }} CompareData
 */

/**
 * Open the page.
 * @param {CompareData} data
 */
export function openCompare(data) {
  new Compare(data).open();
}

class Compare {
  /** @param {CompareData} data */
  constructor(data) {
    this.data = data;
    this.everybody = [...data.codes.keys()];
    this.prefecture = /** @type {HTMLSelectElement} */ (byId("prefecture"));
    this.body = /** @type {HTMLSelectElement} */ (byId("body"));
    this.by = /** @type {HTMLSelectElement} */ (byId("by"));
    this.node = /** @type {HTMLSelectElement} */ (byId("node"));
    this.words = /** @type {HTMLInputElement} */ (byId("words"));
    this.lacking = /** @type {HTMLInputElement} */ (byId("lacking"));
    this.nodes = new SortedTable(byId("nodes"), "得点の比較", data.trial);
    this.leaves = new SortedTable(byId("leaves"), "項目の比較", data.trial);
    this.bodies = new SortedTable(byId("bodies"), "県内の団体", data.trial);
  }

  open() {
    const { data } = this;
    fill(this.prefecture, data.prefectures.labels.map((name, place) => [String(place), name || "（都道府県の記入なし）"]));
    fill(this.by, [["", "なし"], ...Object.keys(data.classes).map((name) => /** @type {[string, string]} */ ([name, name]))]);
    fill(this.node, data.nodes.map((node, place) => [String(place), `${node.path} ${node.text}`]));
    this.prefecture.value = String(Math.max(data.prefectures.labels.indexOf(data.prefecture), 0));
    if ("規模" in data.classes) this.by.value = "規模";
    this.prefecture.addEventListener("change", () => this.choosePrefecture());
    for (const each of [this.body, this.by, this.node, this.lacking]) each.addEventListener("change", () => this.show());
    this.words.addEventListener("input", () => this.show());
    for (const [id, table] of /** @type {[string, SortedTable][]} */ ([
      ["save-nodes", this.nodes], ["save-leaves", this.leaves], ["save-bodies", this.bodies],
    ])) byId(id).addEventListener("click", () => table.save());
    this.choosePrefecture();
    document.documentElement.dataset.ready = "";
  }

  /** @private */
  inPrefecture() {
    return bodiesWith(this.data.prefectures, Number(this.prefecture.value));
  }

  /** @private */
  choosePrefecture() {
    fill(this.body, this.inPrefecture().map((body) => [String(body), `${this.data.codes[body]} ${this.data.names[body]}`]));
    this.show();
  }

  /**
   * The bodies of the class of a body; none where bodies are not grouped.
   * @param {number} body
   * @private
   */
  alike(body) {
    const labelled = this.data.classes[this.by.value];
    return labelled ? bodiesWith(labelled, labelled.of[body] ?? -1) : [];
  }

  /** @private */
  show() {
    const { data, everybody } = this;
    const body = Number(this.body.value);
    const [home, alike] = [this.inPrefecture(), this.alike(body)];
    const labelled = data.classes[this.by.value];
    const kind = labelled ? `${this.by.value}「${labelled.labels[labelled.of[body] ?? 0]}」` : "区分";
    const prefecture = data.prefectures.labels[Number(this.prefecture.value)] ?? "";
    setText(byId("who"), `${data.codes[body] ?? ""} ${data.names[body] ?? ""}（${prefecture}）`);
    setText(byId("counted"), `県内${grouped(home.length)}団体、${kind}${grouped(alike.length)}団体、${data.everybody}${grouped(everybody.length)}団体`);
    const asked = this.words.value.normalize("NFKC").trim();
    const fits = (/** @type {string} */ text) => !asked || text.normalize("NFKC").includes(asked);
    this.nodes.show(
      ["項目", "満点", "得点", "県内平均", "県内平均との差", `${kind}の平均`, `${data.everybody}平均`, "県内順位", `${data.everybody}順位`],
      data.nodes.filter((node) => fits(`${node.path} ${node.text}`)).map((node, place) => {
        const [own, mean] = [pointsOf(node, body), meanOf(node, home)];
        return {
          words: node.text,
          cells: [
            { text: node.path, key: place }, { text: String(node.maximum), key: node.maximum }, own, mean,
            differenceOf(own, mean), meanOf(node, alike), meanOf(node, everybody), rankOfBody(node, body, home),
            rankOfBody(node, body, everybody),
          ],
        };
      }),
    );
    this.showLeaves(body, home, alike, kind, fits);
    this.showBodies(home);
    this.showMap(prefecture);
  }

  /**
   * @param {number} body
   * @param {number[]} home
   * @param {number[]} alike
   * @param {string} kind
   * @param {(text: string) => boolean} fits
   * @private
   */
  showLeaves(body, home, alike, kind, fits) {
    const rows = this.data.leaves.flatMap((leaf, place) => {
      const verdict = leaf.verdicts.charAt(body);
      if (!fits(`${leaf.path} ${leaf.text}`) || (this.lacking.checked && verdict === AWARDED)) return [];
      const [rate, nation] = [rateOf(leaf, home), rateOf(leaf, this.everybody)];
      return [{
        words: leaf.text,
        cells: [
          { text: leaf.path, key: place }, { text: String(leaf.points), key: leaf.points },
          { text: VERDICT_WORDS[Number(verdict)] ?? "", key: Number(verdict) }, rate,
          alike.length ? rateOf(leaf, alike) : NOTHING_TOLD, nation,
        ],
      }];
    });
    this.leaves.show(["項目", "配点", "判定", "県内該当率", `${kind}の該当率`, `${this.data.everybody}該当率`], rows);
    setText(byId("shown"), `${rows.length}項目`);
  }

  /**
   * @param {number[]} home
   * @private
   */
  showBodies(home) {
    const shown = this.data.nodes.filter((node) => node.depth <= 1);
    this.bodies.show(
      ["団体", ...shown.map((node) => node.path), "県内順位", `${this.data.everybody}順位`],
      home.map((body) => {
        const whole = /** @type {import("./groups.js").NodeColumn} */ (this.data.nodes[0]);
        return {
          words: this.data.codes[body] ?? "",
          act: () => {
            this.body.value = String(body);
            this.show();
          },
          cells: [
            { text: this.data.names[body] || (this.data.codes[body] ?? ""), key: this.data.codes[body] ?? "" },
            ...shown.map((node) => pointsOf(node, body)), rankOfBody(whole, body, home),
            rankOfBody(whole, body, this.everybody),
          ],
        };
      }),
    );
  }

  /**
   * @param {string} prefecture
   * @private
   */
  showMap(prefecture) {
    const node = this.data.nodes[Number(this.node.value)];
    if (!node) return;
    /** @type {Map<string, TableCell>} */
    const figures = new Map();
    this.data.prefectures.labels.forEach((name, place) => {
      figures.set(name, meanOf(node, bodiesWith(this.data.prefectures, place)));
    });
    showTiles(byId("map"), figures, prefecture, (name) => {
      this.prefecture.value = String(this.data.prefectures.labels.indexOf(name));
      this.choosePrefecture();
    });
  }
}

/**
 * Put options into a list.
 * @param {HTMLSelectElement} list
 * @param {[string, string][]} options value and words of each
 */
function fill(list, options) {
  list.replaceChildren(...options.map(([value, words]) => made("option", words, { value })));
}
