// The drawing of the network: a picture for each unit, a line for each weight.

import { penOf, pixelRatio, put } from "../elements.js";
import { paletteColor, seriesColor } from "../palette.js";
import { INPUT_NAMES } from "./data.js";
import { UnitsView } from "./units.js";
import { INPUT_WORDS, sourceWords, unitWords } from "./words.js";

/** @import { Theme } from "../types" */
/** @import { Pictures } from "./pictures.js" */
/** @import { Run } from "./run.js" */
/** @import { WeightLine } from "./types" */
/** @import { UnitHooks } from "./units.js" */

const SIDE = 40; // of a unit's picture, in pixels, at most
const BETWEEN = 7; // between two of them, at least
const ROWS = 8;
const HEAD = 48; // above the units: their number, and buttons to change it
const LABEL = 54; // left of the inputs: their names
const EDGE = 16;
export const HEIGHTS = { least: HEAD + ROWS * 27 + 4, most: HEAD + ROWS * 50 + 4 };
const NEAR = 7; // pixels between pointer and line that count as touching it

/**
 * @typedef {object} GraphHooks
 * @property {() => void} redraw
 * @property {() => void} away  a click beside all lines
 * @property {(words: string) => void} hint
 */

export class GraphView {
  /** @param {Element} parent @param {UnitHooks & GraphHooks} hooks */
  constructor(parent, hooks) {
    this.hooks = hooks;
    this.element = put(parent, "div", "nnp-graph");
    this.canvas = put(this.element, "canvas", "", { "aria-hidden": true });
    this.context = penOf(this.canvas);
    this.units = new UnitsView(this.element, hooks);
    this.width = 0;
    this.height = 0;
    this.side = SIDE;
    this.ratio = 0;
    /** @type {[number, number][][]} */
    this.at = []; // the middle of each picture, column by column
    /** @type {Run | undefined} */
    this.run = undefined;
    /** @type {WeightLine | undefined} */
    this.touched = undefined;
    const { canvas } = this;
    const { signal } = hooks;
    canvas.addEventListener("pointermove", (event) => this.touch(event), { signal });
    canvas.addEventListener("pointerleave", () => this.touch(null), { signal });
    const click = (/** @type {MouseEvent} */ event) => {
      this.touch(event);
      if (this.touched) this.hooks.edit(this.touched.layer, this.touched.k, this.touched.d);
      else this.hooks.away();
    };
    canvas.addEventListener("click", click, { signal });
  }

  /**
   * Makes the buttons that this network needs; called when its shape changes.
   * @param {Run} run
   */
  build(run) {
    this.units.build(run);
    this.width = 0; // lay out again
  }

