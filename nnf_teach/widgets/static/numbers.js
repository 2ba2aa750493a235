// Ticks of axes, and numbers as a reader wants to see them. The rule stands in widgets/ticks.py.

/** @import { Axis, Tick } from "./types" */

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const STEPS = [1, 2, 5];
const PLAIN = 3; // the largest exponent of ten that is written without a power
const SLACK = 1e-9; // what rounding may add to a whole number of steps
const withMinus = (/** @type {string} */ text) => text.replaceAll("-", "−");

/** @param {Axis} axis @param {number} wanted @returns {Tick[]} */
export function axisTicks(axis, wanted) {
  const log = axis.scale === "log";
  if (!axis.ticks) return (log ? logTicks : linearTicks)(axis.low, axis.high, wanted);
  const write = log ? power : general;
  return axis.ticks
    .map((value, i) => ({ value, text: axis.tick_labels?.[i] ?? write(value) }))
    .filter((tick) => tick.value >= axis.low && tick.value <= axis.high);
}

/** @param {number} low @param {number} high @param {number} wanted @returns {Tick[]} */
export function linearTicks(low, high, wanted) {
  let step = roundUp((high - low) / Math.max(1, wanted));
  const first = () => Math.ceil(low / step - SLACK);
  const last = () => Math.floor(high / step + SLACK);
  while (last() <= first()) step = roundUp(step / 2.5); // the one below 1, 2 or 5: 0.5, 1 or 2
  const values = [];
  for (let k = first(); k <= last(); k++) values.push(k * step);
  const most = Math.max(...values.map(Math.abs));
  const round = (/** @type {number} */ value) => withMinus(clean(value).toFixed(decimals(step)));
  const write = most >= 1e-6 && most < 1e15 ? round : general;
  return values.map((value) => ({ value, text: write(value) }));
}

/** @param {number} low @param {number} high @param {number} wanted @returns {Tick[]} */
export function logTicks(low, high, wanted) {
  const first = Math.ceil(Math.log10(low) - SLACK);
  const last = Math.floor(Math.log10(high) + SLACK);
  const every = Math.max(1, Math.ceil((last - first) / Math.max(1, wanted)));
  const values = [];
  if (last - first < 2) {
    for (let k = first - 1; k <= last; k++) values.push(...STEPS.map((step) => step * 10 ** k));
  } else {
    for (let k = first; k <= last; k += every) values.push(10 ** k);
  }
  const inside = values.filter((v) => v >= low * (1 - SLACK) && v <= high * (1 + SLACK));
  if (inside.length < 2) return linearTicks(low, high, wanted);
  return inside.map((value) => ({ value, text: power(value) }));
}

/**
 * The next 1, 2 or 5 times a power of ten; 1 for what is not a positive finite number.
 * @param {number} value
 */
export function roundUp(value) {
  if (!(value > 0 && value < Infinity)) return 1;
  const ten = 10 ** Math.floor(Math.log10(value));
  return ten * (STEPS.find((step) => step * ten >= value * (1 - SLACK)) ?? 10);
}

/**
 * A positive number, with a power of ten where it is very small or large.
 * @param {number} value
 */
export function power(value) {
  const exponent = Math.floor(Math.log10(value) + SLACK);
  if (Math.abs(exponent) <= PLAIN) return general(value);
  return timesTen(general(value / 10 ** exponent), exponent);
}

/** @param {string} factor @param {number} exponent */
function timesTen(factor, exponent) {
  const digits = [...String(Math.abs(exponent))].map((d) => SUPERSCRIPTS[Number(d)]).join("");
  const times = { 1: "", "-1": "-" }[factor] ?? `${factor}·`;
  return `${times}10${exponent < 0 ? "⁻" : ""}${digits}`;
}

/**
 * At most four significant digits.
 * @param {number} value
 */
export function general(value) {
  const [factor, exponent] = String(Number(value.toPrecision(4))).split("e");
  return withMinus(exponent ? timesTen(factor, Number(exponent)) : factor);
}

/**
 * As many decimals as `step` has.
 * @param {number} value
 * @param {number} step
 */
export function fixed(value, step) {
  const size = Math.abs(value);
  if (size >= 1e5 || (size > 0 && size < 1e-4)) return general(value);
  return withMinus(clean(value).toFixed(decimals(step)));
}

/** @param {number} step */
export function decimals(step) {
  for (let n = 0; n < 8; n++) {
    const shifted = step * 10 ** n;
    if (Math.abs(shifted - Math.round(shifted)) < 1e-6 * shifted) return n;
  }
  return 8;
}

/**
 * Takes the noise of floating-point sums away: 0.30000000000000004 becomes 0.3, -0 becomes 0.
 * @param {number} value
 */
export function clean(value) {
  return Number(value.toPrecision(12)) + 0;
}

/** @param {number} value @param {number} low @param {number} high */
export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/**
 * Where the numbers are between one NaN and the next: their places, run by run.
 * @param {ArrayLike<number>} numbers
 */
export function runs(numbers) {
  /** @type {number[][]} */
  const found = [[]];
  for (let i = 0; i < numbers.length; i++) {
    if (Number.isNaN(numbers[i])) found.push([]);
    else found[found.length - 1].push(i);
  }
  return found;
}
