// The buttons of the drawing: one for each input and unit, and above each layer two that change it.
//
// The group is one tab stop: arrow keys go from unit to unit, Enter opens the weights (or switches
// an input on and off).

import { button, node, put } from "../elements.js";
import { INPUT_NAMES } from "./data.js";
import { unitWords } from "./words.js";

/** @import { Run } from "./run.js" */
/** @import { InputName, Unit } from "./types" */

const MOST_UNITS = 8;
/** @type {Record<string, [number, number] | undefined>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const GROUP = "Inputs and units: arrow keys move, Enter changes an input or opens the weights";

/**
 * @typedef {object} UnitHooks
 * @property {AbortSignal} signal
 * @property {(layer: number, k: number) => void} show
 * @property {() => void} hide
 * @property {(layer: number, k: number, source?: number) => void} edit
 * @property {(name: InputName) => void} toggle
 * @property {(units: number[]) => void} hidden
 */

export class UnitsView {
  /** @param {Element} parent @param {UnitHooks} hooks */
  constructor(parent, hooks) {
    this.hooks = hooks;
    this.current = "-1 0"; // layer and number of the unit that Tab comes to
    /** @type {HTMLButtonElement[][]} */
    this.columns = [];
    this.parent = parent;
    this.heads = put(parent, "div");
    this.group = put(parent, "div", "", { role: "group", "aria-label": GROUP });
    this.listen();
  }

  listen() {
    const { group, hooks } = this;
    const { signal } = hooks;
    for (const name of ["pointerover", "focusin"]) {
      const show = (/** @type {Event} */ event) => {
        const unit = nameAt(event);
        if (unit) hooks.show(...placeOf(unit));
      };
      group.addEventListener(name, show, { signal });
    }
    for (const name of ["pointerout", "focusout"]) {
      group.addEventListener(name, () => hooks.hide(), { signal });
    }
    const click = (/** @type {Event} */ event) => {
      const unit = nameAt(event);
      if (!unit) return;
      this.focusOn(unit);
      const [layer, k] = placeOf(unit);
      if (layer < 0) hooks.toggle(INPUT_NAMES[k]);
      else hooks.edit(layer, k);
    };
    group.addEventListener("click", click, { signal });
    group.addEventListener("keydown", (event) => this.press(event), { signal });
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const step = ARROWS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const [layer, k] = placeOf(this.current);
    const column = this.columns[layer + 1 + step[0]];
    if (!column) return;
    const next = step[0] ? Math.min(k, column.length - 1) : k + step[1];
    if (column[next]) this.focusOn(column[next].dataset.unit ?? "");
  }

  /** @param {string} unit */
  focusOn(unit) {
    this.current = unit;
    for (const one of this.columns.flat()) {
      const chosen = one.dataset.unit === unit;
      one.tabIndex = chosen ? 0 : -1;
      if (chosen) one.focus({ preventScroll: true });
    }
  }

  /**
   * Makes the buttons that this network needs, and keeps the focus where it was.
   * @param {Run} run
   */
  build(run) {
    const { hidden } = run.settings;
    const focused = document.activeElement;
    const { unit, key } = focused instanceof HTMLElement ? focused.dataset : {};
    const wasHere = this.parent.contains(focused) && (unit ?? key);
    const sizes = [INPUT_NAMES.length, ...hidden, 1];
    this.columns = sizes.map((count, column) =>
      Array.from({ length: count }, (_, k) => this.makeUnit(run, column - 1, k)),
    );
    this.group.replaceChildren(...this.columns.flat());
    this.heads.replaceChildren(
      ...sizes.map((count, column) => this.makeHead(column - 1, count, hidden)),
    );
    const [layer, k] = placeOf(this.current);
    if (!this.columns[layer + 1]?.[k]) this.current = "-1 0";
    for (const one of this.columns.flat()) {
      one.tabIndex = one.dataset.unit === this.current ? 0 : -1;
    }
    if (wasHere) this.refocus(wasHere);
  }

  /** @param {string} key  a unit's or a button's */
  refocus(key) {
    /** @type {HTMLButtonElement | null} */
    const again = this.parent.querySelector(`[data-unit="${key}"], [data-key="${key}"]`);
    /** @type {HTMLButtonElement | null | undefined} */
    const other = again?.disabled ? again.parentElement?.querySelector("button:enabled") : again;
    other?.focus({ preventScroll: true });
  }

  /** @param {Run} run @param {number} layer @param {number} k */
  makeUnit(run, layer, k) {
    const words = unitWords(run, layer, k);
    const name = { "data-unit": `${layer} ${k}` };
    if (layer >= 0) {
      const opens = { "aria-label": `${words}: edit its weights`, "aria-haspopup": "dialog" };
      return button("nnp-unit", "", { ...name, ...opens });
    }
    const input = INPUT_NAMES[k];
    const isOn = { "aria-label": words, "aria-pressed": run.settings.inputs.includes(input) };
    return button("nnp-unit", "", { ...name, ...isOn, "data-input": input });
  }

  /** @param {number} layer @param {number} count @param {number[]} hidden */
  makeHead(layer, count, hidden) {
    if (layer < 0) return node("div", "nnp-head", {}, "Inputs");
    if (layer === hidden.length) return node("div", "nnp-head", {}, "Output");
    const where = `hidden layer ${layer + 1}`;
    const small = (/** @type {string} */ sign, /** @type {number} */ by) => {
      const label = by < 0 ? `Remove a unit from ${where}` : `Add a unit to ${where}`;
      const key = `${by < 0 ? "less" : "more"}-${layer}`;
      const made = button("nnp-small", sign, { "aria-label": label, "data-key": key });
      made.disabled = count === (by < 0 ? 1 : MOST_UNITS);
      made.addEventListener("click", () =>
        this.hooks.hidden(hidden.map((n, l) => (l === layer ? n + by : n))),
      );
      return made;
    };
    const words = node("div", "", {}, `${count} ${count === 1 ? "unit" : "units"}`);
    return node("div", "nnp-head", {}, words, node("div", "", {}, small("−", -1), small("+", 1)));
  }
}

/** @param {string} unit @returns {Unit} */
function placeOf(unit) {
  const [layer, k] = unit.split(" ").map(Number);
  return [layer, k];
}

/** @param {Event} event */
function nameAt({ target }) {
  /** @type {HTMLElement | null} */
  const unit = target instanceof Element ? target.closest("[data-unit]") : null;
  return unit?.dataset.unit;
}
