// One view of the playground: buttons and numbers, data, network, output and loss.

import { ControlsView } from "../controls.js";
import { fillLegend } from "../legend.js";
import { readTheme, seriesColor } from "../palette.js";
import {
  dataControls,
  outputControls,
  runControls,
  shownValue,
  speedControls,
  wantedChange,
} from "./choices.js";
import { CLASSIFICATION, drawPoints, REGRESSION } from "./data.js";
import { EditorView } from "./editor.js";
import { GraphView } from "./graph.js";
import { LossView } from "./losses.js";
import { OutputView } from "./output.js";
import { Pictures, paintSample } from "./pictures.js";
import { Session } from "./session.js";
import { captionWords, DATA_WORDS, goalWords, lossWords, unitWords } from "./words.js";

const CALM = 250; // ms between two changes of the caption while it trains
const HUSH = 700; // ms without a change before a screen reader hears the caption
const WIDE = 860; // pixels from which data, network and answer stand side by side
const MOST_LAYERS = 4;
const LARGEST_SEED = 2 ** 32 - 1;
const WATCHED = ["class", "style", "data-jp-theme-name", "data-jp-theme-light"];
const HELP =
  "Click a unit or a line to see its weights and change them. With the keyboard: Tab to the " +
  "network, arrow keys from unit to unit, Enter.";
const LEGEND = "the wider, the larger; dotted: killed by L1; + or − on a corner: sign of the bias";
const DIVERGED =
  "The weights have grown beyond all numbers: this learning rate is too high here. Press Reset, " +
  "and choose a smaller one.";

let viewsMade = 0;

class PlaygroundView {
  constructor(session, model, parent) {
    this.session = session;
    this.model = model;
    this.end = new AbortController();
    this.signal = this.end.signal;
    viewsMade += 1;
    this.prefix = `nnp-${viewsMade}-${Math.random().toString(36).slice(2, 8)}`;
    this.unit = null; // the one that the large picture shows; null is the output
    this.pictures = new Pictures();
    this.build(parent);
    session.views.add(this);
    this.obey = () => session.obey();
    model.on("change:_order", this.obey);
    this.watch();
    this.refresh("change");
  }

  build(parent) {
    this.root = put("div", "nnp-playground", parent);
    this.root.dataset.lmSuppressShortcuts = "true";
    this.root.nnp = this;
    const body = put("div", "nnp-body", this.root);
    put("div", "nnp-title", body, "Neural network playground");
    this.buildRun(body);
    this.columns = put("div", "nnp-columns", body);
    const data = put("div", "nnp-data", this.columns);
    const network = put("div", "nnp-network", this.columns);
    const answers = put("div", "nnp-answers", this.columns);
    this.parts = [data, network, answers];
    this.buildData(data);
    this.buildNetwork(network);
    this.output = new OutputView(answers);
    this.outputControls = this.makeControls(this.output.element);
    this.losses = new LossView(answers);
    this.goal = put("div", "nnp-goal", body);
    this.caption = put("div", "nnp-caption", body);
    this.spoken = put("div", "nnp-spoken", body);
    this.spoken.setAttribute("aria-live", "polite");
    this.goal.setAttribute("aria-hidden", "true");
    this.caption.setAttribute("aria-hidden", "true");
  }

  buildRun(body) {
    const { session } = this;
    const row = put("div", "nnp-run", body);
    const press = (name, words, click, label) => this.button(row, name, words, click, label);
    this.play = press("play", "▶ Play", () => (session.playing ? session.pause() : session.play()));
    press("step", "Step: 1 epoch", () => session.stepEpoch());
    press("batch", "1 batch", () => session.stepBatch(), "Step: 1 batch");
    press("reset", "↺ Reset", () => session.reset(), "Reset");
    this.speedControls = this.makeControls(row);
    const numbers = put("div", "nnp-numbers", row);
    const number = (words) => {
      const pair = put("span", "nnp-number", numbers, `${words} `);
      return put("b", "", pair);
    };
    this.epoch = number("Epoch");
    this.trainLoss = number("Training loss");
    this.testLoss = number("Test loss");
    this.runControls = this.makeControls(body);
  }

