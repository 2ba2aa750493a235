// A network, its points, and how far its training has come. No page is needed. The twin of Run in
// playground/engine.py.

import { drawPoints, features, REGRESSION } from "./data.js";
import { Network } from "./engine.js";

/** @import { Bytes, Measured, Point, Saved, Settings } from "./types" */

const MOST_KEPT = 1000; // rows of the loss curve; then every second one goes
/** @type {(keyof Settings)[]} */
const DRAWING = ["data", "noise", "train_share", "data_seed"];
/** @type {(keyof Settings)[]} */
const RESTARTING = [...DRAWING, "inputs", "hidden", "activation", "seed"];

export class Run {
  /** @param {Settings} settings */
  constructor(settings) {
    this.settings = settings;
    const { points, train } = drawPoints(settings);
    this.points = points;
    this.train = train; // how many of them are for training
    this.t = targets(points);
    this.X = features(points, settings.inputs);
    this.network = startNetwork(settings);
    this.epoch = 0;
    this.at = 0;
    this.stride = 1;
    /** @type {number[][]} */
    this.history = [];
    this.record();
  }

  // Whether the weights have grown beyond all numbers.
  get diverged() {
    return !this.network.weights.every(Number.isFinite);
  }

  get regression() {
    return this.settings.data in REGRESSION;
  }

  // The network with its start weights, before the first batch.
  start() {
    this.X = features(this.points, this.settings.inputs);
    this.network = startNetwork(this.settings);
    this.epoch = 0;
    this.at = 0;
    this.stride = 1;
    this.history = [];
    this.record();
  }

  /**
   * Takes changed settings; returns whether the run had to start afresh.
   * @param {Partial<Settings>} changes
   */
  change(changes) {
    const old = this.settings;
    this.settings = { ...old, ...changes };
    const differ = (/** @type {keyof Settings} */ name) =>
      JSON.stringify(old[name]) !== JSON.stringify(this.settings[name]);
    if (DRAWING.some(differ)) {
      const { points, train } = drawPoints(this.settings);
      this.points = points;
      this.train = train;
      this.t = targets(points);
    }
    const again = RESTARTING.some(differ);
    if (again) this.start();
    return again;
  }

  step() {
    const end = Math.min(this.at + this.settings.batch_size, this.train);
    this.network.step(this.X, this.t, this.at, end, this.settings);
    this.at = end;
    if (end < this.train) return;
    this.at = 0;
    this.epoch += 1;
    this.record();
  }

  // Finishes the epoch that was begun, or trains a whole one.
  trainEpoch() {
    const done = this.epoch;
    while (this.epoch === done) this.step();
  }

  /** @returns {Measured} */
  measure() {
    const { network, X, t, train } = this;
    return {
      train: network.measure(X, t, 0, train),
      test: network.measure(X, t, train, t.length),
    };
  }

  record() {
    if (this.epoch % this.stride) return;
    const { train, test } = this.measure();
    this.history.push([this.epoch, train.loss, test.loss]);
    if (this.history.length > MOST_KEPT) {
      this.history = this.history.filter((_, k) => k % 2 === 0);
      this.stride *= 2;
    }
  }

  /** @param {number} index @param {number} value */
  setWeight(index, value) {
    this.network.weights[index] = value;
    this.network.dead[index] = 0;
  }

  /** @returns {Saved} */
  snapshot() {
    const bytes = (/** @type {Iterable<number>} */ numbers) =>
      new DataView(Float64Array.from(numbers).buffer);
    const { settings, epoch, at, stride, network } = this;
    return {
      settings,
      epoch,
      at,
      stride,
      weights: bytes(network.weights),
      dead: [...network.dead.keys()].filter((k) => network.dead[k]),
      history: bytes(this.history.flat()),
    };
  }

  /**
   * The inverse of `snapshot`; what comes from Python has the same form.
   * @param {Saved} saved
   */
  static restore(saved) {
    const run = new Run(saved.settings);
    const weights = float64s(saved.weights);
    if (weights.length === run.network.weights.length) run.network.weights.set(weights);
    for (const k of saved.dead ?? []) run.network.dead[k] = 1;
    run.epoch = saved.epoch;
    run.at = saved.at;
    run.stride = saved.stride;
    const flat = float64s(saved.history);
    run.history = [];
    for (let k = 0; k + 2 < flat.length; k += 3) run.history.push([...flat.subarray(k, k + 3)]);
    return run;
  }
}

/** @param {Settings} settings */
export function startNetwork({ data, inputs, hidden, activation, seed }) {
  const output = data in REGRESSION ? "linear" : "tanh";
  const network = new Network([inputs.length, ...hidden, 1], activation, output);
  network.initialise(seed);
  return network;
}

/** @param {Point[]} points */
function targets(points) {
  return Float64Array.from(points, (point) => point[2]);
}

/**
 * Bytes come as DataView from a kernel, and need not begin at a multiple of 8.
 * @param {Bytes | undefined} bytes
 */
function float64s(bytes) {
  if (!bytes) return new Float64Array(0);
  if (!ArrayBuffer.isView(bytes)) return new Float64Array(bytes);
  const { buffer, byteOffset, byteLength } = bytes;
  return new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength));
}
