// The view of one stage: it says hello to Python, draws the scenes that come back, and
// sends what the learner does.

import { arrange, LINE, needOf, SCREEN, shareOut } from "./arrange.js";
import { ControlsView } from "./controls.js";
import { decode } from "./decode.js";
import { put, setText } from "./elements.js";
import { Link } from "./link.js";
import { PanelView } from "./panel.js";
import { Shell } from "./shell.js";

/** @import { Model, PanelHooks, Read, Scene, SceneMessage } from "./types" */

const SILENT =
  "Python does not answer. If another cell is running, wait for it; " +
  "if the kernel was restarted, run this cell again.";

class StageView extends Shell {
  /** @param {Model<{}>} model @param {Element} parent */
  constructor(model, parent) {
    super(parent, "nnf-stage");
    this.model = model;
    /** @type {PanelView[]} */
    this.panels = [];
    /** @type {Scene | undefined} */
    this.scene = undefined;
    /** @type {[SceneMessage, DataView[]] | undefined} */
    this.incoming = undefined;
    /** @type {string | null} */
    this.error = null;
    this.silent = false;
    this.frames = 0; // scenes drawn, for the tests and the benchmark
    this.words = "";
    /** @type {{ around: number[], others: number }} */
    this.taken = { around: [], others: 0 }; // px of the height, beside plots
    this.columns = Infinity;
    this.settled = ""; // the lengths of words for which it was measured
    /** @type {Set<string>} */
    this.playing = new Set(); // names of the players that run
    const view = `nnf-${Math.random().toString(36).slice(2, 10)}`;
    this.link = new Link(model, view, (silent) => {
      if (silent === this.silent) return;
      this.silent = silent;
      if (this.scene) this.showWords(this.scene);
    });
    this.title = put(this.root, "div", "nnf-title");
    this.body = put(this.root, "div", "nnf-panels");
    this.hooks = this.makeHooks();
    this.bar = put(this.root, "div", "nnf-controls");
    this.controls = new ControlsView(this.bar, view, this.hooks);
    this.root.append(this.goal, this.caption, this.spoken);
    this.told = put(this.root, "div", "nnf-told", { "aria-live": "polite" });
    this.receive = (/** @type {SceneMessage} */ message, /** @type {DataView[]} */ buffers) => {
      if (message?.type !== "scene") return;
      this.incoming = [message, buffers];
      if (message.view === view && message.seq !== undefined) this.link.answer(message.seq);
      this.schedule();
    };
    model.on("msg:custom", this.receive);
    this.watch(this.body);
    this.link.hello();
  }

  /** @returns {PanelHooks} */
  makeHooks() {
    return {
      signal: this.signal,
      hold: (name, held) => {
        this.link.hold(name, held);
        this.schedule();
      },
      change: (name, value) => {
        clearTimeout(this.quiet);
        this.link.change(name, value);
        this.schedule();
      },
      playing: (name, on) => {
        if (on) this.playing.add(name);
        else this.playing.delete(name);
        this.speak(this.words);
      },
      redraw: () => this.schedule(),
      tell: (words) => setText(this.told, words),
    };
  }

  draw() {
    if (this.incoming) {
      const [message, buffers] = this.incoming;
      this.incoming = undefined;
      this.scene = /** @type {Scene} */ (decode(message.scene, buffers));
      this.error = message.error;
      this.showScene(this.scene);
      this.frames += 1;
    }
    if (!this.scene) return;
    /** @type {Read} */
    const local = (name) => this.link.valueOf(name);
    const drawPanels = () => {
      /** @type {Set<string>} */
      const explained = new Set(); // what stands in the legend of a panel beside it
      for (const panel of this.panels) {
        if (this.columns === 1) explained.clear();
        panel.draw(this.theme, local, explained);
      }
    };
    drawPanels();
    // To measure is dear: only where the words around the plots, or in them, take more than ever.
    const lengths = JSON.stringify(lengthsOf(this.scene, this.panels));
    // While the page hides it (it does, when the theme changes), there is nothing to measure.
    if (lengths !== this.settled && this.body.clientWidth) {
      for (let pass = 0; pass < 5 && this.arrange(this.scene.panels); pass++) drawPanels();
      this.settled = lengths;
    }
    this.controls.drawn((name) => local(name) !== undefined, Boolean(this.error));
  }

