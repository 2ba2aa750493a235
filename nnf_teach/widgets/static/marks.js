// Draws the marks of a panel.

import { runs } from "./numbers.js";
import { hatch, seriesColor } from "./palette.js";

/** @import { Around, Arrow, Bars, Handle, HeatMap, Line, Mark, Mosaic, Placed } from "./types" */
/** @import { Points, Region, Shape, Stroke } from "./types" */

const SPECK = 3; // size of a point that has no edge

/** @type {Record<Stroke, number[]>} */
export const DASHES = { solid: [], dashed: [7, 5], dotted: [1.5, 4] };

/**
 * Arrows, labels and text go on top of everything else: see drawArrow() and labels.js.
 * @param {CanvasRenderingContext2D} context
 * @param {Mark} mark
 * @param {Placed} around
 */
export function drawMark(context, mark, around) {
  const { area } = around;
  context.save();
  if (mark.kind !== "Points") {
    context.beginPath();
    context.rect(area.left, area.top, area.width, area.height);
    context.clip();
  }
  if (mark.kind === "HeatMap") heatMap(context, mark, around);
  if (mark.kind === "Line") polyline(context, mark, around);
  if (mark.kind === "Bars") bars(context, mark, around);
  if (mark.kind === "Region") region(context, mark, around);
  if (mark.kind === "Mosaic") mosaic(context, mark, around);
  if (mark.kind === "Points") points(context, mark, around);
  context.restore();
}

/** @param {CanvasRenderingContext2D} context @param {HeatMap} mark @param {Placed} around */
function heatMap(context, mark, { area, surface }) {
  const [rows, columns] = mark.values.shape;
  context.imageSmoothingEnabled = mark.palette !== "gray" && Math.min(rows, columns) >= 40;
  if (surface) context.drawImage(surface, area.left, area.top, area.width, area.height);
}

/** @param {CanvasRenderingContext2D} context @param {Line} mark @param {Around} around */
function polyline(context, mark, { area, theme, onMap }) {
  context.beginPath();
  let pen = false;
  for (let i = 0; i < mark.x.length; i++) {
    const [x, y] = [area.X(mark.x[i]), area.Y(mark.y[i])];
    const real = Number.isFinite(x) && Number.isFinite(y);
    if (real && pen) context.lineTo(x, y);
    else if (real) context.moveTo(x, y);
    pen = real;
  }
  context.lineJoin = "round";
  context.lineCap = mark.stroke === "solid" ? "round" : "butt";
  if (onMap) stroke(context, theme.back, mark.width + 2.5);
  context.setLineDash(DASHES[mark.stroke].map((d) => d * Math.max(1, mark.width / 2)));
  stroke(context, seriesColor(mark.color, theme), mark.width);
}

