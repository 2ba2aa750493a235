// Native, labelled inputs below the panels. They are made once and then updated in place,
// so that the one in use keeps its focus.

import { input, node, setAttribute, setText } from "./elements.js";
import { fixed, general } from "./numbers.js";
import { makePlayer } from "./player.js";

/** @import { Button, Choice, Control, Hooks, Made, Read, Slider, Toggle, Value } from "./types" */

export class ControlsView {
  /** @param {HTMLElement} element @param {string} prefix @param {Hooks} hooks */
  constructor(element, prefix, hooks) {
    this.element = element;
    this.prefix = prefix;
    this.hooks = hooks;
    /** @type {Map<string, Made & { name: string, drop: AbortController }>} */
    this.made = new Map();
  }

  /**
   * Shows these controls in this order; others go.
   * @param {Control[]} controls
   * @param {Read} read  the value to show: the learner's newest, or Python's
   */
  update(controls, read) {
    const kept = new Set();
    controls.forEach((control, index) => {
      const key = `${control.kind} ${control.name}`;
      kept.add(key);
      const made = this.made.get(key) ?? this.make(control);
      this.made.set(key, made);
      if (this.element.children[index] !== made.element) {
        this.element.insertBefore(made.element, this.element.children[index] ?? null);
      }
      made.show(control, read(control.name));
    });
    for (const [key, { element, drop }] of this.made) {
      if (kept.has(key)) continue;
      drop.abort();
      element.remove();
      this.made.delete(key);
    }
    this.element.hidden = controls.length === 0;
  }

  /**
   * The newest scene is on the screen: players may go on.
   * @param {(name: string) => boolean} isBusy
   * @param {boolean} failed
   */
  drawn(isBusy, failed) {
    for (const { drawn, name } of this.made.values()) drawn?.(isBusy(name), failed);
  }

  /** @param {Control} control */
  make(control) {
    const drop = new AbortController();
    const signal = AbortSignal.any([this.hooks.signal, drop.signal]);
    const id = `${this.prefix}-${control.name}-${control.kind}`;
    return { ...makeControl(control, id, { ...this.hooks, signal }), name: control.name, drop };
  }
}

/** @param {Control} control @param {string} id @param {Hooks} hooks @returns {Made} */
function makeControl(control, id, hooks) {
  switch (control.kind) {
    case "Slider":
      return makeSlider(control, id, hooks);
    case "Choice":
      return makeChoice(control, id, hooks);
    case "Toggle":
      return makeToggle(control, id, hooks);
    case "Button":
      return makeButton(control, id, hooks);
    case "Player":
      return makePlayer(control, id, hooks);
  }
}

/** @param {Slider} control @param {string} id @param {Hooks} hooks @returns {Made} */
function makeSlider(control, id, { change, hold, signal }) {
  const element = node("div", "nnf-control nnf-slider");
  const label = node("label", "nnf-label", { for: id });
  const range = input("input", id, { type: "range" });
  const value = node("output", "nnf-value", { for: id, "aria-live": "off" });
  element.append(label, range, value);
  let current = control;
  // On a log scale the range itself holds the logarithm.
  const isLog = () => current.scale === "log";
  const place = (/** @type {number} */ number) => (isLog() ? Math.log10(number) : number);
  const chosen = () => {
    const at = Number(range.value);
    if (!isLog()) return at;
    const number = Number((10 ** at).toPrecision(2));
    return Math.min(current.high, Math.max(current.low, number));
  };
  const words = (/** @type {number} */ number) =>
    (isLog() ? general(number) : fixed(number, current.step)) +
    (current.unit ? ` ${current.unit}` : "");
  const tell = (/** @type {number} */ number) => {
    setText(value, words(number));
    range.setAttribute("aria-valuetext", words(number).replace("−", "-"));
  };
  range.addEventListener(
    "input",
    () => {
      tell(chosen());
      change(current.name, chosen());
    },
    { signal },
  );
  range.addEventListener("pointerdown", () => hold(current.name, true), { signal });
  for (const end of ["pointerup", "pointercancel", "blur"]) {
    range.addEventListener(end, () => hold(current.name, false), { signal });
  }
  /** @param {Slider} next @param {number | undefined} number */
  const show = (next, number) => {
    current = next;
    setText(label, next.label);
    setAttribute(range, "min", place(next.low));
    setAttribute(range, "max", place(next.high));
    setAttribute(range, "step", next.step);
    // Room for the widest value, so that the row does not shift while it counts.
    const widest = Math.max(words(next.low).length, words(next.high).length);
    value.style.minWidth = `${widest}ch`;
    if (number === undefined) return;
    if (chosen() !== number) range.value = String(place(number));
    tell(number);
  };
  return { element, show };
}

/** @param {Choice} control @param {string} id @param {Hooks} hooks @returns {Made} */
function makeChoice(control, id, { change, signal }) {
  const element = node("div", "nnf-control");
  const label = node("label", "nnf-label", { for: id });
  const select = input("select", id);
  element.append(label, select);
  let options = "";
  select.addEventListener("change", () => change(control.name, select.value), { signal });
  /** @param {Choice} next @param {string | undefined} chosen */
  const show = (next, chosen) => {
    setText(label, next.label);
    const wanted = JSON.stringify(next.options);
    if (wanted !== options) {
      options = wanted;
      select.replaceChildren(...next.options.map((text) => new Option(text, text)));
    }
    if (chosen !== undefined && select.value !== chosen) select.value = chosen;
  };
  return { element, show };
}

/** @param {Toggle} control @param {string} id @param {Hooks} hooks @returns {Made} */
function makeToggle(control, id, { change, signal }) {
  const element = node("div", "nnf-control nnf-toggle");
  const box = input("input", id, { type: "checkbox" });
  const label = node("label", "nnf-label", { for: id });
  element.append(box, label);
  box.addEventListener("change", () => change(control.name, box.checked), { signal });
  /** @param {Toggle} next @param {boolean | undefined} on */
  const show = (next, on) => {
    setText(label, next.label);
    if (on !== undefined) box.checked = on;
  };
  return { element, show };
}

/** @param {Button} control @param {string} id @param {Hooks} hooks @returns {Made} */
function makeButton(control, id, { change, signal }) {
  const element = node("div", "nnf-control");
  const button = input("button", id, { type: "button" });
  element.append(button);
  let presses = 0;
  const press = () => {
    presses += 1;
    change(control.name, presses);
  };
  button.addEventListener("click", press, { signal });
  /** @param {Button} next @param {number | undefined} count */
  const show = (next, count) => {
    setText(button, next.label);
    presses = count ?? presses;
  };
  return { element, show };
}
