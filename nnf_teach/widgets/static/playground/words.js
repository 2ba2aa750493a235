// What the playground says: names of things, and the caption in words and numbers.

import { general } from "../numbers.js";

/** @import { Run } from "./run.js" */
/** @import { Activation, InputName, Measured } from "./types" */

/** @type {Record<string, string>} */
export const DATA_WORDS = {
  circle: "Circle",
  xor: "XOR",
  gaussians: "Gaussians",
  spiral: "Spiral",
  plane: "Plane",
  gaussian: "Gaussian bumps",
};
/** @type {Record<InputName, string>} */
export const INPUT_WORDS = {
  x1: "x₁",
  x2: "x₂",
  "x1^2": "x₁²",
  "x2^2": "x₂²",
  "x1 x2": "x₁ x₂",
  "sin x1": "sin x₁",
  "sin x2": "sin x₂",
};
/** @type {Record<Activation, string>} */
export const ACTIVATION_WORDS = {
  relu: "ReLU",
  tanh: "tanh",
  sigmoid: "sigmoid",
  linear: "linear",
};

/** @param {Run} run @param {number} layer @param {number} k */
export function unitWords(run, layer, k) {
  if (layer < 0) return `input ${Object.values(INPUT_WORDS)[k]}`;
  if (layer === run.settings.hidden.length) return "the output";
  return `unit ${k + 1} of hidden layer ${layer + 1}`;
}

/**
 * Where a weight into `layer` comes from; the layer is clear beside the unit that it goes to.
 * @param {Run} run
 * @param {number} layer
 * @param {number} d
 */
export function sourceWords(run, layer, d) {
  return layer === 0 ? INPUT_WORDS[run.settings.inputs[d]] : `unit ${d + 1}`;
}

/** @param {number} loss */
export function lossWords(loss) {
  if (!Number.isFinite(loss)) return "not a number";
  return (loss >= 0.001 && loss < 1e4) || loss === 0 ? loss.toFixed(3) : general(loss);
}

/** @param {number} share */
function percentWords(share) {
  return `${Number((100 * share).toFixed(1))} %`;
}

/** @param {Run} run @param {Measured} measured */
export function captionWords(run, measured) {
  const { settings, network, train, t, epoch, at } = run;
  const { train: onTrain, test: onTest } = measured;
  const words = [
    `${DATA_WORDS[settings.data]} data, ${train} points for training and ${t.length - train} for ` +
      `the test. Network ${network.sizes.join("-")}` +
      (settings.hidden.length ? ` with ${ACTIVATION_WORDS[settings.activation]} units` : "") +
      `, ${run.regression ? "linear" : "tanh"} output.`,
    `After ${epoch} ${epoch === 1 ? "epoch" : "epochs"}${at ? ` and ${at} points` : ""} the ` +
      `training loss is ${lossWords(onTrain.loss)} and the test loss ${lossWords(onTest.loss)}.`,
  ];
  if (!run.regression) {
    words.push(
      `The sign of the output is right for ${percentWords(onTrain.right)} of the training points ` +
        `and ${percentWords(onTest.right)} of the test points.`,
    );
  }
  return words.join(" ");
}

/**
 * Without a goal of its own, a data set has one that takes some training.
 * @param {Run} run
 */
export function goalOf(run) {
  return run.settings.goal ?? (run.regression ? 0.005 : 0.05);
}

/** @param {Run} run @param {Measured} measured */
export function goalWords(run, measured) {
  const goal = goalOf(run);
  const losses = [...run.history.map(([, , test]) => test), measured.test.loss];
  const reached = losses.some((loss) => loss < goal); // it stays reached for this run
  return {
    reached,
    text: `${reached ? "Goal reached" : "Goal, not yet reached"}: test loss below ${general(goal)}`,
  };
}
