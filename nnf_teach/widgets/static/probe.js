// Points into a panel, by pointer or keys, and shows the values there. All of it lies over the
// plot: nothing moves, and Python is not asked.

import { KEEPS_KEYS, node, put, setAttribute } from "./elements.js";
import { clamp } from "./numbers.js";
import { readAt } from "./read.js";

/** @import { Area, Box, PanelHooks, Readable, Reading } from "./types" */

const FEW = 60; // places: so few are gone through one by one
const STRIDE = 4; // px that an arrow key goes where there are more
const FAR = 10; // times as far with Shift
const INSET = 5; // px from the readout to the edge of the plot
const RING = 4.5; // px
const GRIP = 22; // px around the middle of a handle
/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class ProbeView {
  /** @param {HTMLElement} plot @param {Pick<PanelHooks, "signal" | "tell">} hooks */
  constructor(plot, hooks) {
    this.plot = plot;
    this.hooks = hooks;
    /** @type {{ panel: Readable, area: Area } | undefined} */
    this.shown = undefined;
    /** @type {[number, number] | undefined} */
    this.at = undefined; // px
    const attributes = { role: "application", tabindex: 0, ...KEEPS_KEYS };
    this.element = put(plot, "div", "nnf-probe", attributes);
    const space = "http://www.w3.org/2000/svg";
    this.marks = document.createElementNS(space, "svg");
    this.marks.setAttribute("class", "nnf-probe-marks");
    this.marks.setAttribute("aria-hidden", "true");
    this.paths = ["nnf-probe-edge", "nnf-probe-line"].map((name) => {
      const path = document.createElementNS(space, "path");
      path.setAttribute("class", name);
      this.marks.append(path);
      return path;
    });
    this.readout = node("div", "nnf-readout", { "aria-hidden": true });
    plot.append(this.marks, this.readout);
    this.show(undefined);
    const { signal } = hooks;
    plot.addEventListener("pointermove", (event) => this.point(event), { signal });
    plot.addEventListener("pointerdown", (event) => this.point(event), { signal });
    plot.addEventListener("pointerleave", (event) => this.leave(event), { signal });
    const elsewhere = (/** @type {PointerEvent} */ event) => {
      if (this.at && !plot.contains(/** @type {Node} */ (event.target))) this.show(undefined);
    };
    document.addEventListener("pointerdown", elsewhere, { signal, capture: true });
    this.element.addEventListener("focus", () => this.enter(), { signal });
    this.element.addEventListener("blur", () => this.show(undefined), { signal });
    this.element.addEventListener("keydown", (event) => this.key(event), { signal });
  }

  /**
   * The panel as it is drawn now: what is pointed at is read again.
   * @param {Readable} panel
   * @param {Area} area
   */
  place(panel, area) {
    this.shown = { panel, area };
    const { style } = this.element;
    style.transform = `translate(${area.left}px, ${area.top}px)`;
    [style.width, style.height] = [`${area.width}px`, `${area.height}px`];
    const title = panel.title || "the picture";
    setAttribute(this.element, "aria-label", `Read values: arrow keys move over ${title}`);
    if (this.at) this.show(this.at);
  }

  /** @param {PointerEvent} event */
  point(event) {
    const held = event.buttons !== 0 && event.pointerType !== "touch";
    const over = /** @type {Element} */ (event.target).closest(".nnf-handle, .nnf-pad");
    if (held || (over && event.buttons) || over?.matches(".nnf-handle")) {
      this.show(undefined);
      return;
    }
    const box = this.plot.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const area = this.shown?.area;
    const inside = area && x >= area.left && x <= area.right && y >= area.top && y <= area.bottom;
    this.show(inside ? [x, y] : undefined);
  }

  /**
   * A finger that was lifted leaves what it has found, until it touches something else.
   * @param {PointerEvent} event
   */
  leave({ pointerType }) {
    if (pointerType === "touch" || document.activeElement === this.element) return;
    this.show(undefined);
  }

  enter() {
    const area = this.shown?.area;
    if (!area || this.at) return;
    this.tell([(area.left + area.right) / 2, (area.top + area.bottom) / 2]);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || !this.shown) return;
    const { panel, area } = this.shown;
    const [x, y] = this.at ?? [(area.left + area.right) / 2, (area.top + area.bottom) / 2];
    const way = WAYS[event.key];
    const ends = { Home: area.left, End: area.right }[event.key];
    if (!way && ends === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (ends !== undefined) {
      this.tell([ends, y]);
      return;
    }
    const [across, down] = way.map((each) => each * (event.shiftKey ? FAR : 1));
    const [wide, tall] = cellOf(panel, area);
    this.tell([
      clamp(across ? step(placesOf(panel, area), x, across, wide) : x, area.left, area.right),
      clamp(y + down * tall, area.top, area.bottom),
    ]);
  }

  /** @param {[number, number]} at */
  tell(at) {
    const reading = this.show(at);
    const values = reading?.values.map(([name, value]) => `${name}: ${value}`) ?? [];
    this.hooks.tell([...(reading?.place ?? []), ...values].join(", "));
  }

  /** @param {[number, number] | undefined} at */
  show(at) {
    this.at = at;
    const reading = at && this.shown && readAt(this.shown.panel, this.shown.area, ...at);
    const empty = !reading || (!reading.place.length && !reading.values.length);
    this.readout.hidden = empty;
    this.marks.toggleAttribute("hidden", !reading);
    if (!reading || !at) return undefined;
    this.readout.replaceChildren(
      node("div", "nnf-readout-place", {}, reading.place.join(", ")),
      ...reading.values.map(([name, value]) =>
        node("div", "", {}, `${name}: `, node("b", "", {}, value)),
      ),
    );
    this.drawMarks(reading, at);
    if (!empty) this.putAside([at, ...reading.spots]);
    return reading;
  }

  /** @param {Reading} reading @param {[number, number]} at */
  drawMarks({ spots }, [x, y]) {
    if (!this.shown) return;
    const { top, bottom, left, right } = this.shown.area;
    const cross = `M${x} ${top}V${bottom}M${left} ${y}H${right}`;
    const rings = spots.map(
      ([sx, sy]) =>
        `M${sx - RING} ${sy}a${RING} ${RING} 0 1 0 ${2 * RING} 0a${RING} ${RING} 0 1 0 ${-2 * RING} 0`,
    );
    for (const path of this.paths) path.setAttribute("d", cross + rings.join(""));
  }

  /**
   * Of the four corners the readout takes one without a handle, away from what is read.
   * @param {[number, number][]} read
   */
  putAside(read) {
    if (!this.shown) return;
    const { left, right, top, bottom } = this.shown.area;
    const { offsetWidth: wide, offsetHeight: tall, style } = this.readout;
    const plot = this.plot.getBoundingClientRect();
    const handles = [...this.plot.querySelectorAll(".nnf-handle")].map((handle) => {
      const box = handle.getBoundingClientRect();
      return [box.left - plot.left + GRIP, box.top - plot.top + GRIP];
    });
    const away = (/** @type {Box} */ [x0, y0, x1, y1], /** @type {number[]} */ [px, py]) =>
      Math.hypot(Math.max(x0 - px, px - x1, 0), Math.max(y0 - py, py - y1, 0));
    const cost = (/** @type {Box} */ box) =>
      handles.filter((handle) => away(box, handle) < GRIP).length * 1000 -
      Math.min(100, ...read.map((place) => away(box, place)));
    const corners = [top + INSET, bottom - INSET - tall].flatMap((y0) =>
      [right - INSET - wide, left + INSET].map(
        (x0) => /** @type {Box} */ ([x0, y0, x0 + wide, y0 + tall]),
      ),
    );
    const best = corners.reduce((a, b) => (cost(b) < cost(a) ? b : a));
    style.transform = `translate(${best[0]}px, ${best[1]}px)`;
  }
}

