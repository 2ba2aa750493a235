// Colours: Okabe and Ito's palette (2008) for marks, a blue-orange map for signed values.
// Text and lines take JupyterLab's theme through CSS variables.

const SERIES = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];
// On a dark page the two blues change places: the first series has to stand out.
const SERIES_ON_DARK = ["#56B4E9", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#0072B2"];

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

export function seriesColor(index, theme) {
  const k = ((index % (SERIES.length + 1)) + SERIES.length + 1) % (SERIES.length + 1);
  return k < SERIES.length ? (theme.dark ? SERIES_ON_DARK : SERIES)[k] : theme.text;
}

export function readTheme(root) {
  const style = getComputedStyle(root);
  const read = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
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

const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
let [probed, probedDark] = ["", false];

// The browser knows how to read a colour, however it is written.
function isDark(color) {
  if (color !== probed) {
    probe.fillStyle = color;
    probe.fillRect(0, 0, 1, 1);
    const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
    [probed, probedDark] = [color, 0.3 * red + 0.6 * green + 0.1 * blue < 128];
  }
  return probedDark;
}

export function paletteColor(name, share) {
  const stops = STOPS[name] ?? STOPS.diverging;
  const at = Math.min(0.999999, Math.max(0, share)) * (stops.length - 1);
  const k = Math.floor(at);
  return stops[k].map((low, c) => Math.round(low + (stops[k + 1][c] - low) * (at - k)));
}

const tables = new Map();

// The colour of each byte (0 is low, 254 is high, 255 is "no number": transparent).
function colorTable(name) {
  if (!tables.has(name)) {
    const table = new Uint8ClampedArray(256 * 4);
    for (let byte = 0; byte < 255; byte++) {
      table.set([...paletteColor(name, byte / 254), 255], byte * 4);
    }
    tables.set(name, new Uint32Array(table.buffer));
  }
  return tables.get(name);
}

// Paints a heat map, one pixel a cell, first row lowest, into a canvas of its own.
export function paintSurface(canvas, heatMap) {
  const [rows, columns] = heatMap.values.shape;
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const context = canvas.getContext("2d");
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

const patterns = new Map();

// A hatch pattern; neighbouring numbers differ in direction, so areas differ without colour.
export function hatch(context, color, number, ratio) {
  const key = `${color} ${number % 4} ${ratio}`;
  if (!patterns.has(key)) patterns.set(key, makePattern(context, color, number % 4, ratio));
  return patterns.get(key);
}

function makePattern(context, color, kind, ratio) {
  const size = 8;
  const tile = document.createElement("canvas");
  tile.width = tile.height = size * ratio;
  const pen = tile.getContext("2d");
  pen.scale(ratio, ratio);
  pen.strokeStyle = color;
  pen.lineWidth = 1.2;
  pen.beginPath();
  if (kind === 0 || kind === 2)
    strokes(pen, [
      [-2, 2, 2, -2],
      [0, 8, 8, 0],
      [6, 10, 10, 6],
    ]);
  if (kind === 1 || kind === 2)
    strokes(pen, [
      [-2, 6, 2, 10],
      [0, 0, 8, 8],
      [6, -2, 10, 2],
    ]);
  if (kind === 3) strokes(pen, [[0, 4, 8, 4]]);
  pen.stroke();
  const pattern = context.createPattern(tile, "repeat");
  pattern.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern;
}

function strokes(pen, segments) {
  for (const [x0, y0, x1, y1] of segments) {
    pen.moveTo(x0, y0);
    pen.lineTo(x1, y1);
  }
}
