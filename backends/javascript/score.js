// What a body came to, and what may be asked of it.

import { NO, UNKNOWN, YES, at, least } from "./program.js";

/**
 * @typedef {import("./exact.js").Exact} Exact
 * @typedef {import("./program.js").Evaluator} Evaluator
 * @typedef {import("./program.js").Facts} Facts
 * @typedef {import("./program.js").Points} Points
 * @typedef {import("./program.js").Truth} Truth
 * @typedef {import("./program.js").Verdict} Verdict
 */

/** What a body came to. */
export class Score {
  /**
   * @param {Evaluator} evaluator
   * @param {Facts} facts
   */
  constructor(evaluator, facts) {
    this.evaluator = evaluator;
    this.facts = facts;
    /** @type {Truth[]} of conditions and outcomes; of a ranking whether the body has a rank in it */
    this.truths = new Array(evaluator.data.size).fill(UNKNOWN);
    /** @type {(Exact | null)[]} */
    this.values = new Array(evaluator.data.size).fill(null);
    /** @type {Map<number, number>} */
    this.classes = new Map();
    /** @type {Map<number, Points>} own points of nodes above leaves; of leaves only where points were given */
    this.points = new Map();
    /** @type {Map<number, number>} what 上限 took off the certain points */
    this.cuts = new Map();
    /** @type {Map<number, Truth[]>} whether each child of いずれか counts */
    this.choices = new Map();
  }

  // What is asked of a score

  /**
   * The points of a node before any choice above it, and counted.
   * @param {number} place
   */
  ranges(place) {
    const own = this.own(place);
    const live = this.live(place);
    const counted = { certain: live === YES ? own.certain : 0, possible: live === NO ? 0 : own.possible };
    return { own, counted };
  }

  /**
   * The points of 全体.
   * @param {boolean[]} special by node, whether it is a 別枠 outside the total
   */
  whole(special) {
    let [certain, possible] = [0, 0];
    this.evaluator.nodes.forEach((node, place) => {
      if (node.parent !== null || special[place]) return;
      const own = this.own(place);
      certain += own.certain;
      possible += own.possible;
    });
    return { certain, possible };
  }

  /**
   * The verdict on a leaf.
   * @param {number} place
   * @returns {Verdict}
   */
  verdict(place) {
    const outcome = this.outcome(place);
    if (outcome === NO) return "not_met";
    const live = outcome === YES ? this.live(place) : UNKNOWN;
    return live === YES ? "awarded" : live === NO ? "superseded" : "unanswered";
  }

  /**
   * Whether a leaf is met, as given or as its condition came to.
   * @param {number} place
   */
  outcome(place) {
    return at(this.truths, /** @type {number} */ (at(this.evaluator.nodes, place).outcome));
  }

  /**
   * What 上限 took off a node's certain points, where they count.
   * @param {number} place
   */
  cut(place) {
    const node = at(this.evaluator.nodes, place);
    return node.cap === null || this.live(place) !== YES ? 0 : (this.cuts.get(place) ?? 0);
  }

  /**
   * Whether a leaf's outcome was given.
   * @param {number} place
   */
  given(place) {
    return this.facts.outcomes.has(this.pathOf(at(this.evaluator.nodes, place).sameAs));
  }

  /**
   * Whether a node's points reach the total.
   * @param {number} place
   * @returns {Truth}
   */
  live(place) {
    /** @type {Truth} */
    let live = YES;
    for (let below = place, { parent } = at(this.evaluator.nodes, place); parent !== null; ) {
      const above = at(this.evaluator.nodes, parent);
      const choice = this.choices.get(parent);
      if (above.mode === "いずれか" && choice) live = least([live, at(choice, above.children.indexOf(below))]);
      below = parent;
      parent = above.parent;
    }
    return live;
  }

  /**
   * A node's points before any choice above it.
   * @param {number} place
   * @returns {Points}
   */
  own(place) {
    const points = this.points.get(place);
    if (points) return points;
    const { outcome, maximum } = at(this.evaluator.nodes, place);
    if (outcome === null) throw new Error(`points are read before they are there: ${this.pathOf(place)}`);
    const truth = at(this.truths, outcome);
    return { certain: truth === YES ? maximum : 0, possible: truth === NO ? 0 : maximum };
  }

  /**
   * @param {number} place
   */
  pathOf(place) {
    return at(this.evaluator.nodes, place).path;
  }
}

/**
 * All that a score says of every node, as data: for programs, and to hold it to others.
 * @param {Score} score
 */
export function scoreData(score) {
  return score.evaluator.nodes.map((node, place) => {
    const { own, counted: reached } = score.ranges(place);
    const points = [own.certain, own.possible, reached.certain, reached.possible, score.cut(place)];
    return node.outcome === null ? points : [...points, score.verdict(place), score.given(place)];
  });
}
