// A page that is filled in: its form, what is done with it, and what is kept of it.

import { evaluate } from "../../backends/javascript/evaluate.js";
import { Evaluator } from "../../backends/javascript/program.js";
import { Filling } from "./answers.js";
import { CellReader } from "./cells.js";
import { Form } from "./form.js";
import { Results, answeredOf } from "./results.js";
import { readFacts, readSaved, writeFacts, writeSaved } from "./saved.js";
import { bodyKey, readSurvey, surveySheet } from "./surveys.js";
import { RefusedError, textOf } from "./texts.js";
import { byId, download, setText } from "./view.js";

/**
 * @typedef {import("../../backends/javascript/score.js").Score} Score
 * @typedef {import("./answers.js").Layer} Layer
 *
 * @typedef {{
 *   saved: string, haiten: string, year: string, scope: string, rules: string, trial: string,
 *   program: import("../../backends/javascript/program.js").ProgramData,
 *   reasons: Record<string, import("../../backends/javascript/explain.js").ReasonData>, special: boolean[],
 *   texts: string[], reached: Record<string, string[]>,
 *   nation: null | {bodies: number, points: Record<string, import("./places.js").Spread>,
 *     leaves: Record<string, [number, number]>,
 *     prefectures?: Record<string, Record<string, import("./places.js").Spread>>},
 *   survey: import("./surveys.js").SurveyData,
 *   columns: import("./cells.js").Columns, signs: import("./cells.js").Signs, cells: Record<string, string>,
 * }} PageData
 */

const LAYERS = /** @type {const} */ (["回答", "試算1", "試算2"]);
const SAID_AFTER = 700; // milliseconds without a change, so that a reader is not told of every key

/**
 * Open the page.
 * @param {PageData} data
 */
export function openPage(data) {
  new Page(data).open();
}

class Page {
  /** @param {PageData} data */
  constructor(data) {
    this.data = data;
    this.evaluator = new Evaluator(data.program);
    this.reader = new CellReader(data.columns, data.signs);
    this.filling = new Filling(new Map(Object.entries(data.cells)));
    this.results = new Results(data);
    this.form = new Form((column, cell, isTyping) => this.write(column, cell, isTyping));
    this.key = `haiten ${data.rules} ${data.cells[data.columns.identity[0] ?? ""] ?? ""}`.trim();
    this.canKeep = true;
    this.isSaved = true;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.said = undefined;
  }

  open() {
    this.restore();
    this.listen();
    this.refresh();
    document.documentElement.dataset.ready = "";
  }

  // What is done

  /** @private */
  listen() {
    const buttons = /** @type {Record<string, () => void>} */ ({
      undo: () => this.step(this.filling.undo(), "取り消しました"),
      redo: () => this.step(this.filling.redo(), "やり直しました"),
      save: () => this.save(),
      open: () => byId("file").click(),
      csv: () => this.saveCsv(),
      print: () => print(),
      next: () => this.form.focusNext(),
      forget: () => this.forget(),
      clear: () => {
        this.filling.clearTrial();
        this.step(true, "試算を消しました");
      },
    });
    for (const [id, act] of Object.entries(buttons)) byId(id).addEventListener("click", act);
    byId("file").addEventListener("change", (event) => this.openFiles(event));
    byId("layers").addEventListener("change", (event) => {
      this.filling.layer = /** @type {Layer} */ (Number(/** @type {HTMLInputElement} */ (event.target).value));
      this.refresh();
      this.tell(this.filling.layer ? `${LAYERS[this.filling.layer]}を書いています。回答は変わりません` : "回答に戻りました");
    });
    byId("only").addEventListener("change", () => this.filter());
    addEventListener("keydown", (event) => this.press(event));
    addEventListener("beforeprint", () => this.form.openWritten());
    addEventListener("beforeunload", (event) => {
      if (!this.canKeep && !this.isSaved) event.preventDefault();
    });
    addEventListener("storage", (event) => {
      if (event.key === this.key) this.tell("別の窓で同じ調査票が書き換えられました。この窓で続けると、そちらの回答は消えます");
    });
  }

