// Where words are: which places are free, and how wide a plot has to be for them.

import { FONT_SIZE } from "./axes.js";
import { clamp } from "./numbers.js";

/** @import { Area, Box, Mark, Region, Text } from "./types" */

const APART = 4; // px between words

/**
 * Returns the first of the places that nothing takes, or else the one that is taken least.
 * @param {Box[]} places
 * @param {Box[]} taken
 */
export function freest(places, taken) {
  const cost = (/** @type {Box} */ box) =>
    taken.reduce((sum, other) => sum + overlap(box, other), 0);
  return places.find((box) => cost(box) === 0) ?? least(places, cost);
}

/** @param {Box[]} places @param {(box: Box) => number} cost */
export function least(places, cost) {
  return places.reduce((best, box) => (cost(box) < cost(best) ? box : best));
}

/** @param {Box} box @returns {Box} */
export function grown([left, top, right, bottom]) {
  return [left - APART, top, right + APART, bottom];
}

/**
 * How far a point is from a box.
 * @param {Box} box
 * @param {[number, number]} point
 */
export function away([left, top, right, bottom], [x, y]) {
  return Math.hypot(x - clamp(x, left, right), y - clamp(y, top, bottom));
}

/** @param {Box} a @param {Box} b */
export function overlap(a, b) {
  const wide = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const tall = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return wide > 0 && tall > 0 ? wide * tall : 0;
}

/**
 * The middle of the part of a polygon that can be seen (its corners moved into the panel).
 * @param {Region} mark
 * @param {Area} area
 * @returns {[number, number] | null}
 */
export function middleOf(mark, area) {
  let [sum, cx, cy] = [0, 0, 0];
  const corner = (/** @type {number} */ i) => [
    clamp(area.X(mark.x[i % mark.x.length]), area.left, area.right),
    clamp(area.Y(mark.y[i % mark.x.length]), area.top, area.bottom),
  ];
  for (let i = 0; i < mark.x.length; i++) {
    const [x0, y0] = corner(i);
    const [x1, y1] = corner(i + 1);
    const cross = x0 * y1 - x1 * y0;
    sum += cross;
    cx += (x0 + x1) * cross;
    cy += (y0 + y1) * cross;
  }
  return Math.abs(sum) < 1 ? null : [cx / (3 * sum), cy / (3 * sum)];
}

/**
 * Returns how wide a plot has to be for its words not to run into one another.
 * @param {CanvasRenderingContext2D} context
 * @param {Mark[]} marks
 * @param {Area} area
 */
export function widthForWords(context, marks, area) {
  /** @type {Text[]} */
  const texts = marks.filter((mark) => mark.kind === "Text");
  const words = texts
    .filter(({ text, handle }) => text.length > 1 && !handle)
    .map(({ align, text, x, y }) => {
      const wide = context.measureText(text).width;
      const before = { left: 0, center: wide / 2, right: wide }[align];
      return { before, after: wide - before, x: area.X(x), y: area.Y(y) };
    })
    .sort((a, b) => a.x - b.x);
  let widest = 0;
  const needs = (/** @type {number} */ pixels, /** @type {number} */ of) => {
    if (of > 0.1 * area.width) widest = Math.max(widest, (pixels / of) * area.width);
  };
  words.forEach((one, k) => {
    const next = words
      .slice(k + 1)
      .find(({ x, y }) => x > one.x && Math.abs(y - one.y) < FONT_SIZE);
    if (next) needs(one.after + next.before + APART, next.x - one.x);
    needs(one.before, one.x - area.left);
    needs(one.after, area.right - one.x);
  });
  return widest;
}
