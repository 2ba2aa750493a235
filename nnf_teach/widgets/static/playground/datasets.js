// The column of the data: which set, how noisy, how it is divided, and both seeds.

import { KEEPS_KEYS, node, put } from "../elements.js";
import { seriesColor } from "../palette.js";
import { dataControls } from "./choices.js";
import { CLASSIFICATION, drawPoints, REGRESSION } from "./data.js";
import { putControls, putSeed } from "./fields.js";
import { paintSample } from "./pictures.js";
import { DATA_WORDS } from "./words.js";

/** @import { Run } from "./run.js" */
/** @import { Context } from "./types" */

const SAMPLE = 104; // pixels along a side
const ON_LIGHT = { dark: false, text: "#000" };

export class DatasetsView {
  /** @param {Element} parent @param {Context} context */
  constructor(parent, context) {
    this.context = context;
    this.element = put(parent, "div", "nnp-data");
    const sets = put(this.element, "fieldset", "nnp-sets");
    put(sets, "legend", "nnp-heading", {}, "Data");
    this.sets = put(sets, "div");
    this.showControls = putControls(context, this.element, "nnp-stacked");
    const seeds = put(this.element, "div", "nnp-seeds");
    this.showSeeds = [
      putSeed(context, seeds, "data_seed", "Data seed", "Regenerate data"),
      putSeed(context, seeds, "seed", "Weight seed", "New start weights"),
    ];
  }

  /** @param {Run} run */
  update(run) {
    const names = Object.keys(run.regression ? REGRESSION : CLASSIFICATION);
    if (this.sets.dataset.names !== names.join()) {
      this.sets.dataset.names = names.join();
      this.sets.replaceChildren(...names.map((name) => makeSet(this.context, name)));
    }
    for (const radio of this.sets.querySelectorAll("input")) {
      radio.checked = radio.value === run.settings.data;
    }
    this.showControls(dataControls(run.settings));
    for (const show of this.showSeeds) show();
  }
}

/**
 * A data set to choose: its name and its picture.
 * @param {Pick<Context, "session" | "prefix" | "signal">} context
 * @param {string} name
 */
export function makeSet({ session, prefix, signal }, name) {
  const label = node("label", "nnp-set");
  const attributes = { type: "radio", name: `${prefix}-data`, value: name, ...KEEPS_KEYS };
  const radio = put(label, "input", "", attributes);
  radio.addEventListener("change", () => session.change({ data: name }), { signal });
  const canvas = put(label, "canvas", "", { width: SAMPLE, height: SAMPLE });
  const { points } = drawPoints({ data: name, noise: 0, train_share: 0.5, data_seed: 1 });
  paintSample(canvas, points, (t) =>
    Math.abs(t) < 0.1 ? "#999999" : seriesColor(t < 0 ? 0 : 1, ON_LIGHT),
  );
  put(label, "span", "", {}, DATA_WORDS[name]);
  return label;
}
