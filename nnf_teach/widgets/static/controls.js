// Native, labelled inputs below the panels. They are made once and then updated in place,
// so that the one in use keeps its focus.

import { input, node, setText } from "./elements.js";
import { fixed, general } from "./numbers.js";
import { makePlayer } from "./player.js";

const MAKE = {
  Slider: makeSlider,
  Choice: makeChoice,
  Toggle: makeToggle,
  Button: makeButton,
  Player: makePlayer,
};

export class ControlsView {
  // `change(name, value)` reports a new value, `hold(name, held)` a thumb that is held.
  constructor(element, prefix, hooks) {
    this.element = element;
    this.prefix = prefix;
    this.hooks = hooks;
    this.made = new Map();
  }

  // `read(name)` is the value to show: the learner's newest, or Python's.
  update(controls, read) {
    const kept = new Set();
    controls.forEach((control, index) => {
      const key = `${control.kind} ${control.name}`;
      kept.add(key);
      if (!this.made.has(key)) {
        this.made.set(key, this.make(control, `${this.prefix}-${control.name}-${control.kind}`));
      }
      const { element, show } = this.made.get(key);
      if (this.element.children[index] !== element) {
        this.element.insertBefore(element, this.element.children[index] ?? null);
      }
      show(control, read(control.name));
    });
    for (const [key, { element, drop }] of this.made) {
      if (kept.has(key)) continue;
      drop.abort();
      element.remove();
      this.made.delete(key);
    }
    this.element.hidden = controls.length === 0;
  }

  // The newest scene is on the screen: players may go on.
  drawn(isBusy, failed) {
    for (const { drawn, name } of this.made.values()) drawn?.(isBusy(name), failed);
  }

  make(control, id) {
    const drop = new AbortController();
    const signal = AbortSignal.any([this.hooks.signal, drop.signal]);
    const made = MAKE[control.kind](control, id, { ...this.hooks, signal });
    return { ...made, name: control.name, drop };
  }
}

function makeSlider(control, id, { change, hold, signal }) {
  const element = node("div", "nnf-control nnf-slider");
  const label = node("label", "nnf-label", { for: id });
  const range = input("input", id, { type: "range" });
  const value = node("output", "nnf-value", { for: id, "aria-live": "off" });
  element.append(label, range, value);
  let current = control;
  // On a log scale the range itself holds the logarithm.
  const isLog = () => current.scale === "log";
  const place = (number) => (isLog() ? Math.log10(number) : number);
  const numberAt = (at) => {
    if (!isLog()) return Number(at);
    const number = Number((10 ** Number(at)).toPrecision(2));
    return Math.min(current.high, Math.max(current.low, number));
  };
  const words = (number) =>
    (isLog() ? general(number) : fixed(Number(number), current.step)) +
    (current.unit ? ` ${current.unit}` : "");
  const tell = (number) => {
    setText(value, words(number));
    range.setAttribute("aria-valuetext", words(number).replace("−", "-"));
  };
  range.addEventListener(
    "input",
    () => {
      tell(numberAt(range.value));
      change(current.name, numberAt(range.value));
    },
    { signal },
  );
  range.addEventListener("pointerdown", () => hold(current.name, true), { signal });
  for (const end of ["pointerup", "pointercancel", "blur"]) {
    range.addEventListener(end, () => hold(current.name, false), { signal });
  }
  const show = (next, number) => {
    current = next;
    setText(label, next.label);
    const limits = { min: place(next.low), max: place(next.high), step: next.step };
    for (const [name, limit] of Object.entries(limits)) {
      if (range[name] !== String(limit)) range[name] = limit;
    }
    // Room for the widest value, so that the row does not shift while it counts.
    const widest = Math.max(words(next.low).length, words(next.high).length);
    value.style.minWidth = `${widest}ch`;
    if (number === undefined) return;
    if (numberAt(range.value) !== number) range.value = place(number);
    tell(number);
  };
  return { element, show };
}

function makeChoice(control, id, { change, signal }) {
  const element = node("div", "nnf-control");
  const label = node("label", "nnf-label", { for: id });
  const select = input("select", id);
  element.append(label, select);
  let options = "";
  select.addEventListener("change", () => change(control.name, select.value), { signal });
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

function makeToggle(control, id, { change, signal }) {
  const element = node("div", "nnf-control nnf-toggle");
  const box = input("input", id, { type: "checkbox" });
  const label = node("label", "nnf-label", { for: id });
  element.append(box, label);
  box.addEventListener("change", () => change(control.name, box.checked), { signal });
  const show = (next, on) => {
    setText(label, next.label);
    if (on !== undefined) box.checked = on;
  };
  return { element, show };
}

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
  const show = (next, count) => {
    setText(button, next.label);
    presses = count ?? presses;
  };
  return { element, show };
}
