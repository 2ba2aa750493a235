// A question with options: choose, lock the answer in, then read the explanation.

/** @import { Model } from "../widgets/static/types" */
/** @typedef {"question" | "verdict" | "explanation" | "note"} Words */
/** @typedef {Record<Words, string> & { options: string[], choice: number }} Traits */

let views = 0;

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 */
function element(tag, className, text = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

/** @param {{ model: Model<Traits>, el: Element }} here */
function render({ model, el }) {
  views += 1;
  const group = `nnf-prediction-${views}`;
  const form = element("form", "nnf-prediction");
  form.dataset.lmSuppressShortcuts = "true"; // arrow keys belong to the options ...
  form.addEventListener("keydown", (event) => event.stopPropagation()); // ... and Enter to them
  const fieldset = element("fieldset", "nnf-prediction-options");
  fieldset.append(element("legend", "nnf-prediction-question", model.get("question")));
  const inputs = model.get("options").map((text, k) => {
    const label = element("label", "nnf-prediction-option");
    const input = element("input", "");
    Object.assign(input, { type: "radio", name: group, value: String(k) });
    label.append(input, element("span", "", text));
    fieldset.append(label);
    return input;
  });
  const button = element("button", "nnf-prediction-lock", "Lock in my answer");
  button.type = "submit";
  const answer = element("div", "nnf-prediction-answer");
  answer.setAttribute("role", "status");
  answer.tabIndex = -1; // takes the focus when the button goes
  form.append(fieldset, button, answer);

  function update() {
    const choice = model.get("choice");
    const locked = choice >= 0;
    inputs.forEach((input, k) => {
      input.disabled = locked;
      if (locked) input.checked = k === choice;
    });
    button.disabled = locked || !inputs.some((input) => input.checked);
    button.hidden = locked;
    answer.replaceChildren();
    if (locked && model.get("verdict")) {
      answer.append(
        element("p", "nnf-prediction-verdict", model.get("verdict")),
        element("p", "", model.get("explanation")),
      );
      if (model.get("note")) answer.append(element("p", "", model.get("note")));
    }
  }

  form.addEventListener("change", update);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const choice = inputs.findIndex((input) => input.checked);
    if (choice < 0 || model.get("choice") >= 0) return;
    model.set("choice", choice);
    model.save_changes();
    answer.focus();
  });
  const changes = "change:choice change:verdict change:explanation change:note";
  model.on(changes, update);
  update();
  el.append(form);
  return () => model.off(changes, update);
}

export default { render };
