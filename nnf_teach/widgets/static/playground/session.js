// What all views of one playground share: its run, the clock that trains it, the line to Python.
//
// Two one-way traits: Python writes `_order` (a run to take over, numbered), the browser writes
// `_run` (where its run is, with the number of the order that it follows). Neither listens to
// its own, so nothing echoes. Without a kernel `_order` alone starts the playground.

import { Run } from "./run.js";

/** @import { Model } from "../types" */
/** @import { Settings, Traits } from "./types" */

/**
 * What a session tells its views: to draw once, or one frame of the training.
 * @typedef {{ model: Model<Traits>, schedule(): void, drawFrame(): void }} View
 */

const PUSH_EVERY = 250; // ms between two messages to Python while it trains
const CALM_FRAMES = 500; // ms between two pictures where reduced motion is wished

export class Session {
  /** @param {Model<Traits>} model */
  constructor(model) {
    this.model = model;
    /** @type {Set<View>} */
    this.views = new Set();
    this.request = 0;
    this.playing = false;
    this.frames = 0; // drawn while playing, for the tests and the benchmark
    this.pushedAt = -Infinity;
    const order = model.get("_order");
    const saved = model.get("_run");
    this.order = order.id;
    this.run = Run.restore(saved.id !== undefined && saved.id >= order.id ? saved : order);
  }

  // Python's newest order, if it has not been followed yet.
  obey() {
    const order = this.model.get("_order");
    if (order.id <= this.order) return;
    const next = order.id === this.order + 1;
    this.order = order.id;
    // Settings that leave the run as it is must not take it back to where Python last saw it.
    if (order.changes && next) return this.change(order.changes);
    this.run = Run.restore(order);
    this.push();
    this.tell();
  }

  /** @param {Partial<Settings>} changes */
  change(changes) {
    if (this.run.change(changes)) this.pause();
    this.push();
    this.tell();
  }

  /** @param {number} index @param {number} value */
  setWeight(index, value) {
    this.run.setWeight(index, value);
    this.push();
    this.tell();
  }

  play() {
    if (this.playing) return;
    this.playing = true;
    this.tell();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    let shown = -Infinity;
    const frame = (/** @type {number} */ now) => {
      if (!this.playing) return;
      this.request = requestAnimationFrame(frame);
      this.train();
      if (this.run.diverged) return this.pause();
      if (performance.now() - this.pushedAt >= PUSH_EVERY) this.push();
      if (calm && now - shown < CALM_FRAMES) return;
      shown = now;
      this.frames += 1;
      for (const view of this.views) view.drawFrame();
    };
    this.request = requestAnimationFrame(frame);
  }

  train() {
    const { speed } = this.run.settings;
    if (speed === 0) this.run.step();
    for (let k = 0; k < speed; k++) this.run.trainEpoch();
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    cancelAnimationFrame(this.request);
    this.push();
    this.tell();
  }

  stepEpoch() {
    this.pause();
    this.run.trainEpoch();
    this.push();
    this.tell();
  }

  stepBatch() {
    this.pause();
    this.run.step();
    this.push();
    this.tell();
  }

  reset() {
    this.pause();
    this.run.start();
    this.push();
    this.tell();
  }

  push() {
    this.pushedAt = performance.now();
    try {
      this.model.set("_run", { id: this.order, ...this.run.snapshot() });
      this.model.save_changes();
    } catch {
      // There is no kernel to tell; the playground goes on without.
    }
  }

  tell() {
    for (const view of this.views) view.schedule();
  }

  /**
   * A view that goes may have been the one whose model speaks to Python.
   * @param {View} view
   */
  leave(view) {
    this.views.delete(view);
    const [other] = this.views;
    if (other) this.model = other.model;
    else this.pause();
  }
}
