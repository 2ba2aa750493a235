// Where a page is loaded again after its kernel has stopped, JupyterLab finds no widget and says
// "model not found". This shows what the notebook has stored beside it, and says what to do. And it
// closes the list of files where JupyterLab is opened for the first time: widgets need the width.
// It is written as JupyterLab loads extensions, so that it needs no build.

/**
 * What is used of JupyterLab's own application.
 * @typedef {{ node: HTMLElement, model?: { outputs?: { get(k: number): any } } }} Cell
 * @typedef {{ currentWidget?: { content?: { widgets?: Cell[] } }, collapseLeft?(): void,
 *   restored?: Promise<{ fresh?: boolean }> }} Shell
 * @typedef {{ shell: Shell }} Application
 */

const LOST = "Error displaying widget: model not found";
const ADVICE = "This widget has stopped with its kernel. To use it, run its cell again.";

/** @param {Application} app @param {Element} node @returns {Record<string, unknown>} */
function storedBeside(app, node) {
  const cells = app.shell.currentWidget?.content?.widgets ?? [];
  const cell = cells.find((each) => each.node.contains(node));
  const outputs = cell?.model?.outputs;
  const place = [...(cell?.node.querySelectorAll(".jp-OutputArea-child") ?? [])].findIndex(
    (child) => child.contains(node),
  );
  return outputs && place >= 0 ? (outputs.get(place)?.data ?? {}) : {};
}

/** @param {Application} app @param {Element} node */
function show(app, node) {
  const data = storedBeside(app, node);
  const advice = document.createElement("p");
  advice.textContent = ADVICE;
  node.replaceChildren(advice);
  node.classList.add("nnf-stored");
  const words = String(data["text/plain"] ?? "");
  if (data["image/png"]) {
    const picture = document.createElement("img");
    picture.src = `data:image/png;base64,${data["image/png"]}`;
    picture.alt = words;
    picture.style.maxWidth = "100%";
    node.append(picture);
  } else if (words) {
    const text = document.createElement("pre");
    text.textContent = words;
    text.style.whiteSpace = "pre-wrap";
    node.append(text);
  }
}

const plugin = {
  id: "nnf-stored:stored",
  autoStart: true,
  /** @param {Application} app */
  activate(app) {
    // in the next turn: JupyterLab opens the list at the same moment
    app.shell.restored?.then(({ fresh }) => fresh && setTimeout(() => app.shell.collapseLeft?.()));
    const look = () => {
      for (const node of document.querySelectorAll(".jp-OutputArea-output.jupyter-widgets")) {
        if (node.textContent === LOST) show(app, node);
      }
    };
    new MutationObserver(look).observe(document.body, {
      attributeFilter: ["class"],
      childList: true,
      subtree: true,
    });
  },
};

const page = /** @type {{ _JUPYTERLAB?: Record<string, unknown> }} */ (window);
page._JUPYTERLAB ??= {};
page._JUPYTERLAB["nnf-stored"] = { init() {}, get: async () => () => plugin };
