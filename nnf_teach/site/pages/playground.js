// The playground as a page of its own. Its address holds its state: `#v1;data=circle;hidden=4,2`.

import { PageModel } from "./model.js";
import { runOf } from "./widgets/static/playground/reading.js";
import view from "./widgets/static/playground/view.js";

const CALM = 400; // ms without news: while it trains, there is news four times a second
const SEEN = 2000; // ms
const LECTURE = "v1";
const COPY = "Copy the address";

const at = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

// A program that passes an address on may have written ";" as "%3B".
function textInAddress() {
  const text = location.hash.slice(1);
  try {
    return decodeURIComponent(text) || LECTURE;
  } catch {
    return text;
  }
}

// The run in the address, or undefined and a sentence about what is wrong with it.
function read() {
  try {
    const run = runOf(textInAddress());
    at("note").hidden = true;
    return run;
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    at("note").textContent =
      `The address holds no network that can be shown: ${why}. You see another one. ` +
      "Copy the address again, all of it, from where you have it.";
    at("note").hidden = false;
  }
}

function addressNow() {
  return `${location.href.split("#")[0]}#${model.text}`;
}

/** @type {number | undefined} */
let calm;
function changed() {
  clearTimeout(calm);
  calm = setTimeout(() => history.replaceState(null, "", addressNow()), CALM);
}

async function copy() {
  const address = addressNow();
  history.replaceState(null, "", address);
  try {
    await navigator.clipboard.writeText(address);
  } catch {
    prompt("Copy this address:", address);
    return;
  }
  at("copy").textContent = "Copied";
  setTimeout(() => {
    at("copy").textContent = COPY;
  }, SEEN);
}

const model = new PageModel(read() ?? runOf(LECTURE), changed);
view.render({ model, el: at("playground") });
at("copy").hidden = false;
at("copy").addEventListener("click", copy);
window.addEventListener("hashchange", () => {
  if (document.getElementById(location.hash.slice(1))) return changed(); // a place in this page
  clearTimeout(calm);
  const run = read();
  if (run) model.order(run);
  at("playground").scrollIntoView({ block: "nearest" });
});