  buildData(parent) {
    const sets = put("fieldset", "nnp-sets", parent);
    put("legend", "nnp-heading", sets, "Data");
    this.sets = put("div", "", sets);
    this.dataControls = this.makeControls(parent);
    const seeds = put("div", "nnp-seeds", parent);
    this.dataSeed = this.seed(seeds, "data_seed", "Seed of the data", "Regenerate data");
    this.startSeed = this.seed(seeds, "seed", "Seed of the weights", "New start weights");
  }

  buildNetwork(parent) {
    const row = put("div", "nnp-layers", parent);
    this.layerWords = put("span", "", row);
    const hidden = () => this.session.run.settings.hidden;
    this.fewer = this.button(
      row,
      "fewer",
      "−",
      () => this.session.change({ hidden: hidden().slice(0, -1) }),
      "Remove the last hidden layer",
    );
    this.more = this.button(
      row,
      "more",
      "+",
      () => this.session.change({ hidden: [...hidden(), 2] }),
      "Add a hidden layer",
    );
    this.graph = new GraphView(parent, {
      signal: this.signal,
      show: (layer, k) => this.show([layer, k]),
      hide: () => this.show(null),
      redraw: () => this.schedule(),
      away: () => this.editor.close(false),
      hint: (words) => putWords(this.help, words || HELP),
      toggle: (input) => this.toggleInput(input),
      hidden: (units) => this.session.change({ hidden: units }),
      edit: (layer, k, source) =>
        this.editor.open(this.session.run, layer, k, source, this.graph.at[layer + 1][k]),
    });
    this.legend = put("div", "nnf-legend", parent);
    this.help = put("div", "nnp-help", parent, HELP);
    this.editor = new EditorView(this.graph.element, this.prefix, {
      signal: this.signal,
      set: (index, value) => this.session.setWeight(index, value),
      closed: (unit) => this.graph.focusOn(unit),
    });
  }

  button(parent, name, words, click, label) {
    const made = put("button", "nnp-button", parent, words);
    made.type = "button";
    made.dataset.name = name;
    made.dataset.lmSuppressShortcuts = "true";
    if (label) made.setAttribute("aria-label", label);
    made.addEventListener("click", click, { signal: this.signal });
    return made;
  }

  makeControls(parent) {
    const change = (name, shown) => {
      const wanted = wantedChange(this.session.run.settings, name, shown);
      if (Object.keys(wanted).length) this.session.change(wanted);
    };
    const place = put("div", "nnp-controls", parent);
    return new ControlsView(place, this.prefix, { change, hold() {}, signal: this.signal });
  }

  seed(parent, name, words, newWords) {
    const row = put("div", "nnp-seed", parent);
    const label = put("label", "", row, words);
    const field = put("input", "", row);
    Object.assign(field, {
      type: "number",
      min: 0,
      max: LARGEST_SEED,
      step: 1,
      autocomplete: "off",
    });
    field.id = label.htmlFor = `${this.prefix}-${name}`;
    field.dataset.name = name;
    field.dataset.lmSuppressShortcuts = "true";
    field.addEventListener(
      "change",
      () => {
        const value = field.valueAsNumber;
        const good = Number.isInteger(value) && value >= 0 && value <= LARGEST_SEED;
        if (good) this.session.change({ [name]: value });
        else {
          field.value = this.session.run.settings[name];
          this.say(`${words}: a whole number from 0 to ${LARGEST_SEED} is needed.`);
        }
      },
      { signal: this.signal },
    );
    this.button(row, `new-${name}`, newWords, () => {
      const next = (this.session.run.settings[name] + 1) % (LARGEST_SEED + 1);
      this.session.change({ [name]: next });
    });
    return field;
  }

  toggleInput(input) {
    const { inputs } = this.session.run.settings;
    const on = inputs.includes(input);
    if (on && inputs.length === 1) {
      putWords(this.help, "The network needs at least one input: switch another one on first.");
      this.say(this.help.textContent);
      return;
    }
    const order = ["x1", "x2", "x1^2", "x2^2", "x1 x2", "sin x1", "sin x2"];
    const chosen = order.filter((name) => (name === input) !== inputs.includes(name));
    this.session.change({ inputs: chosen });
  }

