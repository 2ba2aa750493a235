// What the stage and the playground share: the words below the picture, what a screen reader
// hears of them, and when to draw again.

import { node, put, setText } from "./elements.js";
import { readTheme } from "./palette.js";

/** @import { Theme } from "./types" */

const QUIET = 700; // ms without a change before a screen reader hears the new words
const LATE = 400; // ms after which a theme's style sheet has followed its name
const THEME_MARKS = ["class", "style", "data-jp-theme-name", "data-jp-theme-light"];
const THEME_QUERIES = ["(forced-colors: active)", "(prefers-color-scheme: dark)"];

export class Shell {
  /** @param {Element} parent @param {string} className */
  constructor(parent, className) {
    this.end = new AbortController();
    this.signal = this.end.signal;
    this.root = /** @type {HTMLDivElement & { nnf?: Shell }} */ (
      put(parent, "div", `nnf-shell ${className}`)
    );
    this.root.nnf = this; // for the tests and the benchmark
    this.goal = node("div", "nnf-goal", { "aria-hidden": true });
    this.caption = node("div", "nnf-caption", { "aria-hidden": true });
    // Their spoken twin, so that changes do not flood a screen reader.
    this.spoken = node("div", "nnf-spoken", { "aria-live": "polite" });
    this.longest = 0;
    this.width = -1;
    this.widthNow = () => -1;
    /** @type {number | undefined} */
    this.frame = undefined;
    /** @type {number | undefined} */
    this.quiet = undefined;
    /** @type {Theme | undefined} */
    this.seen = undefined;
  }

  /** @param {string} words @param {boolean} failed */
  showCaption(words, failed) {
    setText(this.caption, words);
    this.caption.classList.toggle("nnf-error", failed);
    // It keeps the height of its longest text, so that nothing below it jumps.
    if (words.length <= this.longest) return;
    this.longest = words.length;
    this.caption.style.minHeight = `${this.caption.offsetHeight}px`;
  }

  /** @param {string} words @param {boolean} reached */
  showGoal(words, reached) {
    setText(this.goal, `${reached ? "✓" : "○"} ${words}`);
    this.goal.classList.toggle("nnf-reached", reached);
  }

  /**
   * A screen reader hears the words once nothing has changed for a while.
   * @param {string} words
   */
  speak(words) {
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.say(words), QUIET);
  }

  /** @param {string} words */
  say(words) {
    clearTimeout(this.quiet);
    setText(this.spoken, words);
  }

  get theme() {
    this.seen ??= readTheme(this.root);
    return this.seen;
  }

  // Forgets what was measured at another width, and returns whether it is another.
  fit() {
    const width = this.widthNow();
    if (width === this.width) return false;
    this.width = width;
    this.caption.style.minHeight = "";
    this.longest = 0;
    this.resized();
    return true;
  }

  /**
   * Draws again whenever the width of `element` or the theme has changed.
   * @param {Element} element
   */
  watch(element) {
    const { signal } = this;
    const again = () => {
      this.seen = undefined;
      this.schedule();
    };
    this.widthNow = () => element.clientWidth;
    const sizes = new ResizeObserver(() => {
      if (this.fit()) again();
    });
    sizes.observe(element);
    /** @type {number | undefined} */
    let later;
    const themes = new MutationObserver(() => {
      again();
      clearTimeout(later);
      later = setTimeout(again, LATE);
    });
    for (const target of [document.body, document.documentElement]) {
      themes.observe(target, { attributes: true, attributeFilter: THEME_MARKS });
    }
    for (const query of THEME_QUERIES) {
      matchMedia(query).addEventListener("change", again, { signal });
    }
    window.addEventListener("resize", again, { signal });
    signal.addEventListener("abort", () => {
      sizes.disconnect();
      themes.disconnect();
      clearTimeout(later);
    });
  }

  schedule() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.fit(); // the observer does not see a width that lasts for less than a frame
      this.draw();
    });
  }

  // What a view does of its own when its size has changed, and to draw.
  resized() {}

  draw() {}

  destroy() {
    this.end.abort();
    clearTimeout(this.quiet);
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.root.remove();
    this.root.nnf = undefined;
  }
}
