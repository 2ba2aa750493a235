// The playground's settings as the shared controls show them: labels, and values as words.

import { CLASSIFICATION, REGRESSION } from "./data.js";
import { ACTIVATION_WORDS } from "./words.js";

/** @import { Choice, Control, Slider, Value } from "../types" */
/** @import { Activation, Settings } from "./types" */

// The lists are the TensorFlow Playground's.
const LEARNING_RATES = [0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const DECAY_RATES = [0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
/** @type {Record<number, string>} */
const SPEED_WORDS = {
  0: "1 batch per frame",
  1: "1 epoch per frame",
  5: "5 epochs per frame",
  25: "25 epochs per frame",
};
const PROBLEMS = ["Classification", "Regression"];

/**
 * A value that is in no list (Python may set any) becomes one more option.
 * @param {number[]} list
 * @param {number} now
 */
function rates(list, now) {
  return [...new Set([...list, now])].sort((a, b) => a - b).map(String);
}

/**
 * A slider; where Python has set a value between its steps, it has steps of 1.
 * @param {string} name
 * @param {string} label
 * @param {[number, number, number]} range  low, high and step
 * @param {number} value
 * @param {string} unit
 * @returns {Slider}
 */
function slider(name, label, [low, high, step], value, unit) {
  const odd = Math.abs(value / step - Math.round(value / step)) > 1e-9;
  return { kind: "Slider", name, label, low, high, step: odd ? 1 : step, unit };
}

/** @param {string} name @param {string} label @param {string[]} options @returns {Choice} */
function choice(name, label, options) {
  return { kind: "Choice", name, label, options };
}

/** @param {Settings} s @returns {Control[]} */
export function runControls(s) {
  return [
    choice("problem", "Problem", PROBLEMS),
    choice("activation", "Activation", Object.values(ACTIVATION_WORDS)),
    choice("learning_rate", "Learning rate", rates(LEARNING_RATES, s.learning_rate)),
    choice("regularization", "Regularisation", ["none", "L1", "L2"]),
    choice("regularization_rate", "Regularisation rate", rates(DECAY_RATES, s.regularization_rate)),
  ];
}

export function speedControl() {
  return choice("speed", "Speed", Object.values(SPEED_WORDS));
}

/** @param {Settings} s @returns {Control[]} */
export function dataControls(s) {
  return [
    slider("noise", "Noise", [0, 50, 5], 100 * s.noise, "%"),
    slider("train_share", "Share for training", [10, 90, 10], 100 * s.train_share, "%"),
    slider("batch_size", "Batch size", [1, 30, 1], s.batch_size, ""),
  ];
}

/** @returns {Control[]} */
export function outputControls() {
  return [
    { kind: "Toggle", name: "show_test", label: "Show test data" },
    { kind: "Toggle", name: "discretize", label: "Discretise output" },
  ];
}

/**
 * What a control shows for the settings.
 * @param {Settings} s
 * @param {string} name
 * @returns {Value | undefined}
 */
export function shownValue(s, name) {
  switch (name) {
    case "problem":
      return PROBLEMS[s.data in REGRESSION ? 1 : 0];
    case "activation":
      return ACTIVATION_WORDS[s.activation];
    case "learning_rate":
    case "regularization_rate":
      return String(s[name]);
    case "speed":
      return SPEED_WORDS[s.speed];
    case "noise":
    case "train_share":
      return Math.round(1e6 * s[name]) / 1e4;
    case "regularization":
    case "batch_size":
    case "show_test":
    case "discretize":
      return s[name];
  }
}

/**
 * The change of settings that a control's new value asks for.
 * @param {Settings} s
 * @param {string} name
 * @param {Value} shown
 * @returns {Partial<Settings>}
 */
export function wantedChange(s, name, shown) {
  const keyOf = (/** @type {Record<string, string>} */ words) =>
    Object.keys(words).find((key) => words[key] === shown);
  switch (name) {
    case "problem": {
      const wanted = shown === PROBLEMS[1] ? REGRESSION : CLASSIFICATION;
      return s.data in wanted ? {} : { data: Object.keys(wanted)[0] };
    }
    case "activation":
      return { activation: /** @type {Activation} */ (keyOf(ACTIVATION_WORDS)) };
    case "learning_rate":
    case "regularization_rate":
      return { [name]: Number(shown) };
    case "speed":
      return { speed: Number(keyOf(SPEED_WORDS)) };
    case "noise":
    case "train_share":
      return { [name]: Number(shown) / 100 };
    default:
      return { [name]: shown };
  }
}
