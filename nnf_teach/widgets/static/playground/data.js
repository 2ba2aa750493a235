// The twin of playground/data.py: the TensorFlow Playground's distributions, drawn from Random.

import { Random } from "./random.js";

/** @import { Data, InputName, Point } from "./types" */
/** @typedef {(n: number, noise: number, random: Random) => Point[]} Draw */

const DATA_STREAM = 1;
const CLASSIFICATION_POINTS = 500;
const REGRESSION_POINTS = 1200;
const PADDING = 0.3;
const BUMPS = [
  [-4, 2.5, 1],
  [0, 2.5, -1],
  [4, 2.5, 1],
  [-4, -2.5, -1],
  [0, -2.5, 1],
  [4, -2.5, -1],
];

/** @type {Draw} */
function circlePoints(n, noise, random) {
  /** @type {Point[]} */
  const points = [];
  for (const [low, high] of [
    [0, 2.5],
    [3.5, 5],
  ]) {
    for (let k = 0; k < n / 2; k++) {
      const radius = random.uniform(low, high);
      const angle = random.uniform(0, 2 * Math.PI);
      const x1 = radius * Math.sin(angle);
      const x2 = radius * Math.cos(angle);
      const d1 = x1 + random.uniform(-5, 5) * noise;
      const d2 = x2 + random.uniform(-5, 5) * noise;
      points.push([x1, x2, Math.sqrt(d1 * d1 + d2 * d2) < 2.5 ? 1 : -1]);
    }
  }
  return points;
}

/** @type {Draw} */
function xorPoints(n, noise, random) {
  const away = (/** @type {number} */ x) => x + (x > 0 ? PADDING : -PADDING);
  /** @type {Point[]} */
  const points = [];
  for (let k = 0; k < n; k++) {
    const x1 = away(random.uniform(-5, 5));
    const x2 = away(random.uniform(-5, 5));
    const d1 = x1 + random.uniform(-5, 5) * noise;
    const d2 = x2 + random.uniform(-5, 5) * noise;
    points.push([x1, x2, d1 * d2 >= 0 ? 1 : -1]);
  }
  return points;
}

/** @type {Draw} */
function gaussianPoints(n, noise, random) {
  const spread = Math.sqrt(0.5 + 7 * noise);
  /** @type {Point[]} */
  const points = [];
  for (const [centre, t] of [
    [2, 1],
    [-2, -1],
  ]) {
    for (let k = 0; k < n / 2; k++) {
      const x1 = centre + spread * random.normal();
      points.push([x1, centre + spread * random.normal(), t]);
    }
  }
  return points;
}

/** @type {Draw} */
function spiralPoints(n, noise, random) {
  /** @type {Point[]} */
  const points = [];
  for (const [start, t] of [
    [0, 1],
    [Math.PI, -1],
  ]) {
    for (let k = 0; k < n / 2; k++) {
      const share = k / (n / 2);
      const radius = 5 * share;
      const angle = 1.75 * share * 2 * Math.PI + start;
      const x1 = radius * Math.sin(angle) + random.uniform(-1, 1) * noise;
      points.push([x1, radius * Math.cos(angle) + random.uniform(-1, 1) * noise, t]);
    }
  }
  return points;
}

/** @param {number} x1 @param {number} x2 */
function bumpsValue(x1, x2) {
  let value = 0;
  for (const [c1, c2, sign] of BUMPS) {
    const distance = Math.sqrt((x1 - c1) * (x1 - c1) + (x2 - c2) * (x2 - c2));
    const here = sign * Math.max(0, 1 - distance / 2);
    if (Math.abs(here) > Math.abs(value)) value = here;
  }
  return value;
}

/** @param {(x1: number, x2: number) => number} value @returns {Draw} */
function regressionPoints(value) {
  return (n, noise, random) => {
    /** @type {Point[]} */
    const points = [];
    for (let k = 0; k < n; k++) {
      const x1 = random.uniform(-6, 6);
      const x2 = random.uniform(-6, 6);
      const d1 = x1 + random.uniform(-6, 6) * noise;
      const d2 = x2 + random.uniform(-6, 6) * noise;
      points.push([x1, x2, value(d1, d2)]);
    }
    return points;
  };
}

/** @type {Record<string, Draw>} */
export const CLASSIFICATION = {
  circle: circlePoints,
  xor: xorPoints,
  gaussians: gaussianPoints,
  spiral: spiralPoints,
};
/** @type {Record<string, Draw>} */
export const REGRESSION = {
  plane: regressionPoints((x1, x2) => (x1 + x2) / 10),
  gaussian: regressionPoints(bumpsValue),
};

/** @type {Record<InputName, (x1: number, x2: number) => number>} */
const INPUTS = {
  x1: (x1) => x1,
  x2: (x1, x2) => x2,
  "x1^2": (x1) => x1 * x1,
  "x2^2": (x1, x2) => x2 * x2,
  "x1 x2": (x1, x2) => x1 * x2,
  "sin x1": (x1) => Math.sin(x1),
  "sin x2": (x1, x2) => Math.sin(x2),
};

export const INPUT_NAMES = /** @type {InputName[]} */ (Object.keys(INPUTS));

/**
 * Returns the points, shuffled, and how many of them are for training.
 * @param {Data} data
 */
export function drawPoints({ data, noise, train_share: share, data_seed: seed }) {
  const random = new Random(seed, DATA_STREAM);
  const points =
    data in CLASSIFICATION
      ? CLASSIFICATION[data](CLASSIFICATION_POINTS, noise, random)
      : REGRESSION[data](REGRESSION_POINTS, noise, random);
  for (let k = points.length - 1; k > 0; k--) {
    const other = random.below(k + 1);
    [points[k], points[other]] = [points[other], points[k]];
  }
  return { points, train: Math.floor(points.length * share + 1e-9) };
}

/**
 * The chosen inputs of [x1, x2, ...] points, one row per point.
 * @param {number[][]} points
 * @param {InputName[]} inputs
 */
export function features(points, inputs) {
  const rows = new Float64Array(points.length * inputs.length);
  let at = 0;
  for (const [x1, x2] of points) for (const name of inputs) rows[at++] = INPUTS[name](x1, x2);
  return rows;
}
