// One view of the playground: buttons and numbers, data, network, output and loss.

import { AXES, LINE, SCREEN } from "../arrange.js";
import { put, setText } from "../elements.js";
import { Shell } from "../shell.js";
import { outputControls } from "./choices.js";
import { DatasetsView } from "./datasets.js";
import { putControls } from "./fields.js";
import { HEIGHTS } from "./graph.js";
import { LossView } from "./losses.js";
import { NetworkView } from "./network.js";
import { OutputView } from "./output.js";
import { Pictures } from "./pictures.js";
import { Session } from "./session.js";
import { Toolbar } from "./toolbar.js";
import { captionWords, goalWords, unitWords } from "./words.js";

/** @import { Model } from "../types" */
/** @import { Context, Measured, Traits, Unit } from "./types" */

const CALM = 250; // ms between two changes of the caption while it trains
const WIDE = 860; // px from which data, network and answer stand side by side
const IN_TWO = 700; // px from which network and answer do
const ROW_GAP = 8; // px between rows: see playground.css
const NAME = 18; // px of an axis without a name
const SHARE = 0.44; // of the height, for the loss
const LEAST = { output: 120, losses: 60 }; // px of a plot
const DIVERGED =
  "The weights have grown beyond all numbers: this learning rate is too high here. Press Reset, " +
  "and choose a smaller one.";

let viewsMade = 0;

class PlaygroundView extends Shell {
  /** @param {Session} session @param {Model<Traits>} model @param {Element} parent */
  constructor(session, model, parent) {
    super(parent, "nnp-playground");
    this.root.dataset.lmSuppressShortcuts = "true";
    this.session = session;
    this.model = model;
    viewsMade += 1;
    this.prefix = `nnp-${viewsMade}-${Math.random().toString(36).slice(2, 8)}`;
    /** @type {Unit | null} */
    this.unit = null; // the one that the large picture shows; null is the output
    /** @type {number[] | undefined} */
    this.widths = undefined;
    this.layout = "";
    this.taken = { others: 0, data: 0, network: 0, answers: 0 }; // px beside pictures
    this.heights = { graph: HEIGHTS.most, output: Infinity, losses: Infinity };
    this.reached = true;
    this.wordsAt = -Infinity;
    this.pictures = new Pictures();
    const body = put(this.root, "div", "nnp-body");
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", "Neural network playground");
    /** @type {Context} */
    const context = {
      session,
      prefix: this.prefix,
      signal: this.signal,
      say: (words) => this.say(words),
      tell: (words) => setText(this.told, words),
      show: (unit) => {
        this.unit = unit;
        this.schedule();
      },
      schedule: () => this.schedule(),
    };
    this.toolbar = new Toolbar(body, context, this.goal);
    this.columns = put(body, "div", "nnp-columns");
    this.datasets = new DatasetsView(this.columns, context);
    this.network = new NetworkView(this.columns, context);
    const answers = put(this.columns, "div", "nnp-answers");
    this.output = new OutputView(answers, context);
    this.showOutput = putControls(context, this.output.element);
    this.losses = new LossView(answers, context);
    this.parts = [this.datasets.element, this.network.element, answers];
    this.columns.replaceChildren(...this.parts.toReversed());
    body.append(this.caption, this.spoken);
    this.told = put(body, "div", "nnf-told", { "aria-live": "polite" });
    session.views.add(this);
    this.obey = () => session.obey();
    model.on("change:_order", this.obey);
    this.watch(this.root);
    this.schedule();
  }

  // Where all stands in one column, the answer comes first: it belongs beside the buttons.
  resized() {
    this.widths = undefined;
    this.taken = { others: 0, data: 0, network: 0, answers: 0 };
    const { clientWidth: width } = this.root;
    const layout = width >= WIDE ? "nnp-wide" : width >= IN_TWO ? "nnp-beside" : "nnp-stack";
    if (layout === this.layout) return;
    this.layout = layout;
    this.columns.className = `nnp-columns ${layout}`;
    const stacked = layout === "nnp-stack";
    this.columns.replaceChildren(...(stacked ? this.parts.toReversed() : this.parts));
  }

