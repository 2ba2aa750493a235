// The view of one stage: it says hello to Python, draws the scenes that come back, and
// sends what the learner does.

import { ControlsView } from "./controls.js";
import { decode } from "./decode.js";
import { put, setText } from "./elements.js";
import { Link } from "./link.js";
import { PanelView } from "./panel.js";
import { Shell } from "./shell.js";

/** @import { Hooks, Model, Read, Scene, SceneMessage } from "./types" */

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
    this.controls = new ControlsView(put(this.root, "div", "nnf-controls"), view, this.hooks);
    this.root.append(this.goal, this.caption, this.spoken);
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

  /** @returns {Hooks} */
  makeHooks() {
    return {
      signal: this.signal,
      hold: (name, held) => {
        this.link.hold(name, held);
        this.schedule();
      },
      change: (name, value) => {
        this.link.change(name, value);
        this.schedule();
      },
      playing: (name, on) => {
        if (on) this.playing.add(name);
        else this.playing.delete(name);
        this.speak(this.words);
      },
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
    const widths = this.panels.map((panel) => panel.element.clientWidth);
    this.panels.forEach((panel, k) => {
      panel.width = widths[k];
      panel.draw(this.theme, local);
    });
    this.controls.drawn((name) => local(name) !== undefined, Boolean(this.error));
  }

  /** @param {Scene} scene */
  showScene(scene) {
    setText(this.title, scene.title);
    this.title.hidden = !scene.title;
    for (const panel of this.panels.splice(scene.panels.length)) panel.element.remove();
    while (this.panels.length < scene.panels.length) {
      this.panels.push(new PanelView(this.body, this.hooks));
    }
    this.body.dataset.count = String(scene.panels.length);
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
   * The first words are told at once; what has been passed by while a player runs is not told.
   * @param {string} words
   */
  speak(words) {
    this.words = words;
    clearTimeout(this.quiet);
    if (this.playing.size) return;
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

export default {
  /** @param {{ model: Model<{}>, el: Element }} here */
  render({ model, el }) {
    const view = new StageView(model, el);
    return () => view.destroy();
  },
};