/** @param {CanvasRenderingContext2D} context @param {string} color @param {number} width */
function stroke(context, color, width) {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {Bars} mark @param {Placed} around */
function bars(context, mark, { area, theme, order, ratio }) {
  context.fillStyle = seriesColor(mark.color, theme);
  context.beginPath();
  for (let i = 0; i < mark.x.length; i++) {
    if (!Number.isFinite(mark.heights[i])) continue;
    const x0 = area.X(mark.x[i] - mark.width / 2);
    const x1 = area.X(mark.x[i] + mark.width / 2);
    const y0 = finite(area.Y(mark.base), area.bottom);
    context.rect(x0, y0, x1 - x0, finite(area.Y(mark.heights[i]), area.bottom) - y0);
  }
  context.fill();
  if (order > 0) {
    context.fillStyle = hatch(context, theme.back, order - 1, ratio);
    context.fill();
  }
  stroke(context, theme.text, 1);
}

/**
 * A base of 0 has no place on a log axis: such bars stand on the frame.
 * @param {number} pixel
 * @param {number} otherwise
 */
function finite(pixel, otherwise) {
  return Number.isFinite(pixel) ? pixel : otherwise;
}

/** @param {CanvasRenderingContext2D} context @param {Region} mark @param {Around} around */
function region(context, mark, { area, theme, ratio }) {
  const color = seriesColor(mark.color, theme);
  context.beginPath();
  for (let i = 0; i < mark.x.length; i++) context.lineTo(area.X(mark.x[i]), area.Y(mark.y[i]));
  context.closePath();
  context.globalAlpha = 0.14;
  context.fillStyle = color;
  context.fill();
  context.globalAlpha = 0.75;
  context.fillStyle = hatch(context, color, mark.color, ratio);
  context.fill();
  context.globalAlpha = 1;
  stroke(context, color, 1.2);
}

/** @param {CanvasRenderingContext2D} context @param {Mosaic} mark @param {Around} around */
function mosaic(context, mark, { area }) {
  for (const [k, corners] of runs(mark.x).entries()) {
    context.beginPath();
    for (const i of corners) context.lineTo(area.X(mark.x[i]), area.Y(mark.y[i]));
    context.closePath();
    const color = `rgb(${mark.colors.subarray(3 * k, 3 * k + 3).join(" ")})`;
    context.fillStyle = color;
    context.fill();
    stroke(context, color, 0.6); // no gap to the next one
  }
}

/** @param {CanvasRenderingContext2D} context @param {Points} mark @param {Around} around */
function points(context, mark, { area, theme, onMap }) {
  const radius = (mark.size * 1.25) / 2;
  const cross = mark.symbol === "cross";
  const color = seriesColor(mark.color, theme);
  const each = (/** @type {() => void} */ paint) => {
    for (let i = 0; i < mark.x.length; i++) {
      const [x, y] = [area.X(mark.x[i]), area.Y(mark.y[i])];
      const inside =
        x >= area.left - 1 && x <= area.right + 1 && y >= area.top - 1 && y <= area.bottom + 1;
      if (!inside) continue;
      context.beginPath();
      symbolPath(context, mark.symbol, x, y, radius);
      paint();
    }
  };
  // Edges first: where points are dense, none takes a part of the one before it. The smallest
  // points mark places of a curve, which an edge would cut.
  if (mark.size > SPECK || onMap) each(() => stroke(context, theme.back, cross ? 5 : 2.5));
  context.fillStyle = color;
  each(() => (cross ? stroke(context, color, 2.5) : context.fill()));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Shape} symbol
 * @param {number} x
 * @param {number} y
 * @param {number} r
 */
export function symbolPath(context, symbol, x, y, r) {
  if (symbol === "circle") {
    context.arc(x, y, r, 0, 2 * Math.PI);
  } else if (symbol === "square") {
    context.rect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r);
  } else if (symbol === "triangle") {
    context.moveTo(x, y - 1.15 * r);
    context.lineTo(x + 1.1 * r, y + 0.8 * r);
    context.lineTo(x - 1.1 * r, y + 0.8 * r);
    context.closePath();
  } else {
    context.moveTo(x - r, y - r);
    context.lineTo(x + r, y + r);
    context.moveTo(x + r, y - r);
    context.lineTo(x - r, y + r);
  }
}

/**
 * The head stops `gap` pixels before the tip: at the edge of the handle there.
 * @param {CanvasRenderingContext2D} context
 * @param {Arrow} mark
 * @param {[number, number]} tip
 * @param {number} gap
 * @param {Around} around
 */
export function drawArrow(context, mark, tip, gap, { area, theme, onMap }) {
  const [x0, y0] = [area.X(mark.tail[0]), area.Y(mark.tail[1])];
  const [dx, dy] = [area.X(tip[0]) - x0, area.Y(tip[1]) - y0];
  const length = Math.hypot(dx, dy) - gap;
  if (!(length > 1)) return;
  const [ux, uy] = [dx / (length + gap), dy / (length + gap)];
  const [x1, y1] = [x0 + ux * length, y0 + uy * length];
  const head = Math.min(11, length);
  const [bx, by] = [x1 - ux * head, y1 - uy * head];
  context.save();
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(bx, by);
  context.moveTo(x1, y1);
  context.lineTo(bx - uy * head * 0.5, by + ux * head * 0.5);
  context.lineTo(bx + uy * head * 0.5, by - ux * head * 0.5);
  context.closePath();
  context.lineJoin = "round";
  if (onMap) stroke(context, theme.back, 5);
  stroke(context, mark.color < 0 ? theme.text : seriesColor(mark.color, theme), 2.5);
  context.fillStyle = context.strokeStyle;
  context.fill();
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Handle} handle
 * @param {number} x
 * @param {number} y
 * @param {Around} around
 */
export function drawGuide(context, handle, x, y, { area, theme }) {
  if (handle.moves === "both") return;
  context.save();
  context.beginPath();
  if (handle.moves === "x") {
    context.moveTo(x, area.top);
    context.lineTo(x, area.bottom);
  } else {
    context.moveTo(area.left, y);
    context.lineTo(area.right, y);
  }
  stroke(context, theme.back, 3);
  context.setLineDash([4, 4]);
  stroke(context, theme.text, 1.2);
  context.restore();
}
