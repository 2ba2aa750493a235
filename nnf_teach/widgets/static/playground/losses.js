// The loss curve: training solid, test dashed, the goal dotted.

import { drawAxes, drawGrid, layOut, NO_ROOM } from "../axes.js";
import { fitCanvas, penOf, put, setAttribute, setText } from "../elements.js";
import { sample } from "../legend.js";
import { roundUp } from "../numbers.js";
import { seriesColor } from "../palette.js";
import { ProbeView } from "../probe.js";
import { goalOf, lossWords } from "./words.js";

/** @import { Area, LegendEntry, Line, Plot, Readable, Theme } from "../types" */
/** @import { Run } from "./run.js" */
/** @import { Context, Measured } from "./types" */

/** @type {(LegendEntry & Pick<Line, "kind" | "stroke" | "width">)[]} */
const CURVES = [
  { kind: "Line", label: "Training loss", color: 0, stroke: "solid", width: 2 },
  { kind: "Line", label: "Test loss", color: 1, stroke: "dashed", width: 2 },
  { kind: "Line", label: "Goal", color: 6, stroke: "dotted", width: 2 },
];

export class LossView {
  /** @param {Element} parent @param {Context} context */
  constructor(parent, context) {
    this.element = put(parent, "div", "nnp-losses");
    this.numbers = put(this.element, "div", "nnf-legend nnp-numbers");
    const number = (/** @type {string} */ words) =>
      put(put(this.numbers, "span", "nnf-legend-item nnp-number", {}, words), "b");
    this.epoch = number("Epoch");
    this.trainLoss = number(CURVES[0].label);
    this.testLoss = number(CURVES[1].label);
    number(CURVES[2].label);
    const plot = put(this.element, "div", "nnf-plot");
    this.canvas = put(plot, "canvas", "", { role: "img" });
    this.probe = new ProbeView(plot, context);
    this.context = penOf(this.canvas);
    this.legendKey = "";
    this.room = NO_ROOM;
  }

  /** @param {Run} run @param {Measured} measured */
  count(run, measured) {
    setText(this.epoch, String(run.epoch));
    setText(this.trainLoss, lossWords(measured.train.loss));
    setText(this.testLoss, lossWords(measured.test.loss));
  }

  /**
   * @param {Run} run
   * @param {Measured} measured
   * @param {Theme} theme
   * @param {number} width
   * @param {number} tallest  that the plot may be
   */
  draw(run, measured, theme, width, tallest) {
    const now = [run.epoch + run.at / run.train, measured.train.loss, measured.test.loss];
    const rows = [...run.history, now];
    const wanted = goalOf(run);
    const most = rows.reduce((top, row) => Math.max(top, row[1] || 0, row[2] || 0), wanted);
    /** @type {Plot} */
    const panel = {
      x: { label: "", low: 0, high: Math.max(10, roundUp(now[0])), scale: "linear" },
      y: { label: "mean loss", low: 0, high: finiteOr(mostOf(most), 1), scale: "linear" },
      marks: [],
    };
    const { room } = this;
    if (room.width !== width || room.tallest !== tallest) {
      this.room = { ...NO_ROOM, width, tallest };
    }
    const area = layOut(panel, this.room, this.context, theme.font);
    const { context } = this;
    fitCanvas(context, width, area.total, theme.back);
    drawGrid(context, area, theme);
    context.save();
    context.beginPath();
    context.rect(area.left, area.top - 2, area.width, area.height + 4);
    context.clip();
    const goal = [
      [0, wanted],
      [panel.x.high, wanted],
    ];
    drawCurve(context, area, goal, theme.text, [1, 4]);
    const curve = (/** @type {number} */ column) => rows.map((row) => [row[0], row[column]]);
    drawCurve(context, area, curve(1), seriesColor(0, theme), []);
    drawCurve(context, area, curve(2), seriesColor(1, theme), [7, 4]);
    context.restore();
    drawAxes(context, panel, area, theme);
    this.probe.place(readable(panel, [curve(1), curve(2), goal]), area);
    this.drawLegend(theme);
  }

  /** @param {Theme} theme */
  drawLegend(theme) {
    const key = JSON.stringify(theme);
    if (key === this.legendKey) return;
    this.legendKey = key;
    for (const old of this.numbers.querySelectorAll(".nnf-sample")) old.remove();
    CURVES.forEach((curve, k) => {
      this.numbers.children[k + 1].prepend(sample(curve, theme, false));
    });
  }

  /** @param {Run} run @param {Measured} measured */
  describe(run, measured) {
    const words =
      `Loss curve over ${run.epoch} epochs. Training loss now ${lossWords(measured.train.loss)}, ` +
      `test loss ${lossWords(measured.test.loss)}; at the start ${lossWords(run.history[0]?.[1])} ` +
      `and ${lossWords(run.history[0]?.[2])}.`;
    setAttribute(this.canvas, "aria-label", words);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Area} area
 * @param {number[][]} rows
 * @param {string} color
 * @param {number[]} dash
 */
function drawCurve(context, area, rows, color, dash) {
  context.beginPath();
  let open = false;
  for (const [x, y] of rows) {
    if (!Number.isFinite(y)) open = false;
    else if (open) context.lineTo(area.X(x), area.Y(y));
    else {
      context.moveTo(area.X(x), area.Y(y));
      open = true;
    }
  }
  context.strokeStyle = color;
  context.lineWidth = 2;
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
}

/**
 * A tenth of room above the highest loss, to a round number.
 * @param {number} most
 */
function mostOf(most) {
  const power = 10 ** Math.floor(Math.log10(most * 1.05)) / 10;
  return Math.ceil((most * 1.05) / power / 5) * 5 * power;
}

/** @param {number} value @param {number} otherwise */
function finiteOr(value, otherwise) {
  return Number.isFinite(value) && value > 0 ? value : otherwise;
}

/**
 * The curves as the probe reads them, made when it is asked.
 * @param {Plot} panel
 * @param {number[][][]} curves  points of each
 * @returns {Readable}
 */
function readable({ x, y }, curves) {
  return {
    title: "Loss",
    x: { ...x, label: "epoch" },
    y,
    equal: false,
    get marks() {
      return CURVES.map((look, k) => {
        const [xs, ys] = [0, 1].map((axis) => Float32Array.from(curves[k], (at) => at[axis]));
        return { ...look, x: xs, y: ys };
      });
    },
  };
}
