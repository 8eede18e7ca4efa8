// What a score shows: points and verdicts at every node, why, the places in rankings, the gaps, and the nation beside.

import { reasonOf } from "../../backends/javascript/explain.js";
import { NO, at } from "../../backends/javascript/program.js";
import { compareExact, exactOf, grouped, showExact } from "../../backends/javascript/exact.js";
import { showPoints, showShare, showText } from "./figures.js";
import { chancesOf, overtakingOf } from "./gaps.js";
import { meanOf, medianOf, rankTextIn, bodiesIn } from "./places.js";
import { byData, byId, made, setText } from "./view.js";

/**
 * @typedef {import("../../backends/javascript/explain.js").Placing} Placing
 * @typedef {import("../../backends/javascript/explain.js").Reason} Reason
 * @typedef {import("../../backends/javascript/program.js").Points} Points
 * @typedef {import("../../backends/javascript/score.js").Score} Score
 * @typedef {import("./page.js").PageData} PageData
 */

const VERDICTS = /** @type {const} */ ({
  awarded: ["得点", "good"],
  not_met: ["非該当", "bad"],
  unanswered: ["未回答", "open"],
  superseded: ["他の項目が優先", "plain"],
});
const MOST_GAPS = 30;

/** Shows one score after another. */
export class Results {
  /** @param {PageData} data */
  constructor(data) {
    this.data = data;
    this.points = byData("points");
    this.verdicts = byData("verdict");
    this.reasons = byData("why");
    this.standings = byData("standing");
    this.scores = byData("score");
    for (const [path, where] of this.reasons) {
      where.closest("details")?.addEventListener("toggle", () => this.showReason(path));
    }
    /** @type {Score | null} */
    this.score = null;
    this.prefecture = "";
  }

  /**
   * @param {Score} score of what is shown
   * @param {(Score | null)[]} layers of the answers, and of the scenarios that try something
   * @param {string} prefecture of the body; empty where that is not written
   */
  show(score, layers, prefecture) {
    this.score = score;
    this.prefecture = prefecture;
    score.evaluator.nodes.forEach((node, place) => {
      const { own, counted } = score.ranges(place);
      const cut = score.cut(place);
      const live = own.certain === counted.certain && own.possible === counted.possible;
      const aside = `${cut ? `（上限で${grouped(cut)}点減）` : ""}${live ? "" : `（選ばれる前は${showPoints(own)}）`}`;
      setText(this.points.get(String(place)), `${showPoints(counted)}${aside}`);
      const mark = this.verdicts.get(String(place));
      if (mark && node.outcome !== null) this.showVerdict(mark, score, place);
    });
    for (const path of this.reasons.keys()) this.showReason(path);
    for (const [place, where] of this.standings) this.showStanding(Number(place), where);
    this.showScores(layers);
    this.showGaps();
  }

  /**
   * @param {HTMLElement} mark
   * @param {Score} score
   * @param {number} place
   * @private
   */
  showVerdict(mark, score, place) {
    const [word, kind] = VERDICTS[score.verdict(place)];
    const { path } = at(score.evaluator.nodes, place);
    const computed = path in this.data.reasons;
    const isOpen = word === "未回答" && computed;
    setText(mark, `${isOpen ? "不明" : word}${computed && score.given(place) ? "（通知）" : ""}`);
    mark.className = `mark ${kind}`;
  }

  /**
   * Why a leaf came out so, where somebody looks.
   * @param {string} path
   */
  showReason(path) {
    const where = this.reasons.get(path);
    const data = this.data.reasons[path];
    if (!where || !data || !this.score || !where.closest("details")?.open) return;
    where.replaceChildren(reasonElement(reasonOf(this.score, data)));
  }

