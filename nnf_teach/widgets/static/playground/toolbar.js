// What runs the training: buttons, the goal, and the settings of learning.

import { put, setText } from "../elements.js";
import { runControls, speedControl } from "./choices.js";
import { putButton, putControls, putCopy } from "./fields.js";

/** @import { Run } from "./run.js" */
/** @import { Context } from "./types" */

export class Toolbar {
  /** @param {Element} body @param {Context} context @param {Element} goal */
  constructor(body, context, goal) {
    const { session } = context;
    const row = put(body, "div", "nnp-run");
    this.play = putButton(context, row, "play", "▶ Play", () => {
      if (session.playing) session.pause();
      else session.play();
    });
    putButton(context, row, "step", "Step: 1 epoch", () => session.stepEpoch());
    putButton(context, row, "batch", "1 batch", () => session.stepBatch(), "Step: 1 batch");
    putButton(context, row, "reset", "↺ Reset", () => session.reset(), "Reset");
    row.append(goal);
    this.showRun = putControls(context, body, "nnp-stacked");
    if (body.lastElementChild) putCopy(context, body.lastElementChild);
  }

  /** @param {Run} run */
  update(run) {
    this.showRun([...runControls(run.settings), speedControl()]);
  }

  /** @param {boolean} playing */
  show(playing) {
    setText(this.play, playing ? "❚❚ Pause" : "▶ Play");
    this.play.setAttribute("aria-label", playing ? "Pause" : "Play");
  }
}
