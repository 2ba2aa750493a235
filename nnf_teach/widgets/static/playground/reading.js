// A run from its text: the inverse of state.js, and the twin of `from_text` in playground/state.py.
// What is wrong with a text is said in words, as there.

import { CLASSIFICATION, INPUT_NAMES, REGRESSION } from "./data.js";
import { Run } from "./run.js";
import { UNSAID, VERSION } from "./state.js";
import { ACTIVATION_WORDS } from "./words.js";

/** @import { InputName, Settings } from "./types" */

const SHOWN = 40; // letters of a text that an error repeats
const MOST_LAYERS = 4;
const MOST_UNITS = 8;
const MOST_EPOCHS = 2 ** 53;
const PROGRESS = ["epoch", "at", "weights", "dead"];
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** @type {Map<string, InputName>} */
const NAMED = new Map(
  INPUT_NAMES.map((name) => [name.replace("^2", "squared").replace(" ", "-"), name]),
);

/** @typedef {(name: string, text: string) => unknown} Read */

/** @type {Record<keyof Settings, Read>} */
const READ = {
  data: word([...Object.keys(CLASSIFICATION), ...Object.keys(REGRESSION)]),
  noise: number(0, 0.5),
  train_share: number(0.1, 0.9),
  data_seed: whole(0, 2 ** 32 - 1),
  inputs: readInputs,
  hidden: readHidden,
  activation: word(Object.keys(ACTIVATION_WORDS)),
  seed: whole(0, 2 ** 32 - 1),
  learning_rate: number(Number.MIN_VALUE, 100),
  batch_size: whole(1, 30),
  regularization: word(["none", "L1", "L2"]),
  regularization_rate: number(0, 100),
  discretize: readSwitch,
  show_test: readSwitch,
  goal: number(0, 100),
  speed: word(["0", "1", "5", "25"], Number),
};

/**
 * The run that a text describes; an Error says what is wrong with it.
 * @param {string} text
 */
export function runOf(text) {
  const parts = partsOf(text);
  const of = (/** @type {string} */ name) => parts.get(name) ?? "";
  const settings = settingsOf(parts);
  const run = new Run(settings);
  if (!of("weights")) {
    demand(!PROGRESS.some(of), "it says how far training has come, but has no weights");
    return run;
  }
  run.network.weights.set(weightsOf(of("weights"), run));
  run.epoch = count("epoch", of("epoch") || "0", MOST_EPOCHS);
  run.at = count("at", of("at") || "0", run.train - 1);
  const last = run.network.weights.length - 1;
  for (const part of listOf(of("dead"))) run.network.dead[count("dead", part, last)] = 1;
  run.history = [];
  run.record();
  return run;
}

/**
 * Cuts a text of this version into its values by name.
 * @param {string} text
 */
function partsOf(text) {
  const [version, ...rest] = text.trim().split(";");
  demand(version === VERSION || !/^v\d+$/.test(version), `it is of version ${version}`);
  demand(version === VERSION, `it does not begin with ${VERSION}`);
  /** @type {Map<string, string>} */
  const parts = new Map();
  for (const part of rest.filter(Boolean)) {
    const [name, ...value] = part.split("=");
    demand(!parts.has(name), `${quoted(part)} comes twice`);
    const known = value.length > 0 && (Object.hasOwn(READ, name) || PROGRESS.includes(name));
    demand(known, `${quoted(part)} is no name=value of a playground`);
    parts.set(name, value.join("="));
  }
  return parts;
}

/** @param {Map<string, string>} parts */
function settingsOf(parts) {
  const said = Object.entries(READ)
    .filter(([name]) => parts.has(name))
    .map(([name, read]) => [name, read(name, parts.get(name) ?? "")]);
  return /** @type {Settings} */ ({ ...UNSAID, ...Object.fromEntries(said) });
}

/** @param {string} letters @param {Run} run */
function weightsOf(letters, run) {
  const lost = "its weights are no numbers: some letters are lost";
  demand(/^[\w-]*$/.test(letters) && letters.length % 4 !== 1, lost);
  const packed = atob(letters.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
  demand(bytes.length % 4 === 0, lost);
  const weights = new Float32Array(bytes.buffer);
  const { sizes, weights: needed } = run.network;
  const network = `a ${sizes.join("-")} network needs ${needed.length}`;
  demand(weights.length === needed.length, `it has ${weights.length} weights, and ${network}`);
  demand(weights.every(Number.isFinite), "a weight is not finite");
  return weights;
}

/** @param {string[]} words @param {(word: string) => unknown} made @returns {Read} */
function word(words, made = String) {
  return (name, text) => {
    demand(words.includes(text), `${name} must be one of ${words.map(quoted).join(", ")}`, text);
    return made(text);
  };
}

/** @param {number} low @param {number} high @returns {Read} */
function number(low, high) {
  const wanted =
    low === Number.MIN_VALUE ? `above 0 and at most ${high}` : `from ${low} to ${high}`;
  return (name, text) => {
    const value = NUMBER.test(text) ? Number(text) : Number.NaN;
    demand(value >= low && value <= high, `${name} must be a number ${wanted}`, text);
    return value;
  };
}

/** @param {number} low @param {number} high @returns {Read} */
function whole(low, high) {
  return (name, text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    const wanted = `a whole number from ${low} to ${high}`;
    demand(value >= low && value <= high, `${name} must be ${wanted}`, text);
    return value;
  };
}

/** @param {string} name @param {string} text */
function readSwitch(name, text) {
  demand(["0", "1"].includes(text), `${name} cannot be ${quoted(text)}`);
  return text === "1";
}

/** @param {string} name @param {string} text */
function readInputs(name, text) {
  const chosen = listOf(text).map((short) => NAMED.get(short));
  demand(chosen.length > 0 && !chosen.includes(undefined), `${name} cannot be ${quoted(text)}`);
  demand(new Set(chosen).size === chosen.length, `${name} must be different inputs`, text);
  return INPUT_NAMES.filter((one) => chosen.includes(one));
}

/** @param {string} name @param {string} text */
function readHidden(name, text) {
  const units = listOf(text);
  demand(
    units.every((one) => /^\d+$/.test(one)),
    `${name} cannot be ${quoted(text)}`,
  );
  const good = units.length <= MOST_LAYERS && units.map(Number).every((k) => k && k <= MOST_UNITS);
  const wanted = `at most ${MOST_LAYERS} numbers of units, each from 1 to ${MOST_UNITS}`;
  demand(good, `${name} must be a list of ${wanted}`, text);
  return units.map(Number);
}

/** @param {string} name @param {string} text @param {number} most */
function count(name, text, most) {
  const wanted = `a whole number from 0 to ${most}`;
  demand(/^\d+$/.test(text) && Number(text) <= most, `${name} is ${quoted(text)}, not ${wanted}`);
  return Number(text);
}

/** @param {string} text */
function listOf(text) {
  return text.split(",").filter(Boolean);
}

/** @param {string} text */
function quoted(text) {
  return `'${text.slice(0, SHOWN)}'`;
}

/**
 * @param {boolean} good
 * @param {string} wrong  what to say if it is not
 * @param {string} [text]  what there is instead
 */
function demand(good, wrong, text) {
  if (!good) throw new Error(text === undefined ? wrong : `${wrong}, but it is ${quoted(text)}`);
}
