// The large picture: what the network, or one unit, answers at every point; and the data.

import { drawAxes, layOut, NO_ROOM } from "../axes.js";
import { fitCanvas, penOf, put, setAttribute, setText } from "../elements.js";
import { fillLegend } from "../legend.js";
import { symbolPath } from "../marks.js";
import { paletteColor } from "../palette.js";
import { ProbeView } from "../probe.js";
import { REACH } from "./pictures.js";
import { unitWords } from "./words.js";

/** @import { Area, HeatMap, LegendEntry, Plot, Readable, ReadableMap, Theme } from "../types" */
/** @import { Pictures } from "./pictures.js" */
/** @import { Run } from "./run.js" */
/** @import { Context, Point, Unit } from "./types" */

/** @type {Pick<HeatMap, "kind" | "label" | "palette" | "clipped">} */
const ANSWER = { kind: "HeatMap", label: "answer", palette: "diverging", clipped: false };
const CLASS_COLORS = ["#0072B2", "#D55E00"]; // dark enough on the map, in both themes

/** @type {Record<"values" | "classes", LegendEntry[]>} */
const SYMBOLS = {
  values: [
    { kind: "Points", label: "t at least 0", color: 1, symbol: "triangle" },
    { kind: "Points", label: "t below 0", color: 0, symbol: "circle" },
  ],
  classes: [
    { kind: "Points", label: "class +1", color: 1, symbol: "triangle" },
    { kind: "Points", label: "class −1", color: 0, symbol: "circle" },
  ],
};

export class OutputView {
  /** @param {Element} parent @param {Context} context */
  constructor(parent, context) {
    this.element = put(parent, "div", "nnp-output");
    this.title = put(this.element, "div", "nnp-heading");
    const plot = put(this.element, "div", "nnf-plot");
    this.canvas = put(plot, "canvas", "", { role: "img" });
    this.probe = new ProbeView(plot, context);
    this.legend = put(this.element, "div", "nnf-legend");
    this.context = penOf(this.canvas);
    this.layer = document.createElement("canvas"); // of the points
    /** @type {Point[]} */
    this.points = [];
    this.key = "";
    this.legendKey = "";
    this.room = NO_ROOM;
  }

  /**
   * @param {Run} run
   * @param {Pictures} pictures
   * @param {Unit} unit
   * @param {Theme} theme
   * @param {number} width
   * @param {number} tallest  that the plot may be
   */
  draw(run, pictures, [layer, k], theme, width, tallest) {
    const title = layer === run.settings.hidden.length ? "Output" : unitWords(run, layer, k);
    setText(this.title, title[0].toUpperCase() + title.slice(1));
    const [low, high] = pictures.range;
    /** @type {ReadableMap} */
    const map = { ...ANSWER, low, high, values: pictures.answers };
    /** @type {Plot & Readable} */
    const panel = {
      title,
      x: { label: "x₁", low: -REACH, high: REACH, scale: "linear" },
      y: { label: "x₂", low: -REACH, high: REACH, scale: "linear" },
      marks: [map],
      equal: true,
    };
    const { room } = this;
    if (room.width !== width || room.tallest !== tallest) {
      this.room = { ...NO_ROOM, width, tallest };
    }
    const area = layOut(panel, this.room, this.context, theme.font);
    const { context } = this;
    const ratio = fitCanvas(context, width, area.total, theme.back);
    context.imageSmoothingEnabled = !run.settings.discretize;
    context.drawImage(pictures.shown, area.left, area.top, area.width, area.height);
    this.drawPoints(run, area, ratio, width);
    context.drawImage(this.layer, 0, 0, width, area.total);
    drawAxes(context, panel, area, theme);
    this.probe.place(panel, area);
    this.drawLegend(run, theme);
  }

  /**
   * The points lie on a layer of their own, which changes with the data and not with training.
   * @param {Run} run
   * @param {Area} area
   * @param {number} ratio
   * @param {number} width
   */
  drawPoints(run, area, ratio, width) {
    const key = [run.points.length, run.train, run.settings.show_test, width, area.total, ratio];
    if (run.points === this.points && String(key) === this.key) return;
    [this.points, this.key] = [run.points, String(key)];
    this.layer.width = this.canvas.width;
    this.layer.height = this.canvas.height;
    const pen = penOf(this.layer);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.rect(area.left, area.top, area.width, area.height);
    pen.clip();
    const radius = Math.min(4, Math.max(2.5, area.width / 60));
    const shown = run.settings.show_test ? run.points : run.points.slice(0, run.train);
    shown.forEach(([x1, x2, t], n) => {
      const test = n >= run.train;
      pen.beginPath();
      symbolPath(pen, t < 0 ? "circle" : "triangle", area.X(x1), area.Y(x2), radius);
      const color = run.regression ? valueColor(t) : CLASS_COLORS[t < 0 ? 0 : 1];
      pen.fillStyle = test ? "#fff" : color;
      pen.strokeStyle = test ? (run.regression ? "#333" : color) : run.regression ? "#333" : "#fff";
      pen.lineWidth = test ? 1.6 : 1;
      pen.fill();
      pen.stroke();
    });
  }

  /** @param {Run} run @param {Theme} theme */
  drawLegend(run, theme) {
    const { regression, settings } = run;
    const key = JSON.stringify([regression, settings.show_test, theme]);
    if (key === this.legendKey) return;
    this.legendKey = key;
    const entries = regression ? SYMBOLS.values : SYMBOLS.classes;
    // The points' own colours, which are the same in both themes.
    fillLegend(this.legend, entries, { ...theme, dark: false }, false);
    const note = settings.show_test ? "hollow: test data" : "training data";
    this.legend.append(note);
  }

  /** @param {string} words */
  describe(words) {
    setAttribute(this.canvas, "aria-label", words);
  }
}

/** @param {number} t */
function valueColor(t) {
  return `rgb(${paletteColor("diverging", (t + 1) / 2).join(",")})`;
}
