// What runs the training: buttons, speed, how far it is, and the settings of learning.

import { put, setText } from "../elements.js";
import { runControls, speedControls } from "./choices.js";
import { putButton, putControls } from "./fields.js";
import { lossWords } from "./words.js";

/** @import { Run } from "./run.js" */
/** @import { Context, Measured } from "./types" */

export class Toolbar {
  /** @param {Element} body @param {Context} context */
  constructor(body, context) {
    const { session } = context;
    const row = put(body, "div", "nnp-run");
    this.play = putButton(context, row, "play", "▶ Play", () => {
      if (session.playing) session.pause();
      else session.play();
    });
    putButton(context, row, "step", "Step: 1 epoch", () => session.stepEpoch());
    putButton(context, row, "batch", "1 batch", () => session.stepBatch(), "Step: 1 batch");
    putButton(context, row, "reset", "↺ Reset", () => session.reset(), "Reset");
    this.showSpeed = putControls(context, row);
    const numbers = put(row, "div", "nnp-numbers");
    const number = (/** @type {string} */ words) =>
      put(put(numbers, "span", "nnp-number", {}, `${words} `), "b");
    this.epoch = number("Epoch");
    this.trainLoss = number("Training loss");
    this.testLoss = number("Test loss");
    this.showRun = putControls(context, body);
  }

  /** @param {Run} run */
  update(run) {
    this.showRun(runControls(run.settings));
    this.showSpeed(speedControls());
  }

  /** @param {Run} run @param {Measured} measured @param {boolean} playing */
  count(run, measured, playing) {
    setText(this.epoch, String(run.epoch));
    setText(this.trainLoss, lossWords(measured.train.loss));
    setText(this.testLoss, lossWords(measured.test.loss));
    setText(this.play, playing ? "❚❚ Pause" : "▶ Play");
    this.play.setAttribute("aria-label", playing ? "Pause" : "Play");
  }
}