  /**
   * Gives panels their columns and plots their height, and returns whether one is new. What stands
   * around the plots only grows while the width stays, and columns only get fewer, so that nothing
   * jumps to and fro. In other columns other legends wrap: what they took is forgotten.
   * @param {Scene["panels"]} panels
   */
  arrange(panels) {
    const { body, caption, root, taken } = this;
    taken.around = this.panels.map(({ around }, k) => Math.max(taken.around[k] ?? 0, around));
    taken.others = Math.max(
      taken.others,
      root.offsetHeight - body.offsetHeight - caption.offsetHeight + LINE,
    );
    const height = SCREEN - taken.others;
    const { clientWidth } = body;
    const { columns, tallest } = arrange(panels, clientWidth, height, taken.around, this.columns);
    if (columns !== this.columns) {
      this.columns = columns;
      taken.around = [];
      for (const panel of this.panels) panel.resized();
    }
    const needs = panels.map((panel, k) => needOf(panel, this.panels[k].room, tallest));
    body.style.gridTemplateColumns = shareOut(needs, columns, clientWidth)
      .map((width) => `minmax(0, ${width.toFixed()}fr)`)
      .join(" ");
    // Where panels stand one below the other, the last one is far from what is below it.
    const above = columns === 1 && panels.length > 1;
    if (above !== (this.bar.nextSibling === body)) body[above ? "before" : "after"](this.bar);
    const fitted = this.panels.map(({ element, room }) => {
      const { clientWidth: width } = element;
      const same = room.width === width && room.tallest === tallest;
      Object.assign(room, { width, tallest });
      return !same;
    });
    return fitted.some(Boolean);
  }

  resized() {
    this.settled = "";
    this.taken = { around: [], others: 0 };
    this.columns = Infinity;
    this.body.style.gridTemplateColumns = "minmax(0, 1fr)"; // where least wraps
    for (const panel of this.panels) panel.resized();
  }

  /** @param {Scene} scene */
  showScene(scene) {
    setText(this.title, scene.title);
    this.title.hidden = !scene.title;
    for (const panel of this.panels.splice(scene.panels.length)) panel.element.remove();
    while (this.panels.length < scene.panels.length) {
      this.panels.push(new PanelView(this.body, this.hooks));
    }
    const count = String(scene.panels.length);
    if (count !== this.body.dataset.count) this.resized();
    this.body.dataset.count = count;
    scene.panels.forEach((panel, k) => {
      this.panels[k].update(panel);
    });
    this.controls.update(
      scene.controls,
      (name) => this.link.valueOf(name) ?? scene.state[name] ?? undefined,
    );
    this.showWords(scene);
  }

  /** @param {Scene} scene */
  showWords({ goal, caption }) {
    const error = this.silent ? SILENT : this.error;
    let said = "";
    this.goal.hidden = !goal;
    if (goal) {
      said = `${goal.reached ? "Goal reached" : "Goal, not yet reached"}: ${goal.text}`;
      this.showGoal(said, goal.reached);
    }
    this.showCaption(error ? `⚠ ${error}` : caption, Boolean(error));
    this.speak([error || caption, said].filter(Boolean).join(" "));
  }

  /**
   * The first words are told at once. What is passed by is not told: while a player runs, or
   * Python has not drawn the newest state.
   * @param {string} words
   */
  speak(words) {
    this.words = words;
    clearTimeout(this.quiet);
    if (this.playing.size || (this.link.waits && !this.silent)) return;
    if (this.spoken.textContent) super.speak(words);
    else this.say(words);
  }

  /** @param {string} words */
  say(words) {
    super.say(words);
    for (const panel of this.panels) panel.describe();
  }

  destroy() {
    this.model.off("msg:custom", this.receive);
    super.destroy();
    this.link.rest();
  }
}

/**
 * Returns what the height of a stage depends on.
 * @param {Scene} scene
 * @param {PanelView[]} panels
 */
function lengthsOf({ controls, goal }, panels) {
  return [
    panels.map(({ lengths, room }) => [...lengths, room.need, room.below]),
    controls.map((control) => [control.name, control.label.length]),
    goal?.text.length,
  ];
}

export default {
  /** @param {{ model: Model<{}>, el: Element }} here */
  render({ model, el }) {
    const view = new StageView(model, el);
    return () => view.destroy();
  },
};
