// What is to be read at a place of a panel: the values of its marks, by name.

import { clamp, fixed, general, power, roundUp, runs } from "./numbers.js";

/** @import { Area, Arrow, Axis, Bars, Found, Line, Mosaic, Points } from "./types" */
/** @import { Readable, ReadableMap, ReadableMark, Reading, Region } from "./types" */

/** @typedef {{ area: Area, plane: boolean, x: number, y: number }} Here */

const NEARBY = 14; // px: what is further away is not meant
const ON = 5; // px: so near to a sample, that one is read
const ASIDE = 8; // px: so near to its x, a point is read
const AT_ONCE = 5; // values at once
const LONGEST = 18; // letters of an axis's label; what is longer loses what stands in brackets

/**
 * Where the panel is a plane, lines and points are read where they are; else they are values over x.
 * @param {Readable} panel
 * @param {Area} area
 * @param {number} x  px
 * @param {number} y  px
 * @returns {Reading}
 */
export function readAt(panel, area, x, y) {
  const plane = panel.equal || panel.marks.some(({ kind }) => kind === "HeatMap");
  const here = { area, plane, x, y };
  const found = panel.marks.flatMap((mark) => readMark(mark, here));
  const maps = found.filter(({ kind }) => kind === "HeatMap").slice(-1); // the upper one
  const others = found.filter(({ kind }) => kind !== "HeatMap");
  const nearest = others.toSorted((a, b) => a.away - b.away);
  const few = new Set(nearest.slice(0, AT_ONCE));
  const shown = [...maps, ...others.filter((each) => few.has(each))];
  const sample = plane ? undefined : nearest.find(({ across }) => across !== undefined)?.across;
  const place = placeWords(panel, area, sample ?? area.dataX(x), y, sample !== undefined);
  return {
    place: plane || !shown.length ? place : place.slice(0, 1),
    values: shown.map(({ label, value }) => [label || shortLabel(panel.y, "y"), value]),
    spots: shown.flatMap(({ at }) => (at ? [at] : [])),
  };
}

/**
 * @param {Readable} panel
 * @param {Area} area
 * @param {number} across  in units of x
 * @param {number} y  px
 * @param {boolean} exact  whether a sample is there
 */
function placeWords({ x, y: up }, area, across, y, exact) {
  const words = [];
  const tick = x.tick_labels && nearestTick(area, area.X(across));
  const isImage = x.ticks?.length === 0 && !x.label;
  if (tick) words.push(x.label ? `${shortLabel(x, "x")} ${tick}` : tick);
  else if (!isImage) {
    const number = exact ? general(across) : onAxis(across, x, area.width);
    words.push(`${shortLabel(x, "x")} = ${number}`);
  }
  if (!isImage) words.push(`${shortLabel(up, "y")} = ${onAxis(area.dataY(y), up, area.height)}`);
  return words;
}

/** @param {Area} area @param {number} x */
function nearestTick({ xTicks, X }, x) {
  const away = (/** @type {{ value: number }} */ tick) => Math.abs(X(tick.value) - x);
  return xTicks.toSorted((a, b) => away(a) - away(b))[0]?.text;
}

/** @param {Axis} axis @param {string} otherwise */
function shortLabel({ label }, otherwise) {
  return (label.length > LONGEST ? label.split(" (")[0] : label) || otherwise;
}

/**
 * A place as fine as a pixel can tell.
 * @param {number} value
 * @param {Axis} axis
 * @param {number} pixels
 */
function onAxis(value, { low, high, scale }, pixels) {
  if (scale === "log") return power(Number(value.toPrecision(3)));
  return fixed(value, roundUp((high - low) / pixels));
}

/** @param {ReadableMark} mark @param {Here} here @returns {Found[]} */
function readMark(mark, here) {
  switch (mark.kind) {
    case "HeatMap":
      return readMap(mark, here);
    case "Line":
      return readLine(mark, here);
    case "Points":
      return readPoints(mark, here);
    case "Bars":
      return readBars(mark, here);
    case "Arrow":
      return readTip(mark, here);
    case "Region":
      return readRegion(mark, here);
    case "Mosaic":
      return readMosaic(mark, here);
    default:
      return [];
  }
}

/** @param {ReadableMap} mark @param {Here} here @returns {Found[]} */
function readMap({ kind, values, low, high, label, clipped }, { area, x, y }) {
  const [rows, columns] = values.shape;
  const column = Math.min(columns - 1, Math.floor(((x - area.left) / area.width) * columns));
  const row = Math.min(rows - 1, Math.floor(((area.bottom - y) / area.height) * rows));
  const cell = values[row * columns + column];
  const isByte = values instanceof Uint8Array;
  if (cell === undefined || Number.isNaN(cell) || (isByte && cell === 255)) return [];
  const number = isByte ? low + (cell / 254) * (high - low) : cell;
  const words = fixed(number, roundUp((high - low) / 254));
  const beyond = clipped && cell === 0 ? "at most " : clipped && cell === 254 ? "at least " : "";
  return [{ kind, label: label || "value", value: beyond + words, away: 0 }];
}

/**
 * A line without a name is read where it is near; a straight one stands for nothing of its own.
 * @param {Line} mark
 * @param {Here} here
 * @returns {Found[]}
 */
