// What was filled in, and what is only tried: two scenarios that lie over the answers and never touch them.

/**
 * Cells by the columns of a fact file, as they were written.
 * @typedef {Map<string, string>} Cells
 *
 * Which cells are shown and changed: the answers (0), or one of two scenarios.
 * @typedef {0 | 1 | 2} Layer
 *
 * @typedef {{answers: Cells, trials: [Cells, Cells]}} Filled
 * @typedef {{kind: "cell", layer: Layer, column: string, before: string | undefined, after: string | undefined}
 *   | {kind: "all", before: Filled, after: Filled}} Change
 */

const MOST_CHANGES = 1000;

/** All that was filled in, with what was done to it. */
export class Filling {
  /** @param {Cells} cells what is known beforehand */
  constructor(cells) {
    /** @type {Filled} */
    this.filled = { answers: new Map(cells), trials: [new Map(), new Map()] };
    /** @type {Layer} */
    this.layer = 0;
    /** @type {Change[]} */
    this.done = [];
    /** @type {Change[]} */
    this.undone = [];
    /** @type {Extract<Change, {kind: "cell"}> | null} what is being typed */
    this.typed = null;
  }

  /**
   * The cells of a layer alone.
   * @param {Layer} layer
   * @returns {Cells}
   */
  own(layer) {
    const [one, two] = this.filled.trials;
    return layer === 0 ? this.filled.answers : layer === 1 ? one : two;
  }

  /**
   * The cells as a layer has them: a scenario over the answers. What is tried as empty is empty.
   * @param {Layer} layer
   * @returns {Cells}
   */
  cells(layer) {
    const cells = new Map(this.filled.answers);
    if (layer !== 0) for (const [column, cell] of this.own(layer)) cells.set(column, cell);
    return cells;
  }

  /**
   * Write a cell of the layer that is shown.
   * @param {string} column
   * @param {string} cell
   * @param {boolean} isTyping whether more of it is to come: all that is typed at once is undone at once
   */
  write(column, cell, isTyping) {
    const own = this.own(this.layer);
    const before = own.get(column);
    const stands = this.filled.answers.get(column) ?? "";
    const after = (this.layer === 0 ? cell === "" : cell === stands) ? undefined : cell;
    const last = this.typed;
    this.typed = null;
    if (before === after) {
      this.typed = isTyping ? last : null;
      return;
    }
    if (last && last === this.done.at(-1) && last.column === column && last.layer === this.layer) {
      this.done.pop();
      this.put({ ...last, after });
    } else this.put({ kind: "cell", layer: this.layer, column, before, after });
    const put = this.done.at(-1);
    if (isTyping && put?.kind === "cell") this.typed = put;
  }

  /**
   * Put other cells in the place of all; that can be undone, too.
   * @param {Filled} after
   */
  replace(after) {
    this.put({ kind: "all", before: this.filled, after });
  }

  /** Drop what a scenario tries. */
  clearTrial() {
    if (this.layer === 0 || this.own(this.layer).size === 0) return;
    const [one, two] = this.filled.trials;
    /** @type {[Cells, Cells]} */
    const trials = this.layer === 1 ? [new Map(), two] : [one, new Map()];
    this.replace({ answers: this.filled.answers, trials });
  }

  /** Whether there was something to undo. */
  undo() {
    const change = this.done.pop();
    if (!change) return false;
    this.undone.push(change);
    this.apply(change, change.before);
    return true;
  }

  /** Whether there was something to do again. */
  redo() {
    const change = this.undone.pop();
    if (!change) return false;
    this.done.push(change);
    this.apply(change, change.after);
    return true;
  }

  /**
   * @param {Change} change
   * @private
   */
  put(change) {
    this.done.push(change);
    if (this.done.length > MOST_CHANGES) this.done.shift();
    this.undone = [];
    this.apply(change, change.after);
  }

  /**
   * @param {Change} change
   * @param {Change["after"]} to
   * @private
   */
  apply(change, to) {
    if (change.kind === "all") this.filled = /** @type {Filled} */ (to);
    else if (to === undefined) this.own(change.layer).delete(change.column);
    else this.own(change.layer).set(change.column, /** @type {string} */ (to));
  }
}
