// Words inside a panel: text marks, and labels at arrows, handles and regions, which look
// for a free place near their point.

import { FONT_SIZE } from "./axes.js";
import { clamp } from "./numbers.js";
import { away, freest, grown, least, overlap } from "./places.js";

/** @import { Area, Box, Line, Text, Theme } from "./types" */

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
const RINGS = [12, 9, 10, 17, 24, 32, 44, 60, 80]; // px from a handle to its name, the best first
const TRACE = 6; // px along a curve
const LED = 22; // px, from which on a line leads from one to the other
const AROUND = Array.from({ length: 16 }, (_, k) =>
  [Math.sin((k * Math.PI) / 8), -Math.cos((k * Math.PI) / 8)].map(
    (part) => clamp(Math.SQRT2 * part, -1, 1), // on the edge of a square: clear of the handle
  ),
);
const OWN = 1.6; // times farther than from its own handle a name is to be from others
const STRANGE = 12; // px² of a point that a name rather overlaps than to lack a pixel of that
const SOLID = 1000; // times as dear as points: handles and words
const WRONG = 5000; // px² of a point, to be nearer to another handle
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
   * A label rather lies beside a curve than over it.
   * @param {Line} line
   */
  avoid({ x, y }) {
    let [u, v] = [NaN, NaN];
    for (let i = 0; i < x.length; i++) {
      const [a, b] = [this.area.X(x[i]), this.area.Y(y[i])];
      if (Math.hypot(a - u, b - v) < TRACE || !Number.isFinite(a + b)) continue;
      [u, v] = [a, b];
      this.block(a, b, 1);
    }
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
    const costOf = (/** @type {Box} */ box) => {
      const far = away(box, [x, y]);
      const near = others.reduce(
        (sum, at) => sum + Math.max(0, OWN * far - away(box, at)),
        Math.abs(far - RINGS[0]) / 10,
      );
      const hidden = this.firm.reduce((sum, other) => sum + overlap(box, other), 0);
      const wrong = others.some((at) => away(box, at) < far) ? WRONG : 0;
      const cost = STRANGE * near + SOLID * hidden + wrong;
      return this.taken.reduce((sum, other) => sum + overlap(grown(box), other), cost);
    };
    const places = RINGS.flatMap((ring) =>
      AROUND.map(([right, down]) => {
        const middle = [x + right * (ring + wide / 2), y + down * (ring + tall / 2)];
        return this.box(middle[0] - wide / 2, middle[1] - tall / 2, wide);
      }),
    );
    const box = least(places, costOf);
    if (away(box, [x, y]) > LED) this.lead(box, x, y);
    this.write(text, box);
  }

  /** @param {Box} box @param {number} x @param {number} y */
  lead([left, top, right, bottom], x, y) {
    const { context, theme } = this;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(clamp(x, left, right), clamp(y, top, bottom));
    context.strokeStyle = theme.text;
    context.lineWidth = 1;
    context.stroke();
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
