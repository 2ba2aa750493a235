// What stands in for the kernel: the playground's two traits, in the page alone.

import { Run } from "./widgets/static/playground/run.js";
import { stateText } from "./widgets/static/playground/state.js";

/** @import { Traits } from "./widgets/static/playground/types" */

/** @typedef {(...news: any[]) => void} Hear */

export class PageModel {
  /** @param {Run} run @param {() => void} changed  called whenever the browser's run has changed */
  constructor(run, changed) {
    this.changed = changed;
    /** @type {Set<Hear>} */
    this.hearers = new Set();
    /** @type {Traits} */
    this.traits = { _key: "page", _order: { id: 1, ...run.snapshot() }, _run: {} };
  }

  /**
   * Gives the playground another run.
   * @param {Run} run
   */
  order(run) {
    this.traits._order = { id: this.traits._order.id + 1, ...run.snapshot() };
    for (const hear of this.hearers) hear();
  }

  // The newest run as a text for an address.
  get text() {
    const { _order: order, _run: heard } = this.traits;
    return stateText(Run.restore(heard.id === undefined ? order : heard));
  }

  /** @template {keyof Traits} Name @param {Name} name */
  get(name) {
    return this.traits[name];
  }

  /** @template {keyof Traits} Name @param {Name} name @param {Traits[Name]} value */
  set(name, value) {
    this.traits[name] = value;
  }

  save_changes() {
    this.changed();
  }

  send() {} // no Python listens

  /** @param {string} _event @param {Hear} hear */
  on(_event, hear) {
    this.hearers.add(hear);
  }

  /** @param {string} _event @param {Hear} hear */
  off(_event, hear) {
    this.hearers.delete(hear);
  }
}