  /**
   * Gives the pictures the height that all else leaves of a screen, and returns whether one is
   * new. What stands around them only grows while the width stays: nothing jumps to and fro.
   */
  arrange() {
    const { root, columns, caption, network, output, losses, taken, heights } = this;
    const before = JSON.stringify(heights);
    if (this.layout === "nnp-stack") {
      Object.assign(heights, { graph: HEIGHTS.most, output: Infinity, losses: Infinity });
      return JSON.stringify(heights) !== before;
    }
    const [data, , answers] = this.parts;
    const most = (/** @type {keyof typeof taken} */ name, /** @type {number} */ now) => {
      taken[name] = Math.max(taken[name], now);
      return taken[name];
    };
    const others = root.offsetHeight - columns.offsetHeight - caption.offsetHeight + LINE;
    const beside = this.layout === "nnp-beside";
    const above = most("data", beside ? data.offsetHeight + ROW_GAP : 0);
    const free = SCREEN - most("others", others) - above;
    const graph = free - most("network", network.element.offsetHeight - heights.graph);
    heights.graph = Math.max(HEIGHTS.least, Math.min(HEIGHTS.most, graph));
    const [first, second] = [output.canvas.offsetHeight, losses.canvas.offsetHeight];
    const plots = free - most("answers", answers.offsetHeight - first - second) - 2 * AXES + NAME;
    heights.losses = Math.max(LEAST.losses, Math.floor(SHARE * plots));
    heights.output = Math.max(LEAST.output, plots - heights.losses);
    return JSON.stringify(heights) !== before;
  }

  // Everything that follows from the settings; nothing is made again unless it has to be.
  draw() {
    const { run } = this.session;
    this.toolbar.update(run);
    this.datasets.update(run);
    this.showOutput(outputControls());
    if (this.network.update(run)) this.unit = null;
    this.drawFrame(true);
    for (let pass = 0; pass < 3 && this.widths && this.arrange(); pass++) this.drawFrame(true);
  }

  /** @param {boolean} all  the words too, although they have just changed */
  drawFrame(all = false) {
    const { network, output, losses, theme } = this;
    const { run, playing } = this.session;
    const measured = run.measure();
    this.toolbar.show(playing);
    losses.count(run, measured);
    this.tell(measured, all);
    this.widths ??= [network.graph, output, losses].map((part) => part.element.clientWidth);
    const [graphWidth, outputWidth, lossWidth] = this.widths;
    if (graphWidth < 40) {
      this.widths = undefined; // not laid out yet
      return;
    }
    this.pictures.paintUnits(run);
    this.pictures.paintShown(run, ...this.shown);
    const { heights } = this;
    network.draw(run, this.pictures, theme, graphWidth, heights.graph);
    output.draw(run, this.pictures, this.shown, theme, outputWidth, heights.output);
    losses.draw(run, measured, theme, lossWidth, heights.losses);
  }

  /** @returns {Unit} */
  get shown() {
    return this.unit ?? [this.session.run.settings.hidden.length, 0];
  }

  /** @param {Measured} measured @param {boolean} all */
  tell(measured, all) {
    const { run, playing } = this.session;
    const goal = goalWords(run, measured);
    this.showGoal(goal.text, goal.reached);
    if (goal.reached && !this.reached && playing) this.say(`${goal.text}, at epoch ${run.epoch}`);
    this.reached = goal.reached;
    const now = performance.now();
    if (!all && now - this.wordsAt < CALM) return;
    this.wordsAt = now;
    const words = run.diverged ? `⚠ ${DIVERGED}` : captionWords(run, measured);
    this.showCaption(words, run.diverged);
    this.network.editor.refresh(run);
    if (playing) return;
    const { points, train, settings } = run;
    this.output.describe(
      `Picture of ${unitWords(run, ...this.shown)} for x1 and x2 from -6 to 6, with ` +
        `${settings.show_test ? points.length : train} points of the data`,
    );
    this.losses.describe(run, measured);
    this.speak(`${words} ${goal.text}.`);
  }

  destroy() {
    this.model.off("change:_order", this.obey);
    super.destroy();
    this.session.leave(this);
  }
}

/**
 * Views of one widget share its session; it ends with the last of them.
 * @type {Map<string, Session>}
 */
const sessions = new Map();

export default {
  /** @param {{ model: Model<Traits>, el: Element }} here */
  render({ model, el }) {
    const key = model.get("_key");
    const session = sessions.get(key) ?? new Session(model);
    sessions.set(key, session);
    const view = new PlaygroundView(session, model, el);
    return () => {
      view.destroy();
      if (session.views.size === 0) sessions.delete(key);
    };
  },
};
