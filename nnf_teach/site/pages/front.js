// What lives on the front page.

import { offerFiles } from "./ahead.js";
import { PageModel } from "./model.js";
import { SmallPlayground } from "./small.js";
import { runOf } from "./widgets/static/playground/reading.js";

const at = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

new SmallPlayground(new PageModel(runOf("v1"), () => {}), at("small"));
offerFiles(at("ahead"), JSON.parse(at("files").textContent ?? "[]"));
