// What lives on the front page.

import { PageModel } from "./model.js";
import { SmallPlayground } from "./small.js";
import { runOf } from "./widgets/static/playground/reading.js";

const place = /** @type {Element} */ (document.getElementById("small"));
new SmallPlayground(new PageModel(runOf("v1"), () => {}), place);