  show(unit) {
    this.unit = unit;
    this.schedule();
  }

  watch() {
    const later = () => {
      this.theme = undefined;
      this.schedule();
    };
    this.resize = new ResizeObserver(() => {
      this.arrange();
      this.widths = undefined;
      this.caption.style.minHeight = "";
      this.longest = 0;
      this.schedule();
    });
    this.resize.observe(this.root);
    this.themes = new MutationObserver(() => {
      later();
      clearTimeout(this.later); // a theme's style sheet may come after its name
      this.later = setTimeout(later, 400);
    });
    for (const target of [document.body, document.documentElement]) {
      this.themes.observe(target, { attributes: true, attributeFilter: WATCHED });
    }
    for (const query of ["(forced-colors: active)", "(prefers-color-scheme: dark)"]) {
      matchMedia(query).addEventListener("change", later, { signal: this.signal });
    }
    window.addEventListener("resize", later, { signal: this.signal });
  }

  // Where all stands in one column, the answer comes first: it belongs beside the buttons.
  arrange() {
    const wide = this.root.clientWidth >= WIDE;
    if (wide === this.wide) return;
    this.wide = wide;
    this.columns.classList.toggle("nnp-wide", wide);
    this.columns.replaceChildren(...(wide ? this.parts : this.parts.toReversed()));
  }

  // The session tells each view what has happened.
  refresh(what) {
    if (what === "frame") this.draw(false);
    else this.schedule();
  }

  schedule() {
    this.request ??= requestAnimationFrame(() => {
      this.request = undefined;
      this.draw(true);
    });
  }

  draw(all) {
    const { run, playing } = this.session;
    this.theme ??= readTheme(this.root);
    if (all) this.showSettings(run);
    const measured = run.measure();
    this.showNumbers(run, measured, all, playing);
    this.widths ??= [this.graph, this.output, this.losses].map((part) => part.element.clientWidth);
    const [graph, output, losses] = this.widths;
    if (graph < 40) {
      this.widths = undefined; // not laid out yet
      return;
    }
    const shown = this.unit ?? [run.settings.hidden.length, 0];
    this.pictures.paintUnits(run);
    this.pictures.paintShown(run, ...shown);
    this.graph.draw(run, this.pictures, this.theme, graph);
    this.drawLegend();
    this.output.draw(run, this.pictures, shown, this.theme, output);
    this.losses.draw(run, measured, this.theme, losses);
  }

  drawLegend() {
    if (this.legendTheme === this.theme) return;
    this.legendTheme = this.theme;
    const entry = (label, color, stroke) => ({ kind: "Line", label, color, stroke, width: 3 });
    const entries = [entry("weight above 0", 1, "solid"), entry("weight below 0", 0, "dashed")];
    fillLegend(this.legend, entries, this.theme, false);
    this.legend.append(LEGEND);
  }

  // Everything that follows from the settings; nothing is made again unless it has to be.
  showSettings(run) {
    const { settings } = run;
    const show = (controls, list) => controls.update(list, (name) => shownValue(settings, name));
    show(this.runControls, runControls(settings));
    show(this.speedControls, speedControls());
    show(this.dataControls, dataControls(settings));
    show(this.outputControls, outputControls());
    this.showSets(run);
    for (const [field, name] of [
      [this.dataSeed, "data_seed"],
      [this.startSeed, "seed"],
    ]) {
      if (Number(field.value) !== settings[name] || field.value === "")
        field.value = settings[name];
    }
    const count = settings.hidden.length;
    putWords(this.layerWords, `${count} hidden ${count === 1 ? "layer" : "layers"}`);
    this.fewer.disabled = count === 0;
    this.more.disabled = count === MOST_LAYERS;
    const shape = JSON.stringify([settings.inputs, settings.hidden]);
    if (shape === this.shape) return;
    this.shape = shape;
    this.unit = null;
    this.editor.close(false);
    this.graph.build(run);
  }

  showSets(run) {
    const names = Object.keys(run.regression ? REGRESSION : CLASSIFICATION);
    if (this.sets.dataset.names !== names.join()) {
      this.sets.dataset.names = names.join();
      this.sets.replaceChildren(...names.map((name) => this.makeSet(name)));
    }
    for (const radio of this.sets.querySelectorAll("input")) {
      radio.checked = radio.value === run.settings.data;
    }
  }

