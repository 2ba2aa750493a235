// Plays through the frames 0..last. The next frame is asked for only when the last one is
// on the screen: pause takes effect at once, and nothing queues.

import { input, node, setText } from "./elements.js";

/** @import { Hooks, Made, Player } from "./types" */

/** @param {Player} control @param {string} id @param {Hooks} hooks @returns {Made} */
export function makePlayer(control, id, { change, hold, playing, signal }) {
  const element = node("div", "nnf-control nnf-player", { role: "group" });
  const press = (/** @type {string} */ name, /** @type {string} */ text) => {
    const made = input("button", `${id}-${name}`, { type: "button" });
    made.textContent = text;
    element.append(made);
    return made;
  };
  const play = press("play", "Play");
  const step = press("step", "Step");
  const start = press("start", "To start");
  play.classList.add("nnf-play");
  const label = node("label", "nnf-label", { for: id });
  const range = input("input", id, { type: "range", min: 0, step: 1 });
  const value = node("output", "nnf-value", { for: id, "aria-live": "off" });
  const count = node("span", "nnf-count", {}, label, range, value);
  element.append(count);
  let [current, frame, on] = [control, 0, false];
  let [from, due] = [-1, 0];
  /** @type {number | undefined} */
  let timer;

  const words = (/** @type {number} */ number) =>
    `${number} of ${current.last}${current.unit ? ` ${current.unit}` : ""}`;
  const tell = () => {
    setText(value, words(frame));
    if (range.value !== String(frame)) range.value = String(frame);
    // A range that counts by itself would be read out without end.
    if (!on) range.setAttribute("aria-valuetext", words(frame));
  };
  const go = (/** @type {number} */ to) => {
    frame = Math.min(current.last, Math.max(0, to));
    tell();
    change(current.name, frame);
  };
  const ask = () => {
    timer = undefined;
    from = frame;
    due = performance.now() + 1000 / current.rate;
    go(frame + 1);
  };
  const turn = (/** @type {boolean} */ to) => {
    clearTimeout(timer);
    timer = undefined;
    if (on === to) return;
    on = to;
    from = -1;
    setText(play, on ? "Pause" : "Play");
    playing(current.name, on);
    tell();
  };
  /**
   * What is on the screen is settled (not `busy`), or Python could not draw it (`failed`).
   * @param {boolean} busy
   * @param {boolean} failed
   */
  const drawn = (busy, failed) => {
    if (!on || busy) return;
    if (failed || frame === from || frame >= current.last) turn(false);
    else timer ??= setTimeout(ask, Math.max(0, due - performance.now()));
  };
  /** @param {Element} target @param {string} name @param {() => void} act */
  const listen = (target, name, act) => target.addEventListener(name, act, { signal });
  const stopAt = (/** @type {number} */ to) => {
    turn(false);
    go(to);
  };
  listen(play, "click", () => {
    const wasOn = on;
    turn(!wasOn);
    if (wasOn) return;
    if (frame >= current.last) frame = -1; // from the end it starts again
    ask();
  });
  listen(step, "click", () => stopAt(frame + 1));
  listen(start, "click", () => stopAt(0));
  listen(range, "input", () => stopAt(Number(range.value)));
  listen(range, "pointerdown", () => hold(current.name, true));
  for (const end of ["pointerup", "pointercancel", "blur"]) {
    listen(range, end, () => hold(current.name, false));
  }
  signal.addEventListener("abort", () => turn(false));

  /** @param {Player} next @param {number | undefined} number */
  const show = (next, number) => {
    current = next;
    setText(label, next.label);
    element.setAttribute("aria-label", next.label);
    if (range.max !== String(next.last)) range.max = String(next.last);
    value.style.minWidth = `${words(next.last).length}ch`;
    if (number !== undefined) frame = number;
    tell();
  };
  return { element, show, drawn };
}