  /**
   * What a 指標 stands on: every value that is ranked below it, its place, and the way to the next step.
   * @param {number} place
   * @param {HTMLElement} where
   * @private
   */
  showStanding(place, where) {
    if (!this.score) return;
    /** @type {Map<string, Placing[]>} */
    const found = new Map();
    for (const leaf of leavesBelow(this.score, place)) {
      const data = this.data.reasons[at(this.score.evaluator.nodes, leaf).path];
      if (data) for (const placing of placingsIn(reasonOf(this.score, data))) {
        const key = `${placing.value.name} ${placing.class ?? ""}`;
        found.set(key, [...(found.get(key) ?? []), placing]);
      }
    }
    where.replaceChildren(...[...found.values()].map((steps) => made("p", standingText(steps))));
    where.hidden = found.size === 0;
  }

  /**
   * @param {(Score | null)[]} layers
   * @private
   */
  showScores(layers) {
    for (const [key, where] of this.scores) {
      const [layer = "", name = ""] = key.split(" ");
      if (layer === "nation" || layer === "prefecture") {
        const spread = this.spreadOf(layer, name);
        setText(where, spread ? meanOf(spread) : "—");
        continue;
      }
      const score = layers[Number(layer)];
      if (!score) setText(where, "—");
      else setText(where, showPoints(this.pointsAt(score, name)));
    }
    const total = this.score ? this.pointsAt(this.score, "全体") : { certain: 0, possible: 0 };
    setText(byId("total"), showPoints(total));
    this.showPlaces(total);
  }

  /**
   * @param {Score} score
   * @param {string} name the place of a node, or 全体
   * @returns {Points}
   * @private
   */
  pointsAt(score, name) {
    return name === "全体" ? score.whole(this.data.special) : score.ranges(Number(name)).counted;
  }

  /**
   * How the nation, or the body's prefecture, scored at a node; null where that is not known.
   * @param {"nation" | "prefecture"} among
   * @param {string} name the place of a node, or 全体
   * @returns {import("./places.js").Spread | null}
   * @private
   */
  spreadOf(among, name) {
    const { nation, program } = this.data;
    const path = name === "全体" ? name : at(program.nodes, Number(name)).path;
    const points = among === "nation" ? nation?.points : nation?.prefectures?.[this.prefecture];
    return points?.[path] ?? null;
  }

  /**
   * Where a body with such points stands in the nation and in its prefecture.
   * @param {Points} total
   * @private
   */
  showPlaces(total) {
    const { nation } = this.data;
    const words = [];
    for (const among of /** @type {const} */ (["nation", "prefecture"])) {
      const spread = this.spreadOf(among, "全体");
      const name = among === "nation" ? "全国" : this.prefecture;
      if (spread) words.push(`${name}${grouped(bodiesIn(spread))}団体の${rankTextIn(spread, total)}相当`);
      const row = document.getElementById(`among-${among}`);
      if (!row) continue;
      const why = this.prefecture ? `${this.prefecture}の得点の分布はありません` : "団体の都道府県を書くと示します";
      const cells = spread
        ? [name, `${grouped(bodiesIn(spread))}`, rankTextIn(spread, total), meanOf(spread), medianOf(spread)]
        : [among === "nation" ? name : why, "—", "—", "—", "—"];
      [...row.children].forEach((cell, place) => setText(cell, at(cells, place)));
    }
    setText(byId("rank"), words.join("、"));
    const names = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-prefecture]"));
    for (const heading of names) setText(heading, `${nation?.prefectures?.[this.prefecture] ? this.prefecture : "都道府県"}平均`);
  }

  /** @private */
  showGaps() {
    const { score, data } = this;
    if (!score) return;
    const overtaking = (/** @type {number} */ place) => {
      const reason = data.reasons[at(score.evaluator.nodes, place).path];
      return reason && score.outcome(place) === NO ? overtakingOf(reasonOf(score, reason)) : null;
    };
    const chances = chancesOf(score, data.special, data.reached, data.nation, overtaking);
    const shown = chances.slice(0, MOST_GAPS);
    byId("gaps").replaceChildren(...shown.map((chance) => this.gapElement(chance)));
    const rest = chances.length - shown.length;
    setText(byId("gaps-rest"), rest > 0 ? `ほか${grouped(rest)}項目` : chances.length ? "" : "失点はありません");
  }

  /**
   * @param {import("./gaps.js").Chance} chance
   * @private
   */
  gapElement({ place, gain, isOpen }) {
    const { path } = at(this.data.program.nodes, place);
    const link = made("a", path, { href: `#i${place}` });
    const counts = this.data.nation?.leaves[path];
    const rate = counts && this.data.nation ? `全国該当率 ${showShare(counts[0], this.data.nation.bodies)}` : "";
    const words = [isOpen ? "未回答・不明" : "非該当", rate].filter(Boolean);
    const rest = words.flatMap((each) => [document.createTextNode("　"), made("span", each, { class: "whole" })]);
    const text = document.createTextNode(`　${this.data.texts[place] ?? ""}`);
    return made("li", [made("strong", `＋${grouped(gain)}点 `), link, text, ...rest]);
  }
}

