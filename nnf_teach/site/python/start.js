// The first script of the lab's page: it starts Python at once, and says how far it is.

(() => {
  const base = new URL("..", document.currentScript.src).href; // of the site: this is static/start.js
  const Plain = window.Worker;

  function begin() {
    const worker = new Plain(`${base}static/pyodide/boot.js`);
    worker.addEventListener("message", ({ data }) => {
      if (data?.nnfStart) show(data.nnfStart);
      if (data?.nnfNoFiles) warn();
    });
    return worker;
  }

  // JupyterLite's kernel asks for a worker of its own; it gets the one in which Python starts.
  window.Worker = function Worker(address, options) {
    if (!String(address).includes("/pyodide-kernel-extension/")) return new Plain(address, options);
    const worker = waiting ?? begin();
    waiting = undefined;
    worker.postMessage({ nnfKernel: String(address) });
    return worker;
  };
  window.Worker.prototype = Plain.prototype;

  // --- What is said ----------------------------------------------------------------------------

  const bar = document.createElement("progress");
  const words = document.createElement("span");
  const box = document.createElement("div");
  box.id = "nnf-start";
  box.setAttribute("role", "status");
  box.style.cssText = `position: fixed; z-index: 10000; right: 1rem; bottom: 2.5rem; max-width: 24rem;
    padding: 0.6rem 0.9rem; border: 1px solid #888; border-radius: 6px; background: #fff; color: #222;
    font: 14px/1.4 system-ui, sans-serif; box-shadow: 0 2px 8px rgb(0 0 0 / 25%);`;
  bar.setAttribute("aria-label", "How far Python is");
  bar.style.cssText = "display: block; width: 100%; margin-top: 0.3rem;";
  bar.max = 1;
  box.append(words, bar);

  function show({ share, text }) {
    if (!box.isConnected) document.body.append(box);
    box.dataset.state = share < 0 ? "failed" : share === 1 ? "ready" : "starting";
    if (share < 0) {
      words.textContent = `Python did not start (${text}). Loading the page again may help.`;
      bar.remove();
      return;
    }
    bar.value = share;
    words.textContent =
      share === 1 ? "Python is ready." : `Python is starting in this page: ${text} ...`;
    if (share === 1) setTimeout(() => box.remove(), 1500);
  }

  // A private window, or an address without https, has no service worker: Python gets no files.
  function warn() {
    if (document.getElementById("nnf-no-files")) return;
    const note = document.createElement("div");
    note.id = "nnf-no-files";
    note.setAttribute("role", "note");
    note.style.cssText = `${box.style.cssText} bottom: auto; top: 2.5rem;`;
    note.textContent =
      "This browser gives Python no files here (a private window, or an address without https). " +
      "Lessons, checks and widgets work, and your notebooks are kept; your points last until the " +
      "page is closed. ";
    const close = document.createElement("button");
    close.textContent = "Understood";
    close.onclick = () => note.remove();
    note.append(close);
    document.body.append(note);
  }

  let waiting = begin();
})();
