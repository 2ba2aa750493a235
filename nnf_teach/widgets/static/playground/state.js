// A playground's state as a short text: the twin of playground/state.py, which says its form.
// reading.js is the way back.

import { startNetwork } from "./run.js";

/** @import { Run } from "./run.js" */
/** @import { Settings } from "./types" */

export const VERSION = "v1";
/** @type {Settings}  the lecture's run, which is not written */
export const UNSAID = {
  data: "xor",
  noise: 0,
  train_share: 0.5,
  data_seed: 1,
  inputs: ["x1", "x2"],
  hidden: [6],
  activation: "sigmoid",
  seed: 1,
  learning_rate: 0.03,
  batch_size: 10,
  regularization: "none",
  regularization_rate: 0,
  discretize: false,
  show_test: false,
  goal: null,
  speed: 1,
};

/** @param {Run} run */
export function stateText({ settings, network, epoch, at }) {
  const parts = [VERSION];
  for (const [name, usual] of Object.entries(UNSAID)) {
    const value = settings[/** @type {keyof Settings} */ (name)];
    if (String(value) !== String(usual)) parts.push(`${name}=${written(value)}`);
  }
  const weights = Float32Array.from(network.weights);
  const start = startNetwork(settings).weights;
  const begun = epoch > 0 || at > 0 || network.weights.some((weight, k) => weight !== start[k]);
  if (begun && weights.every(Number.isFinite)) {
    parts.push(`epoch=${epoch}`, `at=${at}`, `weights=${packed(weights)}`);
    const dead = [...network.dead.keys()].filter((k) => network.dead[k]);
    if (dead.length) parts.push(`dead=${dead}`);
  }
  return parts.join(";");
}

/** @param {Settings[keyof Settings]} value */
function written(value) {
  if (typeof value === "boolean") return value ? "1" : "0";
  return String(value).replaceAll("^2", "squared").replaceAll(" ", "-");
}

/** @param {Float32Array<ArrayBuffer>} numbers */
function packed(numbers) {
  const letters = [...new Uint8Array(numbers.buffer)].map((byte) => String.fromCharCode(byte));
  return btoa(letters.join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
