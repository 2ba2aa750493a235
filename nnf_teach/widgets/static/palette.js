// Colours: Okabe and Ito's palette (2008) for marks, a blue-orange map for signed values.
// Text and lines take JupyterLab's theme through CSS variables.

import { penOf } from "./elements.js";

/** @import { Ink, Palette, Surface, Theme } from "./types" */

const SERIES = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];
// On a dark page they are brighter, and the two blues change places: the first has to stand out.
const SERIES_ON_DARK = ["#56B4E9", "#F07830", "#26B98A", "#E08FBE", "#EFB02E", "#3A93DB"];

// A heat map is bright in its middle in every theme: so is the ink on it always dark.
export const INK_ON_MAP = { back: "#fff", text: "#212121", dark: false };

const STOPS = {
  diverging: [
    [0, 114, 178],
    [118, 183, 218],
    [247, 247, 245],
    [242, 165, 98],
    [213, 94, 0],
  ],
  sequential: [
    [0, 34, 78],
    [62, 76, 107],
    [124, 123, 120],
    [187, 174, 110],
    [254, 232, 56],
  ],
  gray: [
    [0, 0, 0],
    [255, 255, 255],
  ],
};

/** @param {number} index @param {Ink} theme */
export function seriesColor(index, theme) {
  const k = ((index % (SERIES.length + 1)) + SERIES.length + 1) % (SERIES.length + 1);
  return k < SERIES.length ? (theme.dark ? SERIES_ON_DARK : SERIES)[k] : theme.text;
}

/** @param {Element} root @returns {Theme} */
export function readTheme(root) {
  const style = getComputedStyle(root);
  const read = (/** @type {string} */ name, /** @type {string} */ otherwise) =>
    style.getPropertyValue(name).trim() || otherwise;
  const back = read("--nnf-back", "#fff");
  return {
    back,
    dark: isDark(back),
    text: read("--nnf-text", "#212121"),
    grid: read("--nnf-grid", "#ddd"),
    frame: read("--nnf-frame", "#757575"),
    font: style.fontFamily || "sans-serif",
  };
}

const probe = /** @type {CanvasRenderingContext2D} */ (
  document.createElement("canvas").getContext("2d", { willReadFrequently: true })
);
let [probed, probedDark] = ["", false];

/**
 * The browser knows how to read a colour, however it is written.
 * @param {string} color
 */
function isDark(color) {
  if (color !== probed) {
    probe.fillStyle = color;
    probe.fillRect(0, 0, 1, 1);
    const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
    [probed, probedDark] = [color, 0.3 * red + 0.6 * green + 0.1 * blue < 128];
  }
  return probedDark;
}

/** @param {Palette} name @param {number} share */
export function paletteColor(name, share) {
  const stops = STOPS[name];
  const at = Math.min(0.999999, Math.max(0, share)) * (stops.length - 1);
  const k = Math.floor(at);
  return stops[k].map((low, c) => Math.round(low + (stops[k + 1][c] - low) * (at - k)));
}

/** @type {Map<Palette, Uint32Array>} */
const tables = new Map();

/**
 * The colour of each byte (0 is low, 254 is high, 255 is "no number": transparent).
 * @param {Palette} name
 */
function colorTable(name) {
  const known = tables.get(name);
  if (known) return known;
  const bytes = new Uint8ClampedArray(256 * 4);
  for (let byte = 0; byte < 255; byte++) {
    bytes.set([...paletteColor(name, byte / 254), 255], byte * 4);
  }
  const table = new Uint32Array(bytes.buffer);
  tables.set(name, table);
  return table;
}

/**
 * Paints a heat map, one pixel per cell, first row lowest, into a canvas of its own.
 * @param {HTMLCanvasElement} canvas
 * @param {Surface} heatMap
 */
export function paintSurface(canvas, heatMap) {
  const [rows, columns] = heatMap.values.shape;
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const context = penOf(canvas);
  const image = context.createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  const table = colorTable(heatMap.palette);
  for (let row = 0; row < rows; row++) {
    const from = (rows - 1 - row) * columns;
    for (let column = 0; column < columns; column++) {
      pixels[row * columns + column] = table[heatMap.values[from + column]];
    }
  }
  context.putImageData(image, 0, 0);
}

const RISING = "M-2 2 2-2M0 8 8 0M6 10 10 6"; // with the corners that its neighbours reach into
const FALLING = "M-2 6 2 10M0 0 8 8M6-2 10 2";
const HATCHES = [RISING, FALLING, RISING + FALLING, "M0 4H8"];

/** @type {Map<string, CanvasPattern>} */
const patterns = new Map();

/**
 * A hatch pattern; neighbouring numbers differ in direction, so areas differ without colour.
 * @param {CanvasRenderingContext2D} context
 * @param {string} color
 * @param {number} number
 * @param {number} ratio
 */
export function hatch(context, color, number, ratio) {
  const key = `${color} ${number % 4} ${ratio}`;
  const pattern = patterns.get(key) ?? makePattern(context, color, number % 4, ratio);
  patterns.set(key, pattern);
  return pattern;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} color
 * @param {number} kind
 * @param {number} ratio
 */
function makePattern(context, color, kind, ratio) {
  const size = 8;
  const tile = document.createElement("canvas");
  tile.width = tile.height = size * ratio;
  const pen = penOf(tile);
  pen.scale(ratio, ratio);
  pen.strokeStyle = color;
  pen.lineWidth = 1.2;
  pen.stroke(new Path2D(HATCHES[kind]));
  const pattern = /** @type {CanvasPattern} */ (context.createPattern(tile, "repeat"));
  pattern.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern;
}