  /**
   * @param {KeyboardEvent} event
   * @private
   */
  press(event) {
    const target = /** @type {HTMLInputElement} */ (event.target);
    const writes = target.matches?.("input:not([type=radio], [type=checkbox]), textarea");
    if (writes || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) this.step(this.filling.redo(), "やり直しました");
    else this.step(this.filling.undo(), "取り消しました");
  }

  /**
   * @param {string} column
   * @param {string} cell
   * @param {boolean} isTyping
   * @private
   */
  write(column, cell, isTyping) {
    this.filling.write(column, cell, isTyping);
    this.refresh(isTyping ? column : "");
    this.keep();
  }

  /**
   * @param {boolean} hasChanged
   * @param {string} words
   * @private
   */
  step(hasChanged, words) {
    if (!hasChanged) {
      this.tell("これより前（後）の変更はありません");
      return;
    }
    this.refresh();
    this.keep();
    this.tell(words);
  }

  // What is shown

  /**
   * @param {string} typed the column that somebody is writing in, whose text is left alone
   * @private
   */
  refresh(typed = "") {
    const { filling } = this;
    const layers = /** @type {Layer[]} */ ([0, 1, 2]).map((layer) =>
      layer === 0 || layer === filling.layer || filling.own(layer).size ? this.scored(layer) : null,
    );
    const { score, wrong } = /** @type {{score: Score, wrong: Map<string, string>}} */ (layers[filling.layer]);
    const cells = filling.cells(filling.layer);
    this.form.show(cells, filling.layer ? filling.own(filling.layer) : null, wrong, typed);
    const prefecture = this.reader.trimmed(cells.get(this.data.columns.identity[2] ?? "") ?? "");
    this.results.show(score, layers.map((layer) => layer && layer.score), prefecture);
    document.documentElement.dataset.layer = String(filling.layer);
    const { asked, answered } = answeredOf(score);
    setText(byId("progress"), `回答 ${answered}／${asked}${wrong.size ? `　直すところ ${wrong.size}` : ""}`);
    setText(byId("layer"), LAYERS[filling.layer]);
    byId("clear").hidden = filling.layer === 0;
    /** @type {HTMLButtonElement} */ (byId("undo")).disabled = filling.done.length === 0;
    /** @type {HTMLButtonElement} */ (byId("redo")).disabled = filling.undone.length === 0;
    this.filter();
    clearTimeout(this.said);
    this.said = setTimeout(() => setText(byId("said"), `得点 ${byId("total").textContent}`), SAID_AFTER);
  }

  /**
   * @param {Layer} layer
   * @private
   */
  scored(layer) {
    const { facts, wrong } = this.reader.read(this.filling.cells(layer));
    return { score: evaluate(this.evaluator, facts), wrong };
  }

  /** @private */
  filter() {
    this.form.filter(/** @type {HTMLInputElement} */ (byId("only")).checked);
  }

  /**
   * @param {string} words
   * @private
   */
  tell(words) {
    setText(byId("told"), words);
  }

  // What is kept

  /** @private */
  restore() {
    let text = null;
    try {
      text = localStorage.getItem(this.key);
    } catch {
      this.canKeep = false;
    }
    setText(byId("kept"), this.canKeep ? "回答は、このブラウザーにも保存されます" : "このブラウザーには保存できません。「保存」でファイルに残してください");
    if (text === null) return;
    try {
      this.filling.filled = readSaved(this.data, text);
      this.tell("このブラウザーに保存してあった回答を開きました");
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      this.tell(`このブラウザーに保存してあった回答は開けません: ${error.message}。元のものは残してあります`);
      this.putAside(text);
    }
  }

  /**
   * Keep what cannot be read, before it is written over.
   * @param {string} text
   * @private
   */
  putAside(text) {
    try {
      localStorage.setItem(`${this.key} 読めない回答`, text);
    } catch {
      this.canKeep = false; // so that it stays where it is
    }
  }