  /** @param {number} width @param {number} height */
  layOut(width, height) {
    this.width = width;
    this.height = height;
    const row = (height - HEAD - 4) / ROWS; // below is the corner of the last one
    const side = Math.min(SIDE, Math.floor(row) - BETWEEN);
    this.side = side;
    this.ratio = pixelRatio();
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(this.height * this.ratio);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${this.height}px`;
    this.element.style.height = `${this.height}px`;
    const { columns, heads } = this.units;
    const first = LABEL + side / 2;
    const last = width - EDGE - side / 2;
    const across = (/** @type {number} */ column) =>
      first + (column / (columns.length - 1)) * (last - first);
    const down = (/** @type {number} */ k, /** @type {number} */ count) =>
      HEAD + row / 2 + (k + (ROWS - count) / 2) * row;
    this.at = columns.map((units, column) =>
      units.map((_, k) => [across(column), down(k, units.length)]),
    );
    columns.forEach((units, column) => {
      const left = side / 2 + (column === 0 ? LABEL : 0);
      units.forEach((button, k) => {
        const [x, y] = this.at[column][k];
        button.style.width = `${side / 2 + left}px`;
        button.style.height = `${side}px`;
        button.style.transform = `translate(${x - left}px, ${y - side / 2}px)`;
      });
    });
    for (const [column, head] of heads.querySelectorAll(".nnp-head").entries()) {
      const at = `translate(calc(${across(column)}px - 50%), 0)`;
      /** @type {HTMLElement} */ (head).style.transform = at;
    }
  }

  /**
   * Every weight's line.
   * @param {Run} run
   * @returns {Generator<WeightLine>}
   */
  *lines({ network, settings }) {
    for (let layer = 0; layer < network.kinds.length; layer++) {
      const D = network.sizes[layer];
      for (let k = 0; k < network.sizes[layer + 1]; k++) {
        for (let d = 0; d < D; d++) {
          const source = layer === 0 ? INPUT_NAMES.indexOf(settings.inputs[d]) : d;
          const [x0, y0] = this.at[layer][source];
          const [x1, y1] = this.at[layer + 1][k];
          const index = network.W[layer] + k * D + d;
          yield { layer, k, d, index, x0: x0 + this.side / 2, y0, x1: x1 - this.side / 2, y1 };
        }
      }
    }
  }

  /** @param {MouseEvent | null} event */
  touch(event) {
    const { run, canvas } = this;
    const before = this.touched?.index;
    this.touched = undefined;
    if (event && run) {
      const box = canvas.getBoundingClientRect();
      this.touched = this.nearest(run, event.clientX - box.left, event.clientY - box.top);
    }
    canvas.style.cursor = this.touched ? "pointer" : "";
    if (this.touched?.index === before) return;
    this.hooks.hint(run && this.touched ? weightWords(run, this.touched) : "");
    this.hooks.redraw();
  }

  /** @param {Run} run @param {number} x @param {number} y */
  nearest(run, x, y) {
    /** @type {WeightLine | undefined} */
    let best;
    let least = NEAR;
    for (const line of this.lines(run)) {
      if (x < line.x0 || x > line.x1) continue;
      const gap = Math.abs(curveHeight(line, x) - y);
      if (gap < least) [best, least] = [line, gap];
    }
    return best;
  }

  /**
   * @param {Run} run
   * @param {Pictures} pictures
   * @param {Theme} theme
   * @param {number} width
   * @param {number} height
   */
  draw(run, pictures, theme, width, height) {
    this.run = run;
    const same = width === this.width && height === this.height && this.ratio === pixelRatio();
    if (!same) this.layOut(width, height);
    const { context, ratio } = this;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    this.drawLines(run, theme);
    this.drawInputs(run, pictures, theme);
    pictures.units.forEach((units, layer) => {
      units.forEach((picture, k) => {
        const [x, y] = this.at[layer + 1][k];
        this.drawPicture(picture, x, y, theme);
        const bias = run.network.weights[run.network.b[layer] + k];
        this.drawBias(bias, x - this.side / 2, y + this.side / 2, theme);
      });
    });
  }

  /**
   * Orange and solid is positive, blue and dashed negative; grey and dotted is a dead weight.
   * @param {Run} run
   * @param {Theme} theme
   */
  drawLines(run, theme) {
    const { context } = this;
    const { weights, dead } = run.network;
    const colors = [seriesColor(0, theme), seriesColor(1, theme)];
    context.globalAlpha = 0.85;
    for (const line of this.lines(run)) {
      const weight = weights[line.index];
      context.lineWidth = Math.min(8, 0.6 + 1.6 * Math.abs(weight));
      context.strokeStyle = dead[line.index] ? theme.frame : colors[weight < 0 ? 0 : 1];
      context.setLineDash(dead[line.index] ? [1, 4] : weight < 0 ? [7, 4] : []);
      curvePath(context, line);
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
    if (!this.touched) return;
    context.strokeStyle = theme.text;
    context.lineWidth = 2;
    curvePath(context, this.touched);
  }

  /** @param {Run} run @param {Pictures} pictures @param {Theme} theme */
  drawInputs(run, pictures, theme) {
    const { context } = this;
    context.font = `13px ${theme.font}`;
    context.textAlign = "right";
    context.textBaseline = "middle";
    INPUT_NAMES.forEach((name, k) => {
      const [x, y] = this.at[0][k];
      const on = run.settings.inputs.includes(name);
      context.globalAlpha = on ? 1 : 0.35;
      this.drawPicture(pictures.inputs[name], x, y, theme);
      context.globalAlpha = 1;
      context.fillStyle = on ? theme.text : theme.frame;
      context.fillText(INPUT_WORDS[name], x - this.side / 2 - 7, y);
    });
  }

  /** @param {HTMLCanvasElement} picture @param {number} x @param {number} y @param {Theme} theme */
  drawPicture(picture, x, y, theme) {
    const { context, side } = this;
    context.drawImage(picture, x - side / 2, y - side / 2, side, side);
    context.strokeStyle = theme.frame;
    context.lineWidth = 1;
    context.strokeRect(x - side / 2, y - side / 2, side, side);
  }

  /**
   * A small square on the corner: its colour is the bias from -1 to 1, and + or - its sign.
   * @param {number} bias
   * @param {number} x
   * @param {number} y
   * @param {Theme} theme
   */
  drawBias(bias, x, y, theme) {
    const { context } = this;
    context.fillStyle = `rgb(${paletteColor("diverging", (bias + 1) / 2).join(",")})`;
    context.strokeStyle = theme.frame;
    context.lineWidth = 1;
    context.fillRect(x - 6, y - 6, 12, 12);
    context.strokeRect(x - 6, y - 6, 12, 12);
    context.strokeStyle = "#111";
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(x - 3, y);
    context.lineTo(x + 3, y);
    if (bias >= 0) {
      context.moveTo(x, y - 3);
      context.lineTo(x, y + 3);
    }
    context.stroke();
  }
}

/** @param {Run} run @param {WeightLine} line */
function weightWords(run, { layer, k, d, index }) {
  const value = run.network.weights[index].toFixed(3).replace("-", "−");
  const dead = run.network.dead[index] ? " (dead: L1 has brought it to 0)" : "";
  const [source, unit] = [sourceWords(run, layer, d), unitWords(run, layer, k)];
  return `Weight from ${source} to ${unit}: ${value}${dead}. Click to edit.`;
}

/** @param {CanvasRenderingContext2D} context @param {WeightLine} line */
function curvePath(context, { x0, y0, x1, y1 }) {
  const middle = (x0 + x1) / 2;
  context.beginPath();
  context.moveTo(x0, y0);
  context.bezierCurveTo(middle, y0, middle, y1, x1, y1);
  context.stroke();
}

/**
 * The height of the curve at x. Its x is x0 + (x1 - x0) (3 s - 3 s^2 + 2 s^3) / 2 at share s.
 * @param {WeightLine} line
 * @param {number} x
 */
function curveHeight({ x0, y0, x1, y1 }, x) {
  const wanted = (x - x0) / (x1 - x0);
  let [low, high] = [0, 1];
  for (let k = 0; k < 20; k++) {
    const s = (low + high) / 2;
    if (1.5 * s - 1.5 * s * s + s * s * s < wanted) low = s;
    else high = s;
  }
  return y0 + (y1 - y0) * low * low * (3 - 2 * low);
}
