// The playground in small: a data set, the number of hidden units, and what they learn.

import { ControlsView } from "./widgets/static/controls.js";
import { node, penOf, put, setText } from "./widgets/static/elements.js";
import { CLASSIFICATION } from "./widgets/static/playground/data.js";
import { makeSet } from "./widgets/static/playground/datasets.js";
import { putButton } from "./widgets/static/playground/fields.js";
import { OutputView } from "./widgets/static/playground/output.js";
import { Pictures } from "./widgets/static/playground/pictures.js";
import { Session } from "./widgets/static/playground/session.js";
import { stateText } from "./widgets/static/playground/state.js";
import { goalWords, lossWords } from "./widgets/static/playground/words.js";
import { Shell } from "./widgets/static/shell.js";

/** @import { Context, Measured, Traits, Unit } from "./widgets/static/playground/types" */
/** @import { Control, Model } from "./widgets/static/types" */

const TALLEST = 216; // px of the plot
const UNIT = 30; // px of a unit's picture
const CALM = 250; // ms between two changes of the caption while it trains
/** @type {Control} */
const UNITS = {
  kind: "Slider",
  name: "units",
  label: "Hidden units",
  low: 1,
  high: 8,
  step: 1,
  unit: "",
};

export class SmallPlayground extends Shell {
  /** @param {Model<Traits>} model @param {Element} parent */
  constructor(model, parent) {
    super(parent, "nnp-playground small");
    this.model = model;
    this.session = new Session(model);
    this.pictures = new Pictures();
    this.wordsAt = -Infinity;
    /** @type {Context} */
    this.here = {
      session: this.session,
      prefix: "small",
      signal: this.signal,
      say: (words) => this.say(words),
      tell: (words) => setText(this.told, words),
      show: () => {},
      schedule: () => this.schedule(),
    };
    this.play = this.makeButtons();
    const body = put(this.root, "div", "body");
    this.output = new OutputView(body, this.here);
    const sides = put(body, "div", "sides");
    this.sets = this.makeSets(sides);
    const hidden = put(sides, "div");
    this.controls = this.makeControls(put(hidden, "div"));
    this.units = put(hidden, "div", "units", { "aria-hidden": true });
    this.root.append(this.caption, this.spoken);
    this.told = put(this.root, "div", "nnf-told", { "aria-live": "polite" });
    this.makeLink();
    this.session.views.add(this);
    this.watch(this.root);
    this.schedule();
  }

  makeButtons() {
    const { session } = this;
    const row = put(this.root, "div", "row");
    put(row, "div", "nnf-title", {}, "How few hidden units learn this?");
    const play = putButton(this.here, row, "play", "▶ Play", () => {
      if (session.playing) session.pause();
      else session.play();
    });
    putButton(this.here, row, "reset", "↺ Reset", () => session.reset(), "Reset");
    this.root.append(this.goal);
    return play;
  }

  /** @param {Element} sides */
  makeSets(sides) {
    const sets = put(sides, "fieldset", "nnp-sets");
    put(sets, "legend", "nnp-heading", {}, "Data");
    const names = Object.keys(CLASSIFICATION);
    put(sets, "div", "", {}, ...names.map((name) => makeSet(this.here, name)));
    return [...sets.querySelectorAll("input")];
  }

  /** @param {HTMLElement} element */
  makeControls(element) {
    return new ControlsView(element, "small", {
      signal: this.signal,
      change: (_, units) => this.session.change({ hidden: [Number(units)] }),
      hold() {},
      playing() {},
    });
  }

  makeLink() {
    const link = node("a", "", { href: "playground.html" }, "Take it into the whole playground");
    const aim = () => {
      link.href = `playground.html#${stateText(this.session.run)}`;
    };
    for (const event of ["pointerdown", "focus", "click"]) {
      link.addEventListener(event, aim, { signal: this.signal });
    }
    put(this.root, "div", "", {}, link);
  }

  draw() {
    const { run, playing } = this.session;
    for (const set of this.sets) set.checked = set.value === run.settings.data;
    this.controls.update([UNITS], () => run.settings.hidden[0]);
    setText(this.play, playing ? "❚❚ Pause" : "▶ Play");
    this.play.setAttribute("aria-label", playing ? "Pause" : "Play");
    this.drawFrame(true);
  }

  /** @param {boolean} all  the words too, although they have just changed */
  drawFrame(all = false) {
    const { output, pictures, theme } = this;
    const { run } = this.session;
    const width = output.element.clientWidth;
    if (width === 0) return; // not laid out yet
    /** @type {Unit} */
    const last = [run.settings.hidden.length, 0];
    pictures.paintUnits(run);
    pictures.paintShown(run, ...last);
    output.draw(run, pictures, last, theme, width, TALLEST);
    this.drawUnits(pictures.units[0]);
    this.tell(run.measure(), all);
  }

  /** @param {HTMLCanvasElement[]} pictures */
  drawUnits(pictures) {
    while (this.units.children.length > pictures.length) this.units.lastElementChild?.remove();
    pictures.forEach((picture, k) => {
      const size = { width: UNIT, height: UNIT };
      const shown = this.units.children[k] ?? put(this.units, "canvas", "", size);
      penOf(/** @type {HTMLCanvasElement} */ (shown)).drawImage(picture, 0, 0);
    });
  }

  /** @param {Measured} measured @param {boolean} all */
  tell(measured, all) {
    const { run, playing } = this.session;
    const goal = goalWords(run, measured);
    this.showGoal(goal.text, goal.reached);
    const now = performance.now();
    if (!all && now - this.wordsAt < CALM) return;
    this.wordsAt = now;
    const { loss, right } = measured.test;
    const words =
      `Epoch ${run.epoch}: the test loss is ${lossWords(loss)}, and ` +
      `${(100 * right).toFixed(0)} % of the test points are right.`;
    this.showCaption(words, false);
    if (playing) return;
    this.output.describe(
      `Picture of the network's output for x1 and x2 from -6 to 6, and the data`,
    );
    this.speak(`${words} ${goal.text}.`);
  }
}
