// Where a panel's parts lie, and its axes: frame, grid, ticks, labels, colour bar.

import { plotHeight } from "./arrange.js";
import { axisTicks, clamp, linearTicks } from "./numbers.js";
import { paletteColor } from "./palette.js";

/** @import { Area, Axis, ColorScale, Plot, Room, Theme, Tick, TickWord } from "./types" */

export const FONT_SIZE = 12;
const TICK = 5;
const ROW = 14; // px of a second row of words at ticks
const CLEAR = 6; // px between two of them
/** @type {Readonly<Room>} */
export const NO_ROOM = { width: 0, tallest: Infinity, left: 0, right: 0, below: 0, need: 0 };

/**
 * Fits the plot area into its room and returns it with the data-to-pixel maps. What ticks take
 * beside it only grows, so that the plot does not follow the numbers in it.
 * @param {Plot} panel
 * @param {Room} room
 * @param {CanvasRenderingContext2D} context
 * @param {string} font
 * @returns {Area}
 */
export function layOut(panel, room, context, font) {
  context.font = `${FONT_SIZE}px ${font}`;
  const widest = (/** @type {Tick[]} */ ticks) =>
    Math.max(8, ...ticks.map((t) => context.measureText(t.text).width));
  const maps = panel.marks.filter((mark) => mark.kind === "HeatMap");
  const heatMap = maps.findLast((map) => map.label);
  const barTicks = heatMap ? linearTicks(heatMap.low, heatMap.high, 5) : [];
  const yTicks = axisTicks(panel.y, 6);
  room.left = Math.max(room.left, Math.ceil(widest(yTicks)) + TICK + 4 + (panel.y.label ? 20 : 4));
  room.right = Math.max(
    room.right,
    heatMap ? 12 + 12 + TICK + Math.ceil(widest(barTicks)) + 24 : 16,
  );
  const { width, left, right } = room;
  const top = 10;
  let plotWidth = Math.max(80, width - left - right);
  const height = plotHeight(panel, plotWidth, room.tallest);
  if (panel.equal)
    plotWidth = (height * (panel.x.high - panel.x.low)) / (panel.y.high - panel.y.low);
  const x0 = left + Math.max(0, (width - left - right - plotWidth) / 2);
  const along = scaleOf(panel.x, x0, plotWidth);
  const up = scaleOf(panel.y, top + height, -height);
  const xTicks = axisTicks(panel.x, Math.max(4, plotWidth / 60));
  const xWords = wordsAt(xTicks, along.to, Boolean(panel.x.tick_labels), context);
  room.below = Math.max(room.below, ROW * Math.max(0, ...xWords.map(({ row }) => row)));
  const bottom = TICK + 18 + room.below + (panel.x.label ? 20 : 2);
  return {
    left: x0,
    top,
    width: plotWidth,
    height,
    right: x0 + plotWidth,
    bottom: top + height,
    total: Math.ceil(top + height + bottom),
    across: width,
    X: along.to,
    Y: up.to,
    dataX: along.from,
    dataY: up.from,
    xTicks,
    xWords,
    yTicks: axisTicks(panel.y, Math.max(4, height / 45)),
    yLabelAt: x0 - left + 9,
    heatMap,
    barTicks,
  };
}

/** @param {Axis} axis @param {number} start @param {number} length */
function scaleOf(axis, start, length) {
  const log = axis.scale === "log";
  const inner = (/** @type {number} */ v) => (log ? Math.log10(v) : v);
  const outer = (/** @type {number} */ v) => (log ? 10 ** v : v);
  const [a, b] = [inner(axis.low), inner(axis.high)];
  return {
    to: (/** @type {number} */ value) => start + ((inner(value) - a) / (b - a)) * length,
    from: (/** @type {number} */ pixel) => outer(a + ((pixel - start) / length) * (b - a)),
  };
}

/**
 * Returns what is written at the ticks below a plot: of numbers as many as fit, evenly, and the
 * last one; but all names, in two rows where they need them.
 * @param {Tick[]} ticks
 * @param {(value: number) => number} X
 * @param {boolean} named
 * @param {CanvasRenderingContext2D} context
 * @returns {TickWord[]}
 */
