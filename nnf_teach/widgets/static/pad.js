// A sheet of pixels that the learner draws into, by pointer or keys. It is painted here at once;
// Python gets the ink as text, and what it answers follows.

import { KEEPS_KEYS, put, setAttribute } from "./elements.js";
import { clamp } from "./numbers.js";

/** @import { Area, Pad, PanelHooks } from "./types" */

/** @typedef {[number, number]} Place  column and row, in pixels from the top left corner */

const FULL = 255;
const RADIUS = { draw: 1, erase: 1.6, move: 0 }; // pixels; half a pixel more is grey
const LEAP = 4; // pixels that an arrow key goes with Shift
/** @type {Record<string, Place>} */
const PEN_KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const PEN_HELP = {
  draw: "Arrow keys move the pen, Space puts it down and lifts it.",
  erase: "Arrow keys move the eraser, Space puts it down and lifts it.",
  move: "Arrow keys move what is drawn.",
};

export class PadView {
  /** @param {HTMLElement} parent @param {Pad} pad @param {PanelHooks} hooks */
  constructor(parent, pad, hooks) {
    this.pad = pad;
    this.hooks = hooks;
    /** @type {Uint8Array} */
    this.ink = pad.ink;
    /** @type {{ pointer: number, at: Place, ink: Uint8Array } | null} */
    this.grip = null;
    const [rows, columns] = pad.ink.shape;
    /** @type {Place} */
    this.cursor = [Math.floor(columns / 2), Math.floor(rows / 2)];
    this.down = false; // the pen of the keys
    const attributes = { role: "application", tabindex: 0, ...KEEPS_KEYS };
    this.element = put(parent, "div", "nnf-pad", attributes);
    this.mark = put(this.element, "div", "nnf-pad-cursor");
    const { signal } = hooks;
    this.element.addEventListener("pointerdown", (event) => this.grab(event), { signal });
    this.element.addEventListener("pointermove", (event) => this.drag(event), { signal });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      this.element.addEventListener(end, () => this.release(), { signal });
    }
    this.element.addEventListener("keydown", (event) => this.key(event), { signal });
    this.element.addEventListener("blur", () => this.lift(), { signal });
  }

  /** @param {Pad} pad */
  update(pad) {
    this.pad = pad;
    this.element.dataset.pen = pad.pen;
    setAttribute(this.element, "aria-label", `${pad.label}. ${PEN_HELP[pad.pen]}`);
  }

  /**
   * Covers the plot, and takes over the ink: the learner's newest, or Python's.
   * @param {Area} area
   * @param {Uint8Array} ink
   */
  place(area, ink) {
    this.ink = ink;
    const { style } = this.element;
    const [left, top, width, height] = [area.left, area.top, area.width, area.height];
    style.transform = `translate(${left}px, ${top}px)`;
    [style.width, style.height] = [`${width}px`, `${height}px`];
    const [rows, columns] = this.pad.ink.shape;
    const [column, row] = this.cursor;
    const [wide, tall] = [width / columns, height / rows];
    this.mark.style.transform = `translate(${column * wide}px, ${row * tall}px)`;
    [this.mark.style.width, this.mark.style.height] = [`${wide}px`, `${tall}px`];
    this.mark.classList.toggle("nnf-down", this.down);
  }

  /** @param {PointerEvent} event @returns {Place} */
  placeOf({ clientX, clientY }) {
    const box = this.element.getBoundingClientRect();
    const [rows, columns] = this.pad.ink.shape;
    const x = ((clientX - box.left) / box.width) * columns;
    return [x, ((clientY - box.top) / box.height) * rows];
  }

  /** @param {PointerEvent} event */
  grab(event) {
    if (event.button !== 0 || this.grip) return;
    event.preventDefault();
    event.stopPropagation();
    this.element.focus({ preventScroll: true });
    this.element.setPointerCapture(event.pointerId);
    const at = this.placeOf(event);
    this.grip = { pointer: event.pointerId, at, ink: this.ink };
    this.lift();
    this.hooks.hold(this.pad.name, true);
    if (this.pad.pen !== "move") this.stroke(at, at);
  }

  /** @param {PointerEvent} event */
  drag(event) {
    const { grip } = this;
    if (!grip || event.pointerId !== grip.pointer) return;
    const to = this.placeOf(event);
    if (this.pad.pen === "move") {
      const [dx, dy] = [to[0] - grip.at[0], to[1] - grip.at[1]].map(Math.round);
      this.shift(grip.ink, dx, dy);
      return;
    }
    // A fast hand moves several times a frame: its curve is kept.
    for (const each of event.getCoalescedEvents()) {
      const next = this.placeOf(each);
      this.stroke(grip.at, next);
      grip.at = next;
    }
    this.stroke(grip.at, to);
    grip.at = to;
  }

  release() {
    if (!this.grip) return;
    this.grip = null;
    this.hooks.hold(this.pad.name, false);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const arrow = PEN_KEYS[event.key];
    if (!arrow && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    const [dx, dy] = (arrow ?? [0, 0]).map((step) => step * (event.shiftKey ? LEAP : 1));
    if (this.pad.pen === "move") {
      if (arrow) this.shift(this.ink, dx, dy);
      return;
    }
    const [rows, columns] = this.pad.ink.shape;
    const from = this.cursor;
    this.cursor = [clamp(from[0] + dx, 0, columns - 1), clamp(from[1] + dy, 0, rows - 1)];
    if (!arrow) this.down = !this.down;
    const middle = (/** @type {Place} */ [x, y]) => /** @type {Place} */ ([x + 0.5, y + 0.5]);
    if (this.down) this.stroke(middle(from), middle(this.cursor));
    const [column, row] = this.cursor;
    const pen = this.down ? "pen down" : "pen up";
    this.hooks.tell(`row ${row + 1} of ${rows}, column ${column + 1} of ${columns}, ${pen}`);
  }

  lift() {
    this.down = false;
    this.hooks.redraw();
  }

  /**
   * A straight line of the pen, dark in the middle and grey at its edge.
   * @param {Place} from
   * @param {Place} to
   */
  stroke([x0, y0], [x1, y1]) {
    const { pen } = this.pad;
    const [dx, dy] = [x1 - x0, y1 - y0];
    const square = dx * dx + dy * dy;
    this.change((ink, x, y) => {
      const along = square && clamp(((x - x0) * dx + (y - y0) * dy) / square, 0, 1);
      const away = Math.hypot(x - x0 - along * dx, y - y0 - along * dy);
      const wet = Math.round(FULL * clamp(RADIUS[pen] + 0.5 - away, 0, 1));
      return pen === "draw" ? Math.max(ink, wet) : Math.min(ink, FULL - wet);
    });
  }

  /**
   * Moves what is drawn by whole pixels; what leaves the sheet is lost, once the hand lets go.
   * @param {Uint8Array} before
   * @param {number} dx
   * @param {number} dy
   */
  shift(before, dx, dy) {
    const [rows, columns] = this.pad.ink.shape;
    this.change((_, x, y) => {
      const [column, row] = [Math.floor(x) - dx, Math.floor(y) - dy];
      const inside = column >= 0 && column < columns && row >= 0 && row < rows;
      return inside ? before[row * columns + column] : 0;
    });
  }

  /** @param {(ink: number, x: number, y: number) => number} rule  for the middle of each pixel */
  change(rule) {
    const columns = this.pad.ink.shape[1];
    this.ink = this.ink.map((ink, k) =>
      rule(ink, (k % columns) + 0.5, Math.floor(k / columns) + 0.5),
    );
    this.hooks.change(this.pad.name, toText(this.ink));
  }
}

/** @param {Uint8Array} ink */
function toText(ink) {
  return Array.from(ink, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} text */
export function toInk(text) {
  return Uint8Array.from({ length: text.length / 2 }, (_, k) =>
    Number.parseInt(text.slice(2 * k, 2 * k + 2), 16),
  );
}

/**
 * Returns ink as a heat map has it: first row lowest, 254 is paper.
 * @param {Uint8Array} ink
 * @param {number[]} shape
 */
export function asMap(ink, shape) {
  const [rows, columns] = shape;
  const values = ink.map((_, k) => {
    const row = rows - 1 - Math.floor(k / columns);
    return Math.round(254 * (1 - ink[row * columns + (k % columns)] / FULL));
  });
  return Object.assign(values, { shape });
}
