// A small window with the bias and the weights into one unit, to read and to change.

import { button, KEEPS_KEYS, node, put, setText } from "../elements.js";
import { sourceWords, unitWords } from "./words.js";

/** @import { Run } from "./run.js" */

const WIDTH = 250;
const LARGEST = 1e6;

/**
 * @typedef {object} EditorHooks
 * @property {AbortSignal} signal
 * @property {(index: number, value: number) => void} set
 * @property {(unit: string) => void} closed
 */

export class EditorView {
  /** @param {Element} parent @param {string} prefix @param {EditorHooks} hooks */
  constructor(parent, prefix, hooks) {
    this.parent = parent;
    this.prefix = prefix;
    this.hooks = hooks;
    this.unit = "";
    /** @type {{ field: HTMLInputElement, index: number }[]} */
    this.rows = [];
    this.title = node("div", "nnp-heading", { id: `${prefix}-editor` });
    this.problem = node("div", "nnp-problem", { role: "alert" });
    this.done = button("", "Done");
    this.done.addEventListener("click", () => this.close(), { signal: hooks.signal });
    this.element = put(parent, "div", "nnp-editor", {
      role: "dialog",
      "aria-labelledby": this.title.id,
    });
    this.element.hidden = true;
    const press = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Escape" && event.key !== "Enter") return;
      if (event.key === "Enter" && event.target === this.done) return;
      event.preventDefault();
      event.stopPropagation();
      this.close();
    };
    this.element.addEventListener("keydown", press, { signal: hooks.signal });
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /**
   * Shows the weights of a unit at [x, y].
   * @param {Run} run
   * @param {number} layer
   * @param {number} k
   * @param {number | undefined} source  the weight that gets the focus; without it, the bias does
   * @param {[number, number]} at
   */
  open(run, layer, k, source, [x, y]) {
    this.unit = `${layer} ${k}`;
    this.rows = [];
    const words = unitWords(run, layer, k);
    setText(this.title, words[0].toUpperCase() + words.slice(1));
    setText(this.problem, "");
    const { network } = run;
    const D = network.sizes[layer];
    const fields = node("div", "nnp-fields");
    this.putRow(fields, run, "Bias", network.b[layer] + k);
    for (let d = 0; d < D; d++) {
      const label = `Weight from ${sourceWords(run, layer, d)}`;
      this.putRow(fields, run, label, network.W[layer] + k * D + d);
    }
    this.element.replaceChildren(this.title, fields, this.problem, this.done);
    this.element.hidden = false;
    this.place(x, y);
    const { field } = this.rows[source === undefined ? 0 : source + 1];
    field.focus({ preventScroll: true });
    field.select();
  }

  /** @param {Element} fields @param {Run} run @param {string} words @param {number} index */
  putRow(fields, run, words, index) {
    const id = `${this.prefix}-weight-${index}`;
    put(fields, "label", "", { for: id }, words);
    const attributes = { id, type: "number", step: 0.1, autocomplete: "off", ...KEEPS_KEYS };
    const field = put(fields, "input", "", attributes);
    field.value = shortNumber(run.network.weights[index]);
    field.addEventListener("input", () => this.take(field, words, index));
    this.rows.push({ field, index });
  }

  /** @param {HTMLInputElement} field @param {string} words @param {number} index */
  take(field, words, index) {
    const value = field.valueAsNumber;
    const good = Number.isFinite(value) && Math.abs(value) <= LARGEST;
    field.setAttribute("aria-invalid", String(!good));
    const wanted = `${words}: a number from −1000000 to 1000000 is needed; the old one stays.`;
    this.problem.textContent = good ? "" : wanted;
    if (good) this.hooks.set(index, value);
  }

  /**
   * Beside the unit, on the side with more room, and inside the drawing.
   * @param {number} x
   * @param {number} y
   */
  place(x, y) {
    const { clientWidth, clientHeight } = this.parent;
    const left = x < clientWidth / 2 ? x + 34 : x - 34 - WIDTH;
    const top = Math.min(y - 60, clientHeight - this.element.offsetHeight - 4);
    this.element.style.left = `${Math.max(4, Math.min(left, clientWidth - WIDTH - 4))}px`;
    this.element.style.top = `${Math.max(4, top)}px`;
  }

  /**
   * While it trains, the numbers follow; not the one that is being typed.
   * @param {Run} run
   */
  refresh(run) {
    if (!this.isOpen) return;
    for (const { field, index } of this.rows) {
      if (field === document.activeElement) continue;
      const text = shortNumber(run.network.weights[index]);
      if (field.value !== text) field.value = text;
    }
  }

  /** @param {boolean} focus  whether the unit gets the focus back */
  close(focus = true) {
    if (!this.isOpen) return;
    this.element.hidden = true;
    if (focus) this.hooks.closed(this.unit);
  }
}

/** @param {number} value */
function shortNumber(value) {
  return Number.isFinite(value) ? String(Number(value.toPrecision(5))) : "";
}
