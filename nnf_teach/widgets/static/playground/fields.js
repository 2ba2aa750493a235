// Buttons, numbers and controls that change what the session trains.

import { ControlsView } from "../controls.js";
import { button, KEEPS_KEYS, put, setText } from "../elements.js";
import { shownValue, wantedChange } from "./choices.js";
import { stateText } from "./state.js";

/** @import { Control } from "../types" */
/** @import { Context } from "./types" */

const LARGEST_SEED = 2 ** 32 - 1;
const COPY = "Copy";
const SEEN = 2000; // ms

/**
 * @param {Context} context
 * @param {Element} parent
 * @param {string} name
 * @param {string} words
 * @param {() => void} press
 * @param {string} label  for screen readers
 */
export function putButton({ signal }, parent, name, words, press, label = words) {
  const made = button("nnp-button", words, { "data-name": name });
  if (label !== words) made.setAttribute("aria-label", label);
  made.addEventListener("click", press, { signal });
  parent.append(made);
  return made;
}

/**
 * A button that copies the state of the playground as a cell that shows it again; where a page may
 * not copy, the code is there to be copied by hand.
 * @param {Context} context
 * @param {Element} parent
 */
export function putCopy(context, parent) {
  const { session, say } = context;
  const copy = async () => {
    const code = `playground("${stateText(session.run)}")`;
    try {
      await navigator.clipboard.writeText(code);
    } catch {
      prompt("Copy this into a cell:", code);
      return;
    }
    say("Copied: paste it into a cell.");
    setText(made, "Copied");
    setTimeout(() => setText(made, COPY), SEEN);
  };
  const made = putButton(context, parent, "copy", COPY, copy, "Copy its state as code");
  made.title = "Copy its state as code";
}

/**
 * Makes room for shared controls of settings; returns what shows a list of them there.
 * @param {Context} context
 * @param {Element} parent
 * @param {string} className
 * @returns {(controls: Control[]) => void}
 */
export function putControls({ session, prefix, signal }, parent, className = "") {
  const view = new ControlsView(put(parent, "div", `nnp-controls ${className}`), prefix, {
    signal,
    change(name, shown) {
      const wanted = wantedChange(session.run.settings, name, shown);
      if (Object.keys(wanted).length) session.change(wanted);
    },
    hold() {},
    playing() {},
  });
  return (controls) => view.update(controls, (name) => shownValue(session.run.settings, name));
}

/**
 * A seed: a number to type and a button for the next one; returns what shows its value.
 * @param {Context} context
 * @param {Element} parent
 * @param {"seed" | "data_seed"} name
 * @param {string} words
 * @param {string} newWords
 */
export function putSeed(context, parent, name, words, newWords) {
  const { session, prefix, signal, say } = context;
  const id = `${prefix}-${name}`;
  const row = put(parent, "div", "nnp-seed");
  put(row, "label", "", { for: id }, words);
  const limits = { type: "number", min: 0, max: LARGEST_SEED, step: 1, autocomplete: "off" };
  const field = put(row, "input", "", { id, "data-name": name, ...limits, ...KEEPS_KEYS });
  const change = () => {
    const value = field.valueAsNumber;
    if (Number.isInteger(value) && value >= 0 && value <= LARGEST_SEED) {
      session.change({ [name]: value });
      return;
    }
    field.value = String(session.run.settings[name]);
    say(`${words}: a whole number from 0 to ${LARGEST_SEED} is needed.`);
  };
  field.addEventListener("change", change, { signal });
  const next = () => {
    session.change({ [name]: (session.run.settings[name] + 1) % (LARGEST_SEED + 1) });
  };
  putButton(context, row, `new-${name}`, "↻", next, newWords).title = newWords;
  return () => {
    const value = session.run.settings[name];
    if (Number(field.value) !== value || field.value === "") field.value = String(value);
  };
}
