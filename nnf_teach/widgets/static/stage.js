// The view of one stage: it says hello to Python, draws the scenes that come back, and
// sends what the learner does.

import { ControlsView } from "./controls.js";
import { decode } from "./decode.js";
import { Link } from "./link.js";
import { readTheme } from "./palette.js";
import { PanelView } from "./panel.js";

const SILENT =
  "Python does not answer. If another cell is running, wait for it; " +
  "if the kernel was restarted, run this cell again.";
const QUIET = 700; // ms without a change before a screen reader hears the new caption
const THEME_MARKS = ["class", "style", "data-jp-theme-name", "data-jp-theme-light"];

class StageView {
  constructor(model, parent) {
    this.model = model;
    this.end = new AbortController();
    this.panels = [];
    this.frames = 0; // scenes drawn, for the tests and the benchmark
    const view = `nnf-${Math.random().toString(36).slice(2, 10)}`;
    this.link = new Link(model, view, (silent) => {
      if (silent === Boolean(this.silent)) return;
      this.silent = silent;
      if (this.scene) this.showWords();
    });
    this.build(parent, view);
    this.receive = (message, buffers) => {
      if (message?.type !== "scene") return;
      this.incoming = [message, buffers];
      if (message.view === view) this.link.answer(message.seq);
      this.schedule();
    };
    model.on("msg:custom", this.receive);
    this.watch();
    this.link.hello();
  }

  build(parent, view) {
    const make = (name, tag = "div", into = this.root) => {
      const element = document.createElement(tag);
      element.className = name;
      into.append(element);
      return element;
    };
    this.root = make("nnf-stage", "div", parent);
    this.root.nnf = this;
    this.title = make("nnf-title");
    this.body = make("nnf-panels");
    const controls = make("nnf-controls");
    this.goal = make("nnf-goal");
    this.caption = make("nnf-caption");
    // The spoken twin of goal and caption, so that a drag does not flood a screen reader.
    this.spoken = make("nnf-spoken");
    this.spoken.setAttribute("aria-live", "polite");
    this.goal.setAttribute("aria-hidden", "true");
    this.caption.setAttribute("aria-hidden", "true");
    this.hooks = {
      signal: this.end.signal,
      hold: (name, held) => {
        this.link.hold(name, held);
        this.schedule();
      },
      change: (name, value) => {
        this.link.change(name, value);
        this.schedule();
      },
    };
    this.playing = new Set(); // names of the players that run
    this.hooks.playing = (name, on) => {
      if (on) this.playing.add(name);
      else this.playing.delete(name);
      this.speak(this.words);
    };
    this.hooks.move = this.hooks.change;
    this.controls = new ControlsView(controls, view, this.hooks);
  }

  watch() {
    const redraw = () => this.schedule();
    this.sizes = new ResizeObserver(() => {
      this.caption.style.minHeight = "";
      this.longest = 0;
      this.schedule();
    });
    this.sizes.observe(this.body);
    this.themes = new MutationObserver(() => {
      this.schedule();
      clearTimeout(this.later); // a theme's style sheet may come after its name
      this.later = setTimeout(redraw, 400);
    });
    for (const element of [document.body, document.documentElement]) {
      this.themes.observe(element, { attributes: true, attributeFilter: THEME_MARKS });
    }
    for (const query of ["(forced-colors: active)", "(prefers-color-scheme: dark)"]) {
      matchMedia(query).addEventListener("change", redraw, { signal: this.end.signal });
    }
    window.addEventListener("resize", redraw, { signal: this.end.signal });
  }

  schedule() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.draw();
    });
  }

  draw() {
    if (this.incoming) {
      const [message, buffers] = this.incoming;
      this.incoming = undefined;
      this.scene = decode(message.scene, buffers);
      this.error = message.error;
      this.showScene();
      this.frames += 1;
    }
    if (!this.scene) return;
    const theme = readTheme(this.root);
    const widths = this.panels.map((panel) => panel.element.clientWidth);
    this.panels.forEach((panel, k) => {
      panel.width = widths[k];
      panel.draw(theme, (name) => this.link.valueOf(name));
    });
    this.controls.drawn((name) => this.link.valueOf(name) !== undefined, Boolean(this.error));
  }

  showScene() {
    const { scene } = this;
    setWords(this.title, scene.title);
    while (this.panels.length > scene.panels.length) this.panels.pop().element.remove();
    while (this.panels.length < scene.panels.length) {
      this.panels.push(new PanelView(this.body, this.hooks));
    }
    this.body.dataset.count = scene.panels.length;
    scene.panels.forEach((panel, k) => {
      this.panels[k].update(panel);
    });
    this.controls.update(
      scene.controls,
      (name) => this.link.valueOf(name) ?? scene.state[name] ?? undefined,
    );
    this.showWords();
  }

  showWords() {
    const { scene, goal, caption } = this;
    const error = this.silent ? SILENT : this.error;
    let said = "";
    goal.hidden = !scene.goal;
    if (scene.goal) {
      const { reached, text } = scene.goal;
      said = reached ? `Goal reached: ${text}` : `Goal, not yet reached: ${text}`;
      setWords(goal, `${reached ? "✓" : "○"} ${said}`);
      goal.classList.toggle("nnf-reached", reached);
    }
    setWords(caption, error ? `⚠ ${error}` : scene.caption);
    caption.classList.toggle("nnf-error", Boolean(error));
    this.reserve();
    this.speak([error || scene.caption, said].filter(Boolean).join(" "));
  }

  // The caption keeps the height of its longest text, so that nothing below it jumps.
  reserve() {
    const length = this.caption.textContent.length;
    if (length <= (this.longest ?? 0)) return;
    this.longest = length;
    this.caption.style.minHeight = `${this.caption.offsetHeight}px`;
  }

  speak(text) {
    this.words = text;
    clearTimeout(this.quiet);
    if (this.playing.size) return; // what has been passed by is not told
    const say = () => {
      if (this.spoken.textContent !== text) this.spoken.textContent = text;
      for (const panel of this.panels) panel.describe();
    };
    if (this.spoken.textContent) this.quiet = setTimeout(say, QUIET);
    else say();
  }

  destroy() {
    this.model.off("msg:custom", this.receive);
    this.end.abort();
    this.link.rest();
    this.sizes.disconnect();
    this.themes.disconnect();
    clearTimeout(this.later);
    clearTimeout(this.quiet);
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.root.remove();
    delete this.root.nnf;
  }
}

function setWords(element, text) {
  if (element.textContent !== text) element.textContent = text;
  element.hidden = !text && !element.classList.contains("nnf-caption"); // it keeps its room
}

export default {
  render({ model, el }) {
    const view = new StageView(model, el);
    return () => view.destroy();
  },
};
