// The column of the network: its layers, its drawing, and the window with a unit's weights.

import { put, setText } from "../elements.js";
import { fillLegend } from "../legend.js";
import { INPUT_NAMES } from "./data.js";
import { EditorView } from "./editor.js";
import { putButton } from "./fields.js";
import { GraphView } from "./graph.js";

/** @import { LegendEntry, Theme } from "../types" */
/** @import { Pictures } from "./pictures.js" */
/** @import { Run } from "./run.js" */
/** @import { Context, InputName } from "./types" */

const MOST_LAYERS = 4;
const HELP =
  "Dotted: killed by L1. On a corner: the sign of the bias. Click a unit or a line, or press " +
  "Enter, to change weights.";
/** @type {LegendEntry[]} */
const SIGNS = [
  { kind: "Line", label: "weight above 0", color: 1, stroke: "solid", width: 3 },
  { kind: "Line", label: "weight below 0", color: 0, stroke: "dashed", width: 3 },
];

export class NetworkView {
  /** @param {Element} parent @param {Context} context */
  constructor(parent, context) {
    const { session, prefix, signal } = context;
    this.context = context;
    this.shape = "";
    /** @type {Theme | undefined} */
    this.legendTheme = undefined;
    this.element = put(parent, "div", "nnp-network");
    const row = put(this.element, "div", "nnp-layers");
    this.layers = put(row, "span");
    const hidden = () => session.run.settings.hidden;
    const fewer = () => session.change({ hidden: hidden().slice(0, -1) });
    const more = () => session.change({ hidden: [...hidden(), 2] });
    this.fewer = putButton(context, row, "fewer", "−", fewer, "Remove the last hidden layer");
    this.more = putButton(context, row, "more", "+", more, "Add a hidden layer");
    this.graph = new GraphView(this.element, {
      signal,
      show: (layer, k) => context.show([layer, k]),
      hide: () => context.show(null),
      redraw: () => context.schedule(),
      away: () => this.editor.close(false),
      hint: (words) => setText(this.help, words || HELP),
      toggle: (name) => this.toggleInput(name),
      hidden: (units) => session.change({ hidden: units }),
      edit: (layer, k, source) =>
        this.editor.open(session.run, layer, k, source, this.graph.at[layer + 1][k]),
    });
    this.legend = put(this.element, "div", "nnf-legend");
    this.help = put(this.element, "div", "nnp-help", {}, HELP);
    this.editor = new EditorView(this.graph.element, prefix, {
      signal,
      set: (index, value) => session.setWeight(index, value),
      closed: (unit) => this.graph.units.focusOn(unit),
    });
  }

  /** @param {InputName} name */
  toggleInput(name) {
    const { session, say } = this.context;
    const { inputs } = session.run.settings;
    if (inputs.length === 1 && inputs[0] === name) {
      const words = "The network needs at least one input: switch another one on first.";
      setText(this.help, words);
      say(words);
      return;
    }
    const chosen = INPUT_NAMES.filter((one) => (one === name) !== inputs.includes(one));
    session.change({ inputs: chosen });
  }

  /** @param {Run} run @returns {boolean}  whether the network has another shape than before */
  update(run) {
    const { hidden, inputs } = run.settings;
    const count = hidden.length;
    setText(this.layers, `${count} hidden ${count === 1 ? "layer" : "layers"}`);
    this.fewer.disabled = count === 0;
    this.more.disabled = count === MOST_LAYERS;
    const shape = JSON.stringify([inputs, hidden]);
    if (shape === this.shape) return false;
    this.shape = shape;
    this.editor.close(false);
    this.graph.build(run);
    return true;
  }

  /**
   * @param {Run} run
   * @param {Pictures} pictures
   * @param {Theme} theme
   * @param {number} width
   * @param {number} height
   */
  draw(run, pictures, theme, width, height) {
    this.graph.draw(run, pictures, theme, width, height);
    if (this.legendTheme === theme) return;
    this.legendTheme = theme;
    fillLegend(this.legend, SIGNS, theme, false);
  }
}
