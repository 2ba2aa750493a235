// The line to Python. At most two messages are on their way at once; what the learner does
// meanwhile is merged, so the newest state wins and nothing queues behind the pointer.

/** @import { Model, Value } from "./types" */

const MOST = 2;
const PATIENCE = 5000; // ms without an answer until the learner is told

export class Link {
  /**
   * @param {Model<{}>} model
   * @param {string} view
   * @param {(silent: boolean) => void} silence  Python does not answer, or answers again
   */
  constructor(model, view, silence) {
    this.silence = silence;
    this.model = model;
    this.view = view;
    this.sent = 0;
    this.answered = 0;
    /** @type {Record<string, Value>} */
    this.pending = {};
    /** @type {Map<string, { value: Value, seq: number }>} */
    this.local = new Map(); // what Python has not answered yet
    /** @type {number | undefined} */
    this.patience = undefined;
    /** @type {Set<string>} */
    this.held = new Set(); // names that the learner holds right now
    this.mostInFlight = 0; // for the tests
  }

  hello() {
    this.model.send({ hello: true, view: this.view });
  }

  /** @param {string} name @param {Value} value */
  change(name, value) {
    this.pending[name] = value;
    this.local.set(name, { value, seq: Infinity });
    this.pump();
  }

  pump() {
    if (this.sent - this.answered >= MOST || Object.keys(this.pending).length === 0) return;
    this.sent += 1;
    for (const [name, value] of Object.entries(this.pending)) {
      this.local.set(name, { value, seq: this.sent });
    }
    this.mostInFlight = Math.max(this.mostInFlight, this.sent - this.answered);
    const message = { state: this.pending, seq: this.sent, view: this.view };
    this.pending = {};
    this.patience ??= setTimeout(() => this.silence(true), PATIENCE);
    try {
      this.model.send(message);
    } catch {
      this.silence(true); // the kernel that this widget lived in is gone
    }
  }

  /** @param {number} seq */
  answer(seq) {
    this.answered = Math.max(this.answered, seq);
    this.rest();
    this.silence(false);
    this.settle();
    this.pump();
  }

  get waits() {
    return this.sent > this.answered;
  }

  rest() {
    clearTimeout(this.patience);
    this.patience = undefined;
  }

  /** @param {string} name @param {boolean} held */
  hold(name, held) {
    if (held) this.held.add(name);
    else this.held.delete(name);
    this.settle();
  }

  settle() {
    for (const [name, { seq }] of this.local) {
      if (seq <= this.answered && !this.held.has(name)) this.local.delete(name);
    }
  }

  /** @param {string} name */
  valueOf(name) {
    return this.local.get(name)?.value;
  }
}
