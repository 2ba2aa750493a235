// Words inside a panel: text marks, and labels at arrows, handles and regions, which look
// for a free place near their point.

import { FONT_SIZE } from "./axes.js";
import { clamp } from "./numbers.js";

/** @import { Area, Box, Mark, Region, Text, Theme } from "./types" */

const APART = 4; // px between words

const SIDES = [
  [1, -1],
  [-1, -1],
  [1, 1],
  [-1, 1],
  [0, -1.6],
  [0, 1.6],
  [1.4, 0],
  [-1.4, 0],
];
const ASTRIDE = [0, -9, 9, -18, 18, -27, 27, -36, 36]; // px that a word gives way
const GIVES_WAY = ASTRIDE.flatMap((x) => ASTRIDE.map((y) => [x, y])).sort(
  ([a, b], [c, d]) => Math.hypot(2 * a, b) - Math.hypot(2 * c, d), // rather up or down
);
const RINGS = [12, 17, 24, 32]; // px from a handle to its name
const AROUND = Array.from({ length: 16 }, (_, k) => [
  Math.sin((k * Math.PI) / 8),
  -Math.cos((k * Math.PI) / 8),
]);
const OWN = 1.6; // times farther than from its own handle a name is to be from others
const STRANGE = 12; // px² that a name rather overlaps than to lack a pixel of that
const PLACES = [...SIDES, ...SIDES.map(([x, y]) => [2.2 * x, 2.2 * y])];

export class Labels {
  /** @param {CanvasRenderingContext2D} context @param {Area} area @param {Theme} theme */
  constructor(context, area, theme) {
    this.context = context;
    this.area = area;
    this.theme = theme;
    /** @type {Box[]} */
    this.taken = [];
    /** @type {Box[]} */
    this.firm = []; // of these, handles and words: no word lies over them
    /** @type {[number, number][]} */
    this.handles = [];
    context.font = `${FONT_SIZE + 1}px ${theme.font}`;
  }

  /** @param {number} x @param {number} y @param {number} radius @param {boolean} firm */
  block(x, y, radius, firm = false) {
    /** @type {Box} */
    const box = [x - radius, y - radius, x + radius, y + radius];
    this.taken.push(box);
    if (!firm) return;
    this.firm.push(box);
    this.handles.push([x, y]);
  }

  /**
   * A text mark stays at its point, or near it where a handle or a word is; it never runs out of
   * the panel.
   * @param {string} text
   * @param {number} x
   * @param {number} y
   * @param {Text["align"]} align
   */
  fix(text, x, y, align = "center") {
    const wide = this.context.measureText(text).width;
    const start = { left: x, center: x - wide / 2, right: x - wide }[align];
    const places = GIVES_WAY.map(([right, down]) =>
      this.box(start + right, y + down - FONT_SIZE / 2 - 2, wide),
    );
    this.write(text, freest(places, this.firm));
  }

  /**
   * A label tries places around its point and takes the first free one.
   * @param {string} text
   * @param {number} x
   * @param {number} y
   * @param {number} gap
   */
  near(text, x, y, gap = 12) {
    const wide = this.context.measureText(text).width;
    const tall = FONT_SIZE + 4;
    const places = PLACES.map(([sx, sy]) => {
      const left = sx > 0 ? x + gap * sx * 0.8 : sx < 0 ? x + gap * sx * 0.8 - wide : x - wide / 2;
      return this.box(left, y + gap * sy - tall / 2, wide);
    });
    this.write(text, freest(places, this.taken));
  }

  /**
   * The name of a handle is near to that handle, and to no other; it is clear of all words.
   * @param {string} text
   * @param {number} x
   * @param {number} y
   */
  name(text, x, y) {
    const wide = this.context.measureText(text).width;
    const tall = FONT_SIZE + 4;
    const others = this.handles.filter(([u, v]) => Math.hypot(u - x, v - y) > 1);
    const cost = (/** @type {Box} */ box) => {
      const far = away(box, [x, y]);
      const near = others.reduce(
        (sum, at) => sum + Math.max(0, OWN * far - away(box, at)),
        far / 10,
      );
      return this.taken.reduce((sum, other) => sum + overlap(grown(box), other), STRANGE * near);
    };
    const places = RINGS.flatMap((ring) =>
      AROUND.map(([right, down]) => {
        const middle = [x + right * (ring + wide / 2), y + down * (ring + tall / 2)];
        return this.box(middle[0] - wide / 2, middle[1] - tall / 2, wide);
      }),
    );
    this.write(text, least(places, cost));
  }

  /** @param {number} left @param {number} top @param {number} wide @returns {Box} */
  box(left, top, wide) {
    const { area } = this;
    const tall = FONT_SIZE + 4;
    const x = clamp(left, area.left + 3, Math.max(area.left + 3, area.right - wide - 3));
    const y = clamp(top, area.top + 2, area.bottom - tall - 2);
    return [x, y, x + wide, y + tall];
  }

  /** @param {string} text @param {Box} box */
  write(text, box) {
    const { context, theme } = this;
    this.taken.push(box);
    this.firm.push(box);
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.strokeStyle = theme.back;
    context.lineWidth = 4.5;
    const y = (box[1] + box[3]) / 2 + 0.5;
    context.strokeText(text, box[0], y);
    context.fillStyle = theme.text;
    context.fillText(text, box[0], y);
  }
}

/**
 * Returns the first of the places that nothing takes, or else the one that is taken least.
 * @param {Box[]} places
 * @param {Box[]} taken
 */
function freest(places, taken) {
  const cost = (/** @type {Box} */ box) =>
    taken.reduce((sum, other) => sum + overlap(box, other), 0);
  return places.find((box) => cost(box) === 0) ?? least(places, cost);
}

/** @param {Box[]} places @param {(box: Box) => number} cost */
function least(places, cost) {
  return places.reduce((best, box) => (cost(box) < cost(best) ? box : best));
}

/** @param {Box} box @returns {Box} */
function grown([left, top, right, bottom]) {
  return [left - APART, top, right + APART, bottom];
}

/**
 * How far a point is from a box.
 * @param {Box} box
 * @param {[number, number]} point
 */
function away([left, top, right, bottom], [x, y]) {
  return Math.hypot(x - clamp(x, left, right), y - clamp(y, top, bottom));
}

/** @param {Box} a @param {Box} b */
function overlap(a, b) {
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