export function wordsAt(ticks, X, named, context) {
  const words = ticks
    .map(({ value, text }) => ({ text, x: X(value), wide: context.measureText(text).width }))
    .sort((a, b) => a.x - b.x);
  const fit = (/** @type {typeof words} */ some) =>
    some.every(
      ({ x, wide }, k) => !k || x - some[k - 1].x >= (wide + some[k - 1].wide) / 2 + CLEAR,
    );
  if (named && !fit(words)) {
    const step = Math.min(...words.slice(1).map(({ x }, k) => x - words[k].x));
    return words.map(({ text, x }, k) => ({ text, x, row: k % 2, most: 2 * step - CLEAR }));
  }
  let every = 1;
  const kept = () => words.filter((_, k) => (words.length - 1 - k) % every === 0);
  while (!fit(kept())) every += 1;
  return kept().map(({ text, x }) => ({ text, x, row: 0 }));
}

/** @param {CanvasRenderingContext2D} context @param {Area} area @param {Theme} theme */
export function drawGrid(context, area, theme) {
  context.strokeStyle = theme.grid;
  context.lineWidth = 1;
  context.beginPath();
  for (const { value } of area.xTicks) {
    line(context, area.X(value), area.top, area.X(value), area.bottom);
  }
  for (const { value } of area.yTicks) {
    line(context, area.left, area.Y(value), area.right, area.Y(value));
  }
  context.stroke();
}

/**
 * Half a pixel makes upright and level lines sharp.
 * @param {CanvasRenderingContext2D} context
 * @param {number} x0
 * @param {number} y0
 * @param {number} x1
 * @param {number} y1
 */
function line(context, x0, y0, x1, y1) {
  context.moveTo(Math.round(x0) + 0.5, Math.round(y0) + 0.5);
  context.lineTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Plot} panel
 * @param {Area} area
 * @param {Theme} theme
 */
export function drawAxes(context, panel, area, theme) {
  context.strokeStyle = theme.frame;
  context.fillStyle = theme.text;
  context.lineWidth = 1;
  context.font = `${FONT_SIZE}px ${theme.font}`;
  context.strokeRect(
    Math.round(area.left) + 0.5,
    Math.round(area.top) + 0.5,
    Math.round(area.width),
    Math.round(area.height),
  );
  context.textAlign = "center";
  context.textBaseline = "top";
  context.beginPath();
  for (const { value } of area.xTicks) {
    const x = area.X(value);
    line(context, x, area.bottom, x, area.bottom + TICK);
  }
  for (const { text, x, row, most } of area.xWords) {
    context.fillText(text, x, area.bottom + TICK + 3 + row * ROW, most);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const { value, text } of area.yTicks) {
    const y = area.Y(value);
    line(context, area.left - TICK, y, area.left, y);
    context.fillText(text, area.left - TICK - 4, y);
  }
  context.stroke();
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  const middle = (area.left + area.right) / 2;
  const free = 2 * Math.min(middle, area.across - middle);
  context.fillText(panel.x.label, middle, area.total - 5, free);
  upright(context, panel.y.label, area.yLabelAt, (area.top + area.bottom) / 2, area.total);
  if (area.heatMap) drawColorBar(context, area, area.heatMap, theme);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Area} area
 * @param {ColorScale} heatMap
 * @param {Theme} theme
 */
function drawColorBar(context, area, { low, high, label, palette }, theme) {
  const x = Math.round(area.right + 12);
  const gradient = context.createLinearGradient(0, area.bottom, 0, area.top);
  for (let k = 0; k <= 16; k++) {
    gradient.addColorStop(k / 16, `rgb(${paletteColor(palette, k / 16).join(",")})`);
  }
  context.fillStyle = gradient;
  context.fillRect(x, area.top, 12, area.height);
  context.strokeRect(x + 0.5, Math.round(area.top) + 0.5, 12, Math.round(area.height));
  context.fillStyle = theme.text;
  context.textAlign = "left";
  context.textBaseline = "middle";
  let widest = 0;
  context.beginPath();
  for (const { value, text } of area.barTicks) {
    const y = area.bottom - ((value - low) / (high - low)) * area.height;
    line(context, x + 12, y, x + 12 + TICK, y);
    context.fillText(text, x + 12 + TICK + 3, y);
    widest = Math.max(widest, context.measureText(text).width);
  }
  context.stroke();
  upright(context, label, x + 12 + TICK + widest + 13, (area.top + area.bottom) / 2, area.total);
}

/**
 * Writes upwards; a text that is longer than `most` is set closer.
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {number} most
 */
function upright(context, text, x, y, most) {
  const half = Math.min(context.measureText(text).width, most) / 2;
  context.save();
  context.translate(x, clamp(y, half, most - half)); // beside a low plot a long one is cut off
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, 0, 0, most);
  context.restore();
}