  makeSet(name) {
    const label = document.createElement("label");
    label.className = "nnp-set";
    const radio = put("input", "", label);
    Object.assign(radio, { type: "radio", name: `${this.prefix}-data`, value: name });
    radio.dataset.lmSuppressShortcuts = "true";
    radio.addEventListener("change", () => this.session.change({ data: name }), {
      signal: this.signal,
    });
    const canvas = put("canvas", "", label);
    canvas.width = canvas.height = 104;
    const { points } = drawPoints({ data: name, noise: 0, train_share: 0.5, data_seed: 1 });
    paintSample(canvas, points, (t) =>
      Math.abs(t) < 0.1 ? "#999999" : seriesColor(t < 0 ? 0 : 1, { dark: false, text: "#000" }),
    );
    put("span", "", label, DATA_WORDS[name]);
    return label;
  }

  showNumbers(run, measured, all, playing) {
    putWords(this.epoch, String(run.epoch));
    putWords(this.trainLoss, lossWords(measured.train.loss));
    putWords(this.testLoss, lossWords(measured.test.loss));
    putWords(this.play, playing ? "❚❚ Pause" : "▶ Play");
    this.play.setAttribute("aria-label", playing ? "Pause" : "Play");
    const goal = goalWords(run, measured);
    putWords(this.goal, `${goal.reached ? "✓" : "○"} ${goal.text}`);
    this.goal.classList.toggle("nnp-reached", goal.reached);
    if (goal.reached && this.reached === false && playing) {
      this.say(`${goal.text}, at epoch ${run.epoch}`);
    }
    this.reached = goal.reached;
    const now = performance.now();
    if (!all && now - this.wordsAt < CALM) return;
    this.wordsAt = now;
    const words = run.diverged ? `⚠ ${DIVERGED}` : captionWords(run, measured);
    putWords(this.caption, words);
    this.caption.classList.toggle("nnp-error", run.diverged);
    this.reserve();
    this.editor.refresh(run);
    if (playing) return;
    this.describe(run, measured);
    this.speak(`${words} ${goal.text}.`);
  }

  describe(run, measured) {
    const shown = this.unit ?? [run.settings.hidden.length, 0];
    this.output.describe(
      `Picture of ${unitWords(run, ...shown)} for x1 and x2 from -6 to 6, with ` +
        `${run.settings.show_test ? run.points.length : run.train} points of the data`,
    );
    this.losses.describe(run, measured);
  }

  // The caption keeps the height of its longest text, so that nothing below it jumps.
  reserve() {
    const { length } = this.caption.textContent;
    if (length <= (this.longest ?? 0)) return;
    this.longest = length;
    this.caption.style.minHeight = `${this.caption.offsetHeight}px`;
  }

  // What a screen reader hears while nothing moves: the caption, once it is quiet.
  speak(words) {
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => putWords(this.spoken, words), HUSH);
  }

  say(words) {
    clearTimeout(this.quiet);
    putWords(this.spoken, words);
  }

  destroy() {
    this.model.off("change:_order", this.obey);
    this.end.abort();
    this.resize.disconnect();
    this.themes.disconnect();
    clearTimeout(this.later);
    clearTimeout(this.quiet);
    if (this.request !== undefined) cancelAnimationFrame(this.request);
    this.session.leave(this);
    this.root.remove();
    delete this.root.nnp;
  }
}

function put(tag, name, parent, words) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (words !== undefined) made.textContent = words;
  parent.append(made);
  return made;
}

function putWords(target, words) {
  if (target.textContent !== words) target.textContent = words;
}

// Views of one widget share its session; it ends with the last of them.
const sessions = new Map();

export default {
  render({ model, el }) {
    const key = model.get("_key");
    if (!sessions.has(key)) sessions.set(key, new Session(model));
    const session = sessions.get(key);
    const view = new PlaygroundView(session, model, el);
    return () => {
      view.destroy();
      if (session.views.size === 0) sessions.delete(key);
    };
  },
};
