// The drawing of the network: a picture for each unit, a line for each weight.
//
// Units are buttons over one canvas. The group is one tab stop: arrow keys go from unit to unit,
// Enter opens the weights (or switches an input on and off).

import { paletteColor, seriesColor } from "../palette.js";
import { INPUTS } from "./data.js";
import { INPUT_WORDS, sourceWords, unitWords } from "./words.js";

const SIDE = 40; // of a unit's picture, in pixels
const ROW = 50;
const ROWS = 8;
const HEAD = 66; // above the units: their number, and buttons to change it
const LABEL = 54; // left of the inputs: their names
const EDGE = 16;
const NEAR = 7; // pixels between pointer and line that count as touching it
const MOST_UNITS = 8;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class GraphView {
  // hooks: show(layer, k), hide(), edit(layer, k, source), away(), toggle(input), hidden(units),
  // hint(words), redraw()
  constructor(parent, hooks) {
    this.hooks = hooks;
    this.element = document.createElement("div");
    this.element.className = "nnp-graph";
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("aria-hidden", "true");
    this.heads = document.createElement("div");
    this.units = document.createElement("div");
    this.units.setAttribute("role", "group");
    this.units.setAttribute(
      "aria-label",
      "Inputs and units: arrow keys move, Enter changes an input or opens the weights",
    );
    this.element.append(this.canvas, this.heads, this.units);
    parent.append(this.element);
    this.context = this.canvas.getContext("2d");
    this.current = "-1 0";
    this.listen();
  }

  listen() {
    const { signal } = this.hooks;
    const place = (event) => event.target.closest?.("[data-unit]")?.dataset.unit;
    const show = (event) => {
      const unit = place(event);
      if (unit) this.hooks.show(...unit.split(" ").map(Number));
    };
    for (const name of ["pointerover", "focusin"]) {
      this.units.addEventListener(name, show, { signal });
    }
    for (const name of ["pointerout", "focusout"]) {
      this.units.addEventListener(name, () => this.hooks.hide(), { signal });
    }
    this.units.addEventListener(
      "click",
      (event) => {
        const unit = place(event);
        if (!unit) return;
        this.focusOn(unit);
        const [layer, k] = unit.split(" ").map(Number);
        if (layer < 0) this.hooks.toggle(Object.keys(INPUTS)[k]);
        else this.hooks.edit(layer, k);
      },
      { signal },
    );
    this.units.addEventListener("keydown", (event) => this.press(event), { signal });
    const { canvas } = this;
    canvas.addEventListener("pointermove", (event) => this.touch(event), { signal });
    canvas.addEventListener("pointerleave", () => this.touch(null), { signal });
    canvas.addEventListener(
      "click",
      (event) => {
        this.touch(event);
        if (this.touched) this.hooks.edit(this.touched.layer, this.touched.k, this.touched.d);
        else this.hooks.away();
      },
      { signal },
    );
  }

  press(event) {
    const step = ARROWS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const [layer, k] = this.current.split(" ").map(Number);
    const column = this.columns[layer + 1 + step[0]];
    if (!column) return;
    const next = step[0] ? Math.min(k, column.length - 1) : k + step[1];
    if (column[next]) this.focusOn(column[next].dataset.unit);
  }

  focusOn(unit) {
    for (const button of this.units.children) {
      button.tabIndex = button.dataset.unit === unit ? 0 : -1;
    }
    this.current = unit;
    this.units.querySelector(`[data-unit="${unit}"]`)?.focus({ preventScroll: true });
  }

  // Makes the buttons that this network needs; called when its shape changes.
  build(run) {
    const { hidden, inputs } = run.settings;
    const focused = this.element.contains(document.activeElement) ? document.activeElement : null;
    const key = focused?.dataset.unit ?? focused?.dataset.key;
    const sizes = [Object.keys(INPUTS).length, ...hidden, 1];
    this.columns = sizes.map((count, column) =>
      Array.from({ length: count }, (_, k) => this.makeUnit(run, column - 1, k, inputs)),
    );
    this.units.replaceChildren(...this.columns.flat());
    this.heads.replaceChildren(
      ...sizes.map((count, column) => this.makeHead(column - 1, count, hidden)),
    );
    const [layer, k] = this.current.split(" ").map(Number);
    if (!this.columns[layer + 1]?.[k]) this.current = "-1 0";
    for (const button of this.columns.flat()) {
      button.tabIndex = button.dataset.unit === this.current ? 0 : -1;
    }
    this.width = 0; // lay out again
    if (key === undefined) return;
    const again = this.element.querySelector(`[data-unit="${key}"], [data-key="${key}"]`);
    (again?.disabled ? again.parentElement.querySelector("button:enabled") : again)?.focus({
      preventScroll: true,
    });
  }

  makeUnit(run, layer, k, inputs) {
    const button = graphButton("nnp-unit", "");
    button.dataset.unit = `${layer} ${k}`;
    const words = unitWords(run, layer, k);
    if (layer >= 0) {
      button.setAttribute("aria-label", `${words}: edit its weights`);
      button.setAttribute("aria-haspopup", "dialog");
    } else {
      const name = Object.keys(INPUTS)[k];
      button.setAttribute("aria-label", words);
      button.setAttribute("aria-pressed", String(inputs.includes(name)));
      button.dataset.input = name;
    }
    return button;
  }

  makeHead(layer, count, hidden) {
    const head = document.createElement("div");
    head.className = "nnp-head";
    if (layer < 0 || layer === hidden.length) {
      head.textContent = layer < 0 ? "Inputs" : "Output";
      return head;
    }
    const change = (by) => this.hooks.hidden(hidden.map((n, l) => (l === layer ? n + by : n)));
    const where = `hidden layer ${layer + 1}`;
    const less = graphButton("nnp-small", "−", `Remove a unit from ${where}`, () => change(-1));
    const more = graphButton("nnp-small", "+", `Add a unit to ${where}`, () => change(1));
    less.dataset.key = `less-${layer}`;
    more.dataset.key = `more-${layer}`;
    less.disabled = count === 1;
    more.disabled = count === MOST_UNITS;
    const words = document.createElement("div");
    words.textContent = `${count} ${count === 1 ? "unit" : "units"}`;
    const row = document.createElement("div");
    row.append(less, more);
    head.append(words, row);
    return head;
  }

  layOut(width) {
    this.width = width;
    this.height = HEAD + ROWS * ROW + 4; // with the last row's corner
    this.ratio = Math.min(3, window.devicePixelRatio || 1);
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(this.height * this.ratio);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${this.height}px`;
    this.element.style.height = `${this.height}px`;
    const first = LABEL + SIDE / 2;
    const last = width - EDGE - SIDE / 2;
    const across = (column) => first + (column / (this.columns.length - 1)) * (last - first);
    this.at = this.columns.map((units, column) =>
      units.map((_, k) => [across(column), HEAD + ROW / 2 + (k + (ROWS - units.length) / 2) * ROW]),
    );
    this.columns.forEach((units, column) => {
      units.forEach((button, k) => {
        const [x, y] = this.at[column][k];
        const wide = column === 0 ? LABEL : 0;
        button.style.width = `${SIDE + wide}px`;
        button.style.transform = `translate(${x - SIDE / 2 - wide}px, ${y - SIDE / 2}px)`;
      });
    });
    [...this.heads.children].forEach((head, column) => {
      head.style.transform = `translate(calc(${across(column)}px - 50%), 0)`;
    });
  }

  // Every weight's line: from where to where, and which number it is.
  *lines(run) {
    const { network, settings } = run;
    const names = Object.keys(INPUTS);
    for (let layer = 0; layer < network.kinds.length; layer++) {
      const D = network.sizes[layer];
      for (let k = 0; k < network.sizes[layer + 1]; k++) {
        for (let d = 0; d < D; d++) {
          const source = layer === 0 ? names.indexOf(settings.inputs[d]) : d;
          const [x0, y0] = this.at[layer][source];
          const [x1, y1] = this.at[layer + 1][k];
          const index = network.W[layer] + k * D + d;
          yield { layer, k, d, index, x0: x0 + SIDE / 2, y0, x1: x1 - SIDE / 2, y1 };
        }
      }
    }
  }

  touch(event) {
    const before = this.touched?.index;
    this.touched = null;
    if (event && this.run && this.at) {
      const box = this.canvas.getBoundingClientRect();
      this.touched = this.nearest(event.clientX - box.left, event.clientY - box.top);
    }
    this.canvas.style.cursor = this.touched ? "pointer" : "";
    if (this.touched?.index === before) return;
    this.hint();
    this.hooks.redraw();
  }

  hint() {
    const { touched, run } = this;
    if (!touched) return this.hooks.hint("");
    const value = run.network.weights[touched.index];
    this.hooks.hint(
      `Weight from ${sourceWords(run, touched.layer, touched.d)} to ` +
        `${unitWords(run, touched.layer, touched.k)}: ${value.toFixed(3).replace("-", "−")}` +
        (run.network.dead[touched.index] ? " (dead: L1 has brought it to 0)" : "") +
        ". Click to edit.",
    );
  }

  nearest(x, y) {
    let [best, least] = [null, NEAR];
    for (const line of this.lines(this.run)) {
      if (x < line.x0 || x > line.x1) continue;
      const gap = Math.abs(curveHeight(line, x) - y);
      if (gap < least) [best, least] = [line, gap];
    }
    return best;
  }

  draw(run, pictures, theme, width) {
    this.run = run;
    if (width !== this.width || this.ratio !== Math.min(3, window.devicePixelRatio || 1)) {
      this.layOut(width);
    }
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
        this.drawBias(bias, x - SIDE / 2, y + SIDE / 2, theme);
      });
    });
  }

  // Orange and solid is positive, blue and dashed negative; grey and dotted is a dead weight.
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

  drawInputs(run, pictures, theme) {
    const { context } = this;
    context.font = `13px ${theme.font}`;
    context.textAlign = "right";
    context.textBaseline = "middle";
    Object.keys(INPUTS).forEach((name, k) => {
      const [x, y] = this.at[0][k];
      const on = run.settings.inputs.includes(name);
      context.globalAlpha = on ? 1 : 0.35;
      this.drawPicture(pictures.inputs[name], x, y, theme);
      context.globalAlpha = 1;
      context.fillStyle = on ? theme.text : theme.frame;
      context.fillText(INPUT_WORDS[name], x - SIDE / 2 - 7, y);
    });
  }

  drawPicture(picture, x, y, theme) {
    const { context } = this;
    context.drawImage(picture, x - SIDE / 2, y - SIDE / 2, SIDE, SIDE);
    context.strokeStyle = theme.frame;
    context.lineWidth = 1;
    context.strokeRect(x - SIDE / 2, y - SIDE / 2, SIDE, SIDE);
  }

  // A small square on the corner: its colour is the bias from -1 to 1, and + or - its sign.
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

function graphButton(name, text, label, click) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = name;
  button.textContent = text;
  button.dataset.lmSuppressShortcuts = "true";
  if (label) button.setAttribute("aria-label", label);
  if (click) button.addEventListener("click", click);
  return button;
}

function curvePath(context, { x0, y0, x1, y1 }) {
  const middle = (x0 + x1) / 2;
  context.beginPath();
  context.moveTo(x0, y0);
  context.bezierCurveTo(middle, y0, middle, y1, x1, y1);
  context.stroke();
}

// The height of the curve at x. Its x is x0 + (x1 - x0) (3 s - 3 s^2 + 2 s^3) / 2 at share s.
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