  /** @private */
  forget() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      this.canKeep = false;
    }
    this.canKeep = false;
    setText(byId("kept"), "このブラウザーの控えを消しました。これからの回答は「保存」でファイルに残してください");
    byId("forget").hidden = true;
  }

  /** @private */
  keep() {
    this.isSaved = false;
    if (!this.canKeep) return;
    try {
      localStorage.setItem(this.key, writeSaved(this.data, this.filling.filled));
    } catch {
      this.canKeep = false;
      setText(byId("kept"), "このブラウザーには、もう保存できません。「保存」でファイルに残してください");
    }
  }

  /** @private */
  save() {
    download(`${this.name()}.json`, writeSaved(this.data, this.filling.filled), "application/json");
    this.isSaved = true;
    this.tell("回答と試算をファイルに保存しました");
  }

  /** @private */
  saveCsv() {
    const cells = this.filling.cells(this.filling.layer);
    const [code = ""] = this.data.columns.identity;
    if (!this.reader.trimmed(cells.get(code) ?? "")) {
      this.tell(`CSV には${code}が要ります。先に書いてください`);
      this.form.focus(code);
      return;
    }
    download(`${this.name()}.csv`, writeFacts(this.data, cells), "text/csv");
    const wrong = this.reader.read(cells).wrong.size;
    this.tell(`${LAYERS[this.filling.layer]}を CSV に書きました${wrong ? `。直すところが${wrong}あり、そのままでは採点できません` : ""}`);
  }

  /** @private */
  name() {
    const cells = this.filling.filled.answers;
    const [code = "", name = ""] = this.data.columns.identity.map((column) => cells.get(column) ?? "");
    const layer = this.filling.layer ? ` ${LAYERS[this.filling.layer]}` : "";
    const trial = this.data.trial ? ` 定数の試算（${this.data.trial}）` : "";
    return `調査票 ${this.data.year} ${code}${name}${layer}${trial}`.replace(/[\\/:*?"<>|]/g, "_").trim();
  }

  /**
   * @param {Event} event
   * @private
   */
  async openFiles(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const files = [...(input.files ?? [])];
    const names = files.map((file) => `「${file.name}」`).join("");
    if (!files.length) return;
    try {
      const opened = await Promise.all(files.map(async (file) => textOf(new Uint8Array(await file.arrayBuffer()))));
      this.filling.replace(this.taken(files, opened));
      this.step(true, `${names}を開きました。「取り消す」で元に戻せます`);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      this.tell(`${names}は開けません: ${error.message}。今の回答はそのままです`);
    } finally {
      input.value = "";
    }
  }

  /**
   * What files say: one that the page saved, a fact file, or the sheets of a survey sheet, one each.
   * @param {File[]} files
   * @param {import("./texts.js").Opened[]} opened
   * @returns {import("./answers.js").Filled}
   * @private
   */
  taken(files, opened) {
    const { reader, data } = this;
    const [code = ""] = data.columns.identity;
    const trimmed = (/** @type {string} */ cell) => reader.trimmed(cell);
    const sheets = opened.map((each) => surveySheet(data.survey, each, trimmed));
    const text = opened[0]?.text ?? "";
    const other = sheets.findIndex((sheet) => sheet === null);
    if (files.length > 1 && other >= 0) {
      throw new RefusedError(`いくつも一緒に開けるのは、調査票のシートの CSV だけです（「${files[other]?.name}」は違います）`);
    }
    let { answers, trials } = this.filling.filled;
    if (other < 0) answers = readSurvey(data.survey, sheets.flatMap((sheet) => sheet ?? []));
    else if (/^(\ufeff|\s)*\{/.test(text)) ({ answers, trials } = readSaved(data, text));
    else {
      const canonical = (/** @type {string} */ heading) => reader.fold(heading).trim();
      answers = readFacts(data, text, answers.get(code) ?? "", canonical);
    }
    // A page that was made for a body shows what that body said last year beside its answers.
    const [own, found] = [data.cells[code] ?? "", answers.get(code) ?? ""];
    if (own && found && bodyKey(own) !== bodyKey(found)) {
      throw new RefusedError(`${found} の回答です（このページは ${own} のもの）`);
    }
    return { answers, trials };
  }
}