function readLine({ kind, label, x: xs, y: ys }, { area, plane, x, y }) {
  if (!label && (plane || xs.length < 3)) return [];
  const X = Array.from(xs, area.X);
  const Y = Array.from(ys, area.Y);
  const real = (/** @type {number} */ k) => Number.isFinite(X[k]) && Number.isFinite(Y[k]);
  const rises = !plane && X.every((here, k) => k === 0 || !(here < X[k - 1]));
  const over = rises && (X.at(-1) ?? 0) - X[0] > ON; // a value for each x
  /** @type {Found | undefined} */
  let best;
  let bestOff = Infinity;
  for (let k = 0; k < X.length; k++) {
    if (!real(k)) continue;
    const next = real(k + 1) ? k + 1 : k;
    const [dx, dy] = [X[next] - X[k], Y[next] - Y[k]];
    const square = over ? dx * dx : dx * dx + dy * dy;
    const along = square && ((x - X[k]) * dx + (over ? 0 : (y - Y[k]) * dy)) / square;
    const share = clamp(along, 0, 1);
    const foot = [X[k] + share * dx, Y[k] + share * dy];
    const from = (/** @type {number} */ j) => Math.hypot(foot[0] - X[j], foot[1] - Y[j]);
    const nearest = from(next) < from(k) ? next : k;
    const sample = from(nearest) < ON ? nearest : undefined;
    const at = sample === undefined ? foot : [X[sample], Y[sample]];
    const away = Math.hypot(over ? 0 : at[0] - x, at[1] - y);
    const off = over ? Math.abs(at[0] - x) : away;
    const better = !best || off < bestOff || (off === bestOff && away < best.away);
    if (off > (over ? ON : NEARBY) || !better) continue;
    bestOff = off;
    const exact =
      sample === undefined ? at.map((_, i) => dataOf(area, at, i)) : [xs[sample], ys[sample]];
    const value = over ? general(exact[1]) : `(${exact.map(general).join(", ")})`;
    best = { kind, label, value, away, at: [at[0], at[1]] };
    if (sample !== undefined) best.across = xs[sample];
  }
  return best && (label || best.away < NEARBY) ? [best] : [];
}

/**
 * A number of the plot, as fine as a pixel can tell.
 * @param {Area} area
 * @param {number[]} at
 * @param {number} axis
 */
function dataOf(area, at, axis) {
  return Number((axis ? area.dataY(at[1]) : area.dataX(at[0])).toPrecision(3));
}

/** @param {Points} mark @param {Here} here @returns {Found[]} */
function readPoints({ kind, label, x: xs, y: ys }, { area, plane, x, y }) {
  /** @type {Found | undefined} */
  let best;
  for (let k = 0; k < xs.length; k++) {
    const [px, py] = [area.X(xs[k]), area.Y(ys[k])];
    const away = Math.hypot(px - x, py - y);
    const near = plane || !label ? away <= NEARBY : Math.abs(px - x) <= ASIDE;
    if (!near || (best && best.away <= away)) continue;
    const value = plane ? `(${general(xs[k])}, ${general(ys[k])})` : general(ys[k]);
    best = { kind, label: label || "point", value, away, at: [px, py], across: xs[k] };
  }
  return best ? [best] : [];
}

/** @param {Bars} mark @param {Here} here @returns {Found[]} */
function readBars({ kind, label, x: xs, heights, width }, { area, x, y }) {
  const at = area.dataX(x);
  const k = xs.findIndex((middle) => Math.abs(middle - at) <= width / 2);
  if (k < 0 || !Number.isFinite(heights[k])) return [];
  const [px, py] = [area.X(xs[k]), area.Y(heights[k])];
  const value = general(heights[k]);
  return [{ kind, label, value, away: Math.abs(py - y), at: [px, py], across: xs[k] }];
}

/** @param {Arrow} mark @param {Here} here @returns {Found[]} */
function readTip({ kind, label, tip }, { area, x, y }) {
  const [px, py] = [area.X(tip[0]), area.Y(tip[1])];
  const away = Math.hypot(px - x, py - y);
  const value = `(${general(tip[0])}, ${general(tip[1])})`;
  return away > NEARBY ? [] : [{ kind, label: label || "arrow", value, away, at: [px, py] }];
}

/** @param {Region} mark @param {Here} here @returns {Found[]} */
function readRegion(mark, here) {
  const { kind, label } = mark;
  const inside = label && isInside(mark, [...mark.x.keys()], here);
  return inside ? [{ kind, label, value: "here", away: NEARBY }] : [];
}

/** @param {Mosaic} mark @param {Here} here @returns {Found[]} */
function readMosaic(mark, here) {
  const { kind, label, words } = mark;
  const k = runs(mark.x).findIndex((corners) => isInside(mark, corners, here));
  return k < 0 ? [] : [{ kind, label, value: words[k], away: NEARBY }];
}

/** @param {Region | Mosaic} mark @param {number[]} corners @param {Here} here */
function isInside({ x: xs, y: ys }, corners, { area, x, y }) {
  let inside = false;
  for (const [n, k] of corners.entries()) {
    const j = corners.at(n - 1) ?? k;
    const [x0, y0, x1, y1] = [area.X(xs[j]), area.Y(ys[j]), area.X(xs[k]), area.Y(ys[k])];
    if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) inside = !inside;
  }
  return inside;
}
