// A handle: a focusable element over the canvas that the learner moves by pointer or keys.

import { KEEPS_KEYS, put, setAttribute } from "./elements.js";
import { clamp, clean, decimals, fixed } from "./numbers.js";

/** @import { Area, Axis, Handle, Hooks, Panel, Read } from "./types" */

const KNOB = 14; // px from a handle to the frame
const COARSE = 10; // Shift and the page keys move ten steps.

export class HandleView {
  /**
   * @param {HTMLElement} parent
   * @param {Handle} handle
   * @param {Panel} panel
   * @param {Hooks} hooks
   * @param {ReadonlyMap<string, HandleView>} all the handles of the panel
   */
  constructor(parent, handle, panel, hooks, all) {
    const { signal } = hooks;
    this.parent = parent;
    this.all = all;
    this.handle = handle;
    this.panel = panel;
    this.hooks = hooks;
    /** @type {Area | null} */
    this.area = null;
    this.x = 0;
    this.y = 0;
    this.color = "";
    /** @type {{ pointer: number, dx: number, dy: number } | null} */
    this.grip = null;
    const attributes = { role: "slider", tabindex: 0, ...KEEPS_KEYS };
    this.element = put(parent, "div", "nnf-handle", attributes);
    this.dot = put(this.element, "span");
    this.element.addEventListener("pointerdown", (event) => this.grab(event), { signal });
    this.element.addEventListener("pointermove", (event) => this.drag(event), { signal });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      this.element.addEventListener(end, () => this.release(), { signal });
    }
    this.element.addEventListener("keydown", (event) => this.key(event), { signal });
  }

  /** @param {Handle} handle @param {Panel} panel */
  update(handle, panel) {
    this.handle = handle;
    this.panel = panel;
    this.element.dataset.moves = handle.moves;
    this.element.dataset.name = handle.name;
    this.element.dataset.symbol = handle.symbol;
    this.element.setAttribute("aria-label", handle.label || handle.name);
  }

  /**
   * The colour of the point that it stands for, or none.
   * @param {string} color
   */
  paint(color) {
    if (color === this.color) return;
    this.color = color;
    this.dot.style.background = color;
  }

  /**
   * Puts the element at the handle's point and says its value.
   * @param {Area} area
   * @param {number} x
   * @param {number} y
   */
  place(area, x, y) {
    Object.assign(this, { area, x, y });
    const { handle, panel, element } = this;
    element.style.transform = `translate(${area.X(x) - 22}px, ${area.Y(y) - 22}px)`;
    const axis = handle.moves === "y" ? panel.y : panel.x;
    const grain = this.grain(area);
    const say = (/** @type {number} */ number) => fixed(number, grain).replace("−", "-");
    const words = [];
    if (handle.moves !== "y") words.push(`${panel.x.label || "x"} = ${say(x)}`);
    if (handle.moves !== "x") words.push(`${panel.y.label || "y"} = ${say(y)}`);
    setAttribute(element, "aria-valuemin", axis.low);
    setAttribute(element, "aria-valuemax", axis.high);
    setAttribute(element, "aria-valuenow", clean(handle.moves === "y" ? y : x));
    setAttribute(element, "aria-valuetext", `${handle.label || handle.name}: ${words.join(", ")}`);
    if (handle.moves === "both") return;
    const orientation = handle.moves === "x" ? "horizontal" : "vertical";
    setAttribute(element, "aria-orientation", orientation);
  }

  /**
   * A dragged value is rounded to the finest decimal that a pixel can tell, or the step's.
   * @param {Area} area
   */
  grain(area) {
    const { panel, handle } = this;
    const perPixel = (panel.x.high - panel.x.low) / area.width;
    const exponent = Math.floor(Math.log10(perPixel));
    return Math.min(10 ** exponent, 10 ** -decimals(handle.step));
  }

  /**
   * The handle whose point is nearest to the pointer: where several stand close together, the
   * areas in which they are hit overlap.
   * @param {PointerEvent} event
   * @returns {HandleView}
   */
  nearest(event) {
    const box = this.parent.getBoundingClientRect();
    /** @param {HandleView} handle */
    const away = ({ area, x, y }) =>
      area
        ? Math.hypot(area.X(x) + box.left - event.clientX, area.Y(y) + box.top - event.clientY)
        : Infinity;
    return [...this.all.values()].reduce((a, b) => (away(b) < away(a) ? b : a), this);
  }

  /** @param {PointerEvent} event */
  grab(event) {
    const nearest = this.nearest(event);
    if (nearest !== this) {
      nearest.grab(event);
      return;
    }
    const { area } = this;
    if (event.button !== 0 || this.grip || !area) return;
    event.preventDefault(); // no text selection; the focus then has to be set by hand
    event.stopPropagation();
    this.element.focus({ preventScroll: true });
    this.element.setPointerCapture(event.pointerId);
    const box = this.parent.getBoundingClientRect();
    this.grip = {
      pointer: event.pointerId,
      dx: area.X(this.x) - (event.clientX - box.left),
      dy: area.Y(this.y) - (event.clientY - box.top),
    };
    this.hooks.hold(this.handle.name, true);
    this.element.classList.add("nnf-held");
  }

  /** @param {PointerEvent} event */
  drag(event) {
    const { area, grip, panel } = this;
    if (!grip) this.rise(event);
    if (!area || !grip || event.pointerId !== grip.pointer) return;
    const box = this.parent.getBoundingClientRect();
    const grain = this.grain(area);
    const round = (/** @type {number} */ value, /** @type {Axis} */ axis) =>
      axis.scale === "log"
        ? Number(value.toPrecision(3))
        : clean(Math.round(value / grain) * grain);
    this.moveTo(
      round(area.dataX(event.clientX - box.left + grip.dx), panel.x),
      round(area.dataY(event.clientY - box.top + grip.dy), panel.y),
    );
  }

  /**
   * Has the nearest handle lie on top, so that the one that looks ready is the one that moves.
   * @param {PointerEvent} event
   */
  rise(event) {
    const nearest = this.nearest(event);
    for (const one of this.all.values()) {
      one.element.classList.toggle("nnf-nearest", one === nearest);
    }
  }

  release() {
    if (!this.grip) return;
    this.grip = null;
    this.element.classList.remove("nnf-held");
    this.hooks.hold(this.handle.name, false);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { handle, panel } = this;
    const step = handle.step * (event.shiftKey ? COARSE : 1);
    const flat = handle.moves === "both";
    const axis = handle.moves === "y" ? panel.y : panel.x;
    const now = handle.moves === "y" ? this.y : this.x;
    /** @type {(value: number) => [number, number]} */
    const only = (value) => (handle.moves === "y" ? [this.x, value] : [value, this.y]);
    /** @type {Record<string, [number, number] | null>} */
    const moves = {
      ArrowLeft: flat ? [this.x - step, this.y] : only(now - step),
      ArrowRight: flat ? [this.x + step, this.y] : only(now + step),
      ArrowDown: flat ? [this.x, this.y - step] : only(now - step),
      ArrowUp: flat ? [this.x, this.y + step] : only(now + step),
      PageDown: flat ? null : only(now - COARSE * handle.step),
      PageUp: flat ? null : only(now + COARSE * handle.step),
      Home: flat ? null : only(axis.low),
      End: flat ? null : only(axis.high),
    };
    const target = moves[event.key];
    if (!target) return;
    event.preventDefault();
    event.stopPropagation();
    this.moveTo(...target);
  }

  /** @param {number} x @param {number} y */
  moveTo(x, y) {
    const { handle, panel } = this;
    const inside = (/** @type {number} */ value, /** @type {Axis} */ axis) =>
      clean(clamp(value, axis.low, axis.high));
    if (handle.moves !== "y") this.x = inside(x, panel.x);
    if (handle.moves !== "x") this.y = inside(y, panel.y);
    /** @type {Record<Handle["moves"], number | [number, number]>} */
    const values = { x: this.x, y: this.y, both: [this.x, this.y] };
    this.hooks.change(handle.name, values[handle.moves]);
  }
}

/**
 * Where a handle stands: one that would lie on the axis along which it moves is above the ticks.
 * @param {Handle} handle
 * @param {Read} local
 * @param {Area} area
 * @returns {[number, number]}
 */
export function standOf({ name, moves, x, y }, local, area) {
  const value = local(name);
  if (Array.isArray(value)) return value;
  const along = typeof value === "number" ? value : moves === "x" ? x : y;
  if (moves !== "x") return [x, along];
  return [along, Math.abs(area.Y(y) - area.bottom) < 0.5 ? area.dataY(area.bottom - KNOB) : y];
}
