// What each unit answers to every input: small pictures of all units, a large one of any.

import { penOf } from "../elements.js";
import { roundUp } from "../numbers.js";
import { paintSurface } from "../palette.js";
import { features, INPUT_NAMES } from "./data.js";

/** @import { Run } from "./run.js" */
/** @import { InputName, Point } from "./types" */

export const REACH = 6; // the pictures show x1 and x2 from -6 to 6
const SMALL = 30; // cells along a side
const LARGE = 100;
/** @type {Record<InputName, number>} */
const INPUT_RANGE = { x1: 6, x2: 6, "x1^2": 36, "x2^2": 36, "x1 x2": 36, "sin x1": 1, "sin x2": 1 };

/** @param {number} cells */
function gridPoints(cells) {
  const middle = (/** @type {number} */ k) => (-1 + (2 * k + 1) / cells) * REACH;
  return Array.from({ length: cells * cells }, (_, n) => [
    middle(n % cells),
    middle(Math.floor(n / cells)),
  ]);
}

class Grid {
  /** @param {number} cells  along a side */
  constructor(cells) {
    this.points = gridPoints(cells);
    this.bytes = Object.assign(new Uint8Array(cells * cells), { shape: [cells, cells] });
    this.key = "";
    this.X = new Float64Array(0);
  }

  /**
   * The inputs of all cells; they change with the choice of inputs only.
   * @param {InputName[]} names
   */
  inputs(names) {
    const key = names.join();
    if (key !== this.key) [this.key, this.X] = [key, features(this.points, names)];
    return this.X;
  }

  /**
   * Paints values that lie in a range, or only on which side of its middle they lie.
   * @param {HTMLCanvasElement} canvas
   * @param {Float32Array | Float64Array} values
   * @param {[number, number]} range
   * @param {boolean} discretize
   */
  paint(canvas, values, [low, high], discretize) {
    const { bytes } = this;
    const scale = 254 / (high - low);
    for (let n = 0; n < bytes.length; n++) {
      const byte = Math.min(254, Math.max(0, (values[n] - low) * scale));
      bytes[n] = discretize ? (byte < 127 ? 40 : 214) : byte + 0.5;
    }
    paintSurface(canvas, { values: bytes, palette: "diverging" });
  }
}

export class Pictures {
  constructor() {
    this.small = new Grid(SMALL);
    this.large = new Grid(LARGE);
    /** @type {HTMLCanvasElement[][]} */
    this.units = []; // layer by layer
    this.values = new Float32Array(0); // of all units in all cells of the small pictures
    // in all cells of the large one
    this.answers = Object.assign(new Float32Array(LARGE * LARGE), { shape: [LARGE, LARGE] });
    this.shown = document.createElement("canvas");
    /** @type {[number, number]} */
    this.range = [-1, 1];
    this.inputs = /** @type {Record<InputName, HTMLCanvasElement>} */ ({});
    for (const name of INPUT_NAMES) {
      this.inputs[name] = document.createElement("canvas");
      const values = features(this.small.points, [name]);
      this.small.paint(this.inputs[name], values, around0(INPUT_RANGE[name]), false);
    }
  }

  /** @param {Run} run */
  paintUnits(run) {
    const { network, settings } = run;
    const X = this.small.inputs(settings.inputs);
    const D = network.sizes[0];
    const units = network.values.length - D;
    const cells = this.small.points.length;
    if (this.values.length !== units * cells) this.values = new Float32Array(units * cells);
    for (let n = 0; n < cells; n++) {
      network.forward(X, n * D);
      for (let u = 0; u < units; u++) this.values[u * cells + n] = network.values[D + u];
    }
    let at = 0;
    this.units = network.kinds.map((_, layer) =>
      Array.from({ length: network.sizes[layer + 1] }, (_, k) => {
        const canvas = this.units[layer]?.[k] ?? document.createElement("canvas");
        const values = this.values.subarray(at, at + cells);
        at += cells;
        this.small.paint(canvas, values, rangeOf(run, layer, values), settings.discretize);
        return canvas;
      }),
    );
  }

  /**
   * Layer -1 has the inputs, all seven of them, chosen or not.
   * @param {Run} run
   * @param {number} layer
   * @param {number} k
   */
  paintShown(run, layer, k) {
    const { network, settings } = run;
    if (layer < 0) {
      const name = INPUT_NAMES[k];
      this.range = around0(INPUT_RANGE[name]);
      this.answers.set(features(this.large.points, [name]));
      this.large.paint(this.shown, this.answers, this.range, false);
      return;
    }
    const X = this.large.inputs(settings.inputs);
    const D = network.sizes[0];
    const at = network.y[layer + 1] + k;
    for (let n = 0; n < this.answers.length; n++) {
      network.forward(X, n * D, layer + 1);
      this.answers[n] = network.values[at];
    }
    this.range = rangeOf(run, layer, this.answers);
    this.large.paint(this.shown, this.answers, this.range, settings.discretize);
  }
}

/** @param {number} most @returns {[number, number]} */
function around0(most) {
  return [-most, most];
}

/**
 * The numbers at the ends of the colours: the middle colour is 0, for a sigmoid 1/2.
 * @param {Run} run
 * @param {number} layer
 * @param {Float32Array} values
 * @returns {[number, number]}
 */
function rangeOf(run, layer, values) {
  if (layer === run.settings.hidden.length) return [-1, 1];
  const { activation } = run.settings;
  if (activation === "sigmoid") return [0, 1];
  if (activation === "tanh") return [-1, 1];
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return around0(most > 1e-12 ? roundUp(most) : 1); // round: not another one in every frame
}

/**
 * The picture of a data set beside its name.
 * @param {HTMLCanvasElement} canvas
 * @param {Point[]} points
 * @param {(t: number) => string} colors
 */
export function paintSample(canvas, points, colors) {
  const pen = penOf(canvas);
  const unit = canvas.width / (2 * REACH);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  for (const [x1, x2, t] of points) {
    pen.fillStyle = colors(t);
    pen.fillRect((x1 + REACH) * unit - 1.5, (REACH - x2) * unit - 1.5, 3, 3);
  }
}
