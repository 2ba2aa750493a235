// In how many columns the panels of a stage stand, and how tall their plots may be, so that a
// widget fits the window as it opens: with its controls, its goal and the first line of its caption.

/** @import { Plot, Room } from "./types" */

export const SCREEN = 640; // px that a browser's window leaves to a notebook on a small laptop
const NARROWEST = 185; // px of a column beside others
const LOWEST = 80; // px of a plot
const PHONE = 2 * NARROWEST; // px: below, a window is gone through anyway, and plots keep their height
const EAGER = 1.12; // shares that a square plot takes of what the others do not need
const FLATTEST = 1.8; // what is wider than so many heights counts for nothing
export const AXES = 53; // px above and below a plot, for ticks and their label
const BESIDE = 70; // px, about, left and right of it
export const LINE = 24; // px of the caption that are to be seen
const GAPS = { between: 20, below: 12 };
export const TALLEST = { equal: 360, free: 300 };

/**
 * Chooses the columns that show most. Where plots would be too low in all, as on a phone, panels
 * stand one below the other, and keep their height.
 * @param {Plot[]} panels
 * @param {number} width
 * @param {number} height  that all panels together may take
 * @param {number[]} around  what title and legend of each take of it
 * @param {number} most  columns
 * @returns {{ columns: number, tallest: number }}
 */
export function arrange(panels, width, height, around, most) {
  let best = { columns: 1, tallest: Infinity, seen: 0 };
  if (width < PHONE) return best;
  for (let columns = 1; columns <= Math.min(most, panels.length); columns++) {
    const rows = panels.length / columns;
    const wide = (width - GAPS.between * (columns - 1)) / columns;
    let free = height - GAPS.below * (rows - 1);
    for (let k = 0; k < panels.length; k += columns)
      free -= Math.max(...around.slice(k, k + columns));
    const tallest = Math.floor(free / rows - AXES);
    const narrow = columns > 1 && wide < NARROWEST;
    if (!Number.isInteger(rows) || narrow || tallest < LOWEST) continue;
    const seen = panels.reduce((sum, panel) => sum + areaOf(panel, wide - BESIDE, tallest), 0);
    if (seen > best.seen) best = { columns, tallest, seen };
  }
  return best;
}

/**
 * Shares the width among columns: equally, but that the words in a panel get what they need, and
 * square plots some more.
 * @param {{ need: number, square: number }[]} panels  px that the words and a square plot need
 * @param {number} columns
 * @param {number} width
 */
export function shareOut(panels, columns, width) {
  const share = (width - GAPS.between * (columns - 1)) / columns;
  const most = (/** @type {number[]} */ needs) =>
    Array.from({ length: columns }, (_, column) =>
      Math.max(...needs.filter((_, k) => k % columns === column)),
    );
  const eager = panels.some(({ need }) => need > share) ? 0 : EAGER * share; // words come first
  const least = most(panels.map(({ need }) => need));
  const wanted = most(
    panels.map(({ need, square }) => Math.max(share, need, Math.min(square, eager))),
  );
  const over = wanted.reduce((sum, each) => sum + each - share, 0);
  const givers = wanted.filter((each) => each === share).length;
  const left = givers ? Math.max(0.8 * share, share - over / givers) : share;
  return wanted.map((each, k) => (each === share ? Math.max(left, least[k]) : each));
}

/**
 * What the words in a panel need, and its plot where that is square and as tall as it may be.
 * @param {Plot} panel
 * @param {Room} room
 * @param {number} tallest
 */
export function needOf(panel, { left, right, need }, tallest) {
  const square = panel.equal ? Math.min(TALLEST.equal, tallest) / steepness(panel) : 0;
  return { need, square: left + right + square };
}

/** @param {Plot} panel @param {number} wide @param {number} tallest */
function areaOf(panel, wide, tallest) {
  const height = plotHeight(panel, wide, tallest);
  return height * (panel.equal ? height / steepness(panel) : Math.min(wide, FLATTEST * height));
}

/**
 * Returns how tall the plot of a panel is, which depends on no number in it.
 * @param {Plot} panel
 * @param {number} wide
 * @param {number} tallest
 */
export function plotHeight(panel, wide, tallest) {
  if (panel.equal) return Math.min(TALLEST.equal, tallest, wide * steepness(panel));
  return Math.min(TALLEST.free, tallest, Math.max(180, 0.62 * wide));
}

/** @param {Plot} panel */
function steepness({ x, y }) {
  return (y.high - y.low) / (x.high - x.low);
}