/**
 * Where an arrow key stops: at each sample, if there are few.
 * @param {Readable} panel
 * @param {Area} area
 */
function placesOf({ marks }, area) {
  const xs = marks.flatMap((mark) =>
    mark.kind === "Line" || mark.kind === "Points" || mark.kind === "Bars"
      ? Array.from(mark.x, area.X)
      : [],
  );
  const inside = xs.filter((x) => x >= area.left - 0.5 && x <= area.right + 0.5);
  const places = [...new Set(inside.map(Math.round))].sort((a, b) => a - b);
  const maps = marks.some(({ kind }) => kind === "HeatMap");
  return places.length > 2 && places.length <= FEW && !maps ? places : [];
}

/**
 * How far an arrow key goes: over a cell of a coarse heat map, or some pixels.
 * @param {Readable} panel
 * @param {Area} area
 */
function cellOf({ marks }, { width, height }) {
  const map = marks.findLast(({ kind }) => kind === "HeatMap");
  if (map?.kind !== "HeatMap") return [STRIDE, STRIDE];
  const [rows, columns] = map.values.shape;
  return [Math.max(STRIDE, width / columns), Math.max(STRIDE, height / rows)];
}

/** @param {number[]} places @param {number} x @param {number} by @param {number} wide */
function step(places, x, by, wide) {
  const ahead = by > 0 ? places.filter((at) => at > x + 0.5) : places.filter((at) => at < x - 0.5);
  if (!places.length) return x + by * wide;
  if (!ahead.length) return x;
  const way = by > 0 ? ahead : ahead.reverse();
  return way[Math.min(way.length, Math.abs(by)) - 1];
}
