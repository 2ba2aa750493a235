// A small window with the bias and the weights into one unit, to read and to change.

import { sourceWords, unitWords } from "./words.js";

const WIDTH = 250;
const LARGEST = 1e6;

export class EditorView {
  // hooks: set(index, value), closed(unit), signal
  constructor(parent, prefix, hooks) {
    this.parent = parent;
    this.prefix = prefix;
    this.hooks = hooks;
    this.element = document.createElement("div");
    this.element.className = "nnp-editor";
    this.element.setAttribute("role", "dialog");
    this.element.hidden = true;
    parent.append(this.element);
    this.element.addEventListener(
      "keydown",
      (event) => {
        if (event.key !== "Escape" && event.key !== "Enter") return;
        if (event.key === "Enter" && event.target.tagName === "BUTTON") return;
        event.preventDefault();
        event.stopPropagation();
        this.close();
      },
      { signal: hooks.signal },
    );
  }

  get isOpen() {
    return !this.element.hidden;
  }

  // `source` is the number of the weight that gets the focus; without it, the bias does.
  open(run, layer, k, source, [x, y]) {
    this.unit = `${layer} ${k}`;
    this.rows = [];
    const words = unitWords(run, layer, k);
    const title = document.createElement("div");
    title.id = `${this.prefix}-editor`;
    title.className = "nnp-heading";
    title.textContent = words[0].toUpperCase() + words.slice(1);
    this.element.setAttribute("aria-labelledby", title.id);
    const { network } = run;
    const D = network.sizes[layer];
    const fields = document.createElement("div");
    fields.className = "nnp-fields";
    fields.append(...this.makeRow(run, "Bias", network.b[layer] + k));
    for (let d = 0; d < D; d++) {
      const label = `Weight from ${sourceWords(run, layer, d)}`;
      fields.append(...this.makeRow(run, label, network.W[layer] + k * D + d));
    }
    this.problem = document.createElement("div");
    this.problem.className = "nnp-problem";
    this.problem.setAttribute("role", "alert");
    const done = document.createElement("button");
    done.type = "button";
    done.textContent = "Done";
    done.dataset.lmSuppressShortcuts = "true";
    done.addEventListener("click", () => this.close());
    this.element.replaceChildren(title, fields, this.problem, done);
    this.element.hidden = false;
    this.place(x, y);
    const field = this.rows[source === undefined ? 0 : source + 1].field;
    field.focus({ preventScroll: true });
    field.select();
  }

  makeRow(run, words, index) {
    const id = `${this.prefix}-weight-${index}`;
    const label = document.createElement("label");
    label.htmlFor = id;
    label.textContent = words;
    const field = document.createElement("input");
    Object.assign(field, { id, type: "number", step: "0.1", autocomplete: "off" });
    field.dataset.lmSuppressShortcuts = "true";
    field.value = shortNumber(run.network.weights[index]);
    field.addEventListener("input", () => this.take(field, words, index));
    this.rows.push({ field, index });
    return [label, field];
  }

  take(field, words, index) {
    const value = field.valueAsNumber;
    const good = Number.isFinite(value) && Math.abs(value) <= LARGEST;
    field.setAttribute("aria-invalid", String(!good));
    this.problem.textContent = good
      ? ""
      : `${words}: a number from −1000000 to 1000000 is needed; the old one stays.`;
    if (good) this.hooks.set(index, value);
  }

  // Beside the unit, on the side with more room, and inside the drawing.
  place(x, y) {
    const { clientWidth, clientHeight } = this.parent;
    const left = x < clientWidth / 2 ? x + 34 : x - 34 - WIDTH;
    const top = Math.min(y - 60, clientHeight - this.element.offsetHeight - 4);
    this.element.style.left = `${Math.max(4, Math.min(left, clientWidth - WIDTH - 4))}px`;
    this.element.style.top = `${Math.max(4, top)}px`;
  }

  // While it trains, the numbers follow; not the one that is being typed.
  refresh(run) {
    if (!this.isOpen) return;
    for (const { field, index } of this.rows) {
      if (field === document.activeElement) continue;
      const text = shortNumber(run.network.weights[index]);
      if (field.value !== text) field.value = text;
    }
  }

  close(focus = true) {
    if (!this.isOpen) return;
    this.element.hidden = true;
    if (focus) this.hooks.closed(this.unit);
  }
}

function shortNumber(value) {
  return Number.isFinite(value) ? String(Number(value.toPrecision(5))) : "";
}