/**
 * @param {Score} score
 * @param {number} place
 * @returns {number[]}
 */
function leavesBelow(score, place) {
  const { children, outcome } = at(score.evaluator.nodes, place);
  return outcome === null ? children.flatMap((child) => leavesBelow(score, child)) : [place];
}

/**
 * @param {Reason} reason
 * @returns {Placing[]}
 */
function placingsIn(reason) {
  return [...(reason.placing ? [reason.placing] : []), ...(reason.parts ?? []).flatMap(placingsIn)];
}

/**
 * A value with its unit.
 * @param {import("../../backends/javascript/explain.js").Reading} reading
 */
function readingText({ name, value, unit }) {
  return `${name} ${value === null ? "不明" : `${showText(value)}${unit}`}`;
}

/**
 * Where a value stands, which steps it is within, and how far the next one is.
 * @param {Placing[]} steps the easiest first
 */
function standingText(steps) {
  const first = at(steps, 0);
  const { value: reading } = first;
  const words = [readingText(reading)];
  if (first.class !== undefined) words.push(`区分 ${first.class}`);
  if (first.n) words.push(first.rank === null ? `${grouped(first.n)}団体` : `${grouped(first.n)}団体の${grouped(first.rank)}位`);
  if (!first.n) return `${words.join("、")}。全国の段の境の値がないので、順位は分かりません。`;
  const ends = steps.map(({ step, cutoff, direction, in: inside }) => {
    if (cutoff === null) return `${step}には誰もいない`;
    const end = `${showText(cutoff)}${reading.unit}${direction === "lower" ? "以下" : "以上"}`;
    if (reading.value === null) return `${step}は${end}（${grouped(inside)}団体）`;
    const [value, limit] = [exactOf(reading.value), exactOf(cutoff)];
    const order = compareExact(value, limit);
    if (direction === "lower" ? order <= 0 : order >= 0) return `${step}の内（${end}）`;
    const difference = { num: limit.num * value.den - value.num * limit.den, den: limit.den * value.den };
    const short = { ...difference, num: difference.num < 0n ? -difference.num : difference.num };
    return `${step}まで あと${showExact(short)}${reading.unit === "%" ? "ポイント" : reading.unit}（${end}）`;
  });
  return `${words.join("、")}。${ends.join("、")}`;
}

/**
 * A reason as a list, its parts below.
 * @param {Reason} reason
 * @returns {HTMLElement}
 */
function reasonElement(reason) {
  const mark = reason.truth === null ? "？" : reason.truth ? "○" : "×";
  const readings = (reason.readings ?? []).map(readingText).join("、");
  const placing = reason.placing ? standingText([reason.placing]) : "";
  const bar = reason.bar?.bar ? `${reason.bar.text} = ${reason.bar.bar.shown}` : "";
  const words = [reason.text, placing || bar || readings].filter(Boolean).join(" … ");
  const list = made("ul", [made("li", `${mark} ${words}`)]);
  for (const part of reason.parts ?? []) list.lastElementChild?.append(reasonElement(part));
  return list;
}

/**
 * How many leaves a body has to answer, and how many it did.
 * @param {Score} score
 */
export function answeredOf(score) {
  let [asked, answered] = [0, 0];
  for (const step of score.evaluator.data.steps) {
    if (step.op !== "answer") continue;
    asked += 1;
    if (score.facts.answers.has(step.column)) answered += 1;
  }
  return { asked, answered };
}
