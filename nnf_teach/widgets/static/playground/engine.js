// The network and its training: typed arrays and nothing else. playground/engine.py is its twin.
//
// All weights lie in one Float64Array, layer by layer: W row by row (one row per unit), then b.
// The loss of an example is (y - t)^2 / 2; a step follows the mean gradient of its batch.
// Regularisation acts on weights, not on biases: L2 adds rate * w to the gradient, L1 adds
// rate * sign(w). A weight that L1 would carry across zero becomes 0 and is dead: it stays 0.

import { Random } from "./random.js";

/** @import { Activation, Measure, Regularization, Settings } from "./types" */

const WEIGHT_STREAM = 2;
const START_BIAS = 0.1;
/** @type {Record<Activation, number>} */
const ACTIVATIONS = { linear: 0, relu: 1, tanh: 2, sigmoid: 3 };

export class Network {
  /**
   * @param {number[]} sizes  for two inputs and six hidden units [2, 6, 1]
   * @param {Activation} activation  of the hidden units
   * @param {Activation} output
   */
  constructor(sizes, activation, output) {
    this.sizes = sizes;
    this.kinds = sizes
      .slice(1)
      .map((_, l) => ACTIVATIONS[l === sizes.length - 2 ? output : activation]);
    /** @type {number[]} */
    this.W = []; // where each layer's weights begin, and its biases, and its outputs
    /** @type {number[]} */
    this.b = [];
    this.y = [0];
    let [at, unit] = [0, sizes[0]];
    for (let l = 1; l < sizes.length; l++) {
      this.W.push(at);
      at += sizes[l] * sizes[l - 1];
      this.b.push(at);
      at += sizes[l];
      this.y.push(unit);
      unit += sizes[l];
    }
    this.weights = new Float64Array(at);
    this.gradient = new Float64Array(at);
    this.values = new Float64Array(unit); // the inputs and every unit's output, of one example
    this.deltas = new Float64Array(unit); // d loss / d (a unit's sum), of one example
    this.dead = new Uint8Array(at);
  }

  /**
   * Weights uniform between -1/2 and 1/2, biases 0.1; drawn in the order in which they lie.
   * @param {number} seed
   */
  initialise(seed) {
    const random = new Random(seed, WEIGHT_STREAM);
    this.dead.fill(0);
    for (let l = 0; l < this.kinds.length; l++) {
      for (let k = this.W[l]; k < this.b[l]; k++) this.weights[k] = random.uniform(-0.5, 0.5);
      this.weights.fill(START_BIAS, this.b[l], this.b[l] + this.sizes[l + 1]);
    }
  }

  /**
   * Computes every unit's output for the example whose inputs begin at X[from].
   * @param {Float64Array} X
   * @param {number} from
   * @param {number} layers
   */
  forward(X, from, layers = this.kinds.length) {
    const { values, weights, sizes } = this;
    for (let d = 0, D = sizes[0]; d < D; d++) values[d] = X[from + d];
    for (let l = 0; l < layers; l++) {
      const D = sizes[l];
      const K = sizes[l + 1];
      const x = this.y[l];
      const y = this.y[l + 1];
      const b = this.b[l];
      const kind = this.kinds[l];
      let w = this.W[l];
      for (let k = 0; k < K; k++) {
        let sum = weights[b + k];
        for (let d = 0; d < D; d++) sum += weights[w + d] * values[x + d];
        w += D;
        if (kind === 3) sum = 1 / (1 + Math.exp(-sum));
        else if (kind === 2) sum = Math.tanh(sum);
        else if (kind === 1 && sum < 0) sum = 0;
        values[y + k] = sum;
      }
    }
    return values[values.length - 1];
  }

  /**
   * Adds the gradient of (y - t)^2 / 2 for the example that `forward` has seen last.
   * @param {number} t
   */
  backward(t) {
    const { values, deltas, weights, gradient, sizes } = this;
    const last = this.kinds.length - 1;
    deltas[values.length - 1] = values[values.length - 1] - t;
    for (let l = last; l >= 0; l--) {
      const D = sizes[l];
      const K = sizes[l + 1];
      const x = this.y[l];
      const y = this.y[l + 1];
      const b = this.b[l];
      const kind = this.kinds[l];
      if (l > 0) for (let d = 0; d < D; d++) deltas[x + d] = 0;
      let w = this.W[l];
      for (let k = 0; k < K; k++) {
        const value = values[y + k];
        let delta = deltas[y + k];
        if (kind === 3) delta *= value * (1 - value);
        else if (kind === 2) delta *= 1 - value * value;
        else if (kind === 1 && !(value > 0)) delta = 0;
        gradient[b + k] += delta;
        if (l > 0) {
          for (let d = 0; d < D; d++) {
            gradient[w + d] += delta * values[x + d];
            deltas[x + d] += delta * weights[w + d];
          }
        } else {
          for (let d = 0; d < D; d++) gradient[w + d] += delta * values[x + d];
        }
        w += D;
      }
    }
  }

  /**
   * One step on the examples from `first` up to, not including, `end`.
   * @param {Float64Array} X
   * @param {Float64Array} t
   * @param {number} first
   * @param {number} end
   * @param {Pick<Settings, "learning_rate" | "regularization" | "regularization_rate">} settings
   */
  step(X, t, first, end, { learning_rate: rate, regularization, regularization_rate: decay }) {
    const D = this.sizes[0];
    this.gradient.fill(0);
    for (let n = first; n < end; n++) {
      this.forward(X, n * D);
      this.backward(t[n]);
    }
    const kind = decay > 0 ? regularization : "none";
    this.update(rate / (end - first), kind, rate * decay);
  }

  /** @param {number} scale @param {Regularization} kind @param {number} shrink */
  update(scale, kind, shrink) {
    const { weights, gradient, dead } = this;
    for (let l = 0; l < this.kinds.length; l++) {
      for (let k = this.W[l]; k < this.b[l]; k++) {
        if (dead[k]) continue;
        const before = weights[k];
        const moved = before - scale * gradient[k];
        if (kind === "L2") weights[k] = moved - shrink * before;
        else if (kind === "L1") {
          const next = moved - shrink * Math.sign(before);
          dead[k] = moved * next < 0 ? 1 : 0;
          weights[k] = dead[k] ? 0 : next;
        } else weights[k] = moved;
      }
      const end = this.b[l] + this.sizes[l + 1];
      for (let k = this.b[l]; k < end; k++) weights[k] -= scale * gradient[k];
    }
  }

  /**
   * The mean loss of the examples from `first` up to `end`, and how many have the right sign.
   * @param {Float64Array} X
   * @param {Float64Array} t
   * @param {number} first
   * @param {number} end
   * @returns {Measure}
   */
  measure(X, t, first, end) {
    const D = this.sizes[0];
    let loss = 0;
    let right = 0;
    for (let n = first; n < end; n++) {
      const y = this.forward(X, n * D);
      loss += 0.5 * (y - t[n]) * (y - t[n]);
      if (y >= 0 === t[n] >= 0) right += 1;
    }
    return { loss: loss / (end - first), right: right / (end - first) };
  }
}
