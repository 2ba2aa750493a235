// The loss curve: training solid, test dashed, the goal dotted.

import { drawAxes, drawGrid, layOut } from "../axes.js";
import { fillLegend } from "../legend.js";
import { roundUp } from "../numbers.js";
import { seriesColor } from "../palette.js";
import { fitCanvas } from "./output.js";
import { goalOf, lossWords } from "./words.js";

export class LossView {
  constructor(parent) {
    this.element = document.createElement("div");
    this.element.className = "nnp-losses";
    const title = document.createElement("div");
    title.className = "nnp-heading";
    title.textContent = "Loss";
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.legend = document.createElement("div");
    this.legend.className = "nnf-legend";
    this.element.append(title, this.canvas, this.legend);
    parent.append(this.element);
    this.context = this.canvas.getContext("2d");
  }

  draw(run, measured, theme, width) {
    const now = [run.epoch + run.at / run.train, measured.train.loss, measured.test.loss];
    const rows = [...run.history, now];
    const wanted = goalOf(run);
    const most = rows.reduce((top, row) => Math.max(top, row[1] || 0, row[2] || 0), wanted);
    const panel = {
      x: { label: "epoch", low: 0, high: Math.max(10, roundUp(now[0])), scale: "linear" },
      y: { label: "mean loss", low: 0, high: finiteOr(mostOf(most), 1), scale: "linear" },
      marks: [],
    };
    const area = layOut(panel, width, this.context, theme.font);
    const ratio = fitCanvas(this.canvas, width, area.total);
    const { context } = this;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = theme.back;
    context.fillRect(0, 0, width, area.total);
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
    const curve = (column) => rows.map((row) => [row[0], row[column]]);
    drawCurve(context, area, curve(1), seriesColor(0, theme), []);
    drawCurve(context, area, curve(2), seriesColor(1, theme), [7, 4]);
    context.restore();
    drawAxes(context, panel, area, theme);
    this.drawLegend(theme);
  }

  drawLegend(theme) {
    const key = JSON.stringify(theme);
    if (key === this.legendKey) return;
    this.legendKey = key;
    const entry = (label, color, stroke) => ({ kind: "Line", label, color, stroke, width: 2 });
    const entries = [
      entry("training", 0, "solid"),
      entry("test", 1, "dashed"),
      entry("goal", 6, "dotted"),
    ];
    fillLegend(this.legend, entries, theme, false);
  }

  describe(run, measured) {
    const words =
      `Loss curve over ${run.epoch} epochs. Training loss now ${lossWords(measured.train.loss)}, ` +
      `test loss ${lossWords(measured.test.loss)}; at the start ${lossWords(run.history[0]?.[1])} ` +
      `and ${lossWords(run.history[0]?.[2])}.`;
    if (this.canvas.getAttribute("aria-label") !== words) {
      this.canvas.setAttribute("aria-label", words);
    }
  }
}

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

// A tenth of room above the highest loss, to a round number.
function mostOf(most) {
  const power = 10 ** Math.floor(Math.log10(most * 1.05)) / 10;
  return Math.ceil((most * 1.05) / power / 5) * 5 * power;
}

function finiteOr(value, otherwise) {
  return Number.isFinite(value) && value > 0 ? value : otherwise;
}
