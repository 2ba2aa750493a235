// The worker in which Python lives. It starts Python at once, while JupyterLab is still being drawn;
// JupyterLite's kernel comes later (start.js says where it is) and finds Python running.
// It leaves no name behind: the kernel calls a global `start`, as ports for messages have one.

(() => {
  const here = new URL(".", self.location).href;

  // what is imported before the first cell asks for it: its share of the way, and what is said
  const imports = [
    [0.5, "notebooks", "pyodide_kernel"],
    [0.65, "NumPy", "numpy"],
    [0.7, "widgets", "anywidget, nnf_teach.widgets"],
    [0.8, "figures", "nnf_teach.plots"],
    [0.95, "exercises", "nnf_teach.checking, nnf_teach.exercises"],
  ];

  function tell(share, text) {
    self.postMessage({ nnfStart: { share, text } });
  }

  async function bytes(name) {
    const answer = await fetch(here + name);
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  }

  async function start() {
    tell(0.05, "fetching Python");
    importScripts(`${here}pyodide.js`);
    const load = self.loadPyodide;
    self.loadPyodide = () => started;
    const libraries = bytes("libraries.zip");
    const ahead = bytes("boot.py");
    const lock = await (await fetch(`${here}pyodide-lock.json`)).json();
    const packages = Object.values(lock.packages);
    for (const { file_name } of packages) bytes(file_name).catch(() => {}); // into the browser's cache
    const python = await load({
      indexURL: here,
      env: { HOME: "/home/pyodide" },
    });
    tell(0.3, "unpacking the libraries");
    python.FS.writeFile("/lib/libraries.zip", await libraries);
    await python.loadPackage(
      packages.map(({ name }) => name),
      { messageCallback: () => {} },
    );
    python.runPython(new TextDecoder().decode(await ahead));
    for (const [share, text, names] of imports) {
      tell(share, `loading ${text}`);
      python.runPython(`import ${names}`);
    }
    tell(1, "ready");
    return python;
  }

  const started = start();
  started.catch((error) => tell(-1, String(error)));

  self.addEventListener("message", ({ data }) => {
    if (data?.nnfKernel) importScripts(data.nnfKernel);
    // the kernel is told whether it may have the notebooks' folder
    if (data?.argumentList?.[0]?.value?.mountDrive === false)
      self.postMessage({ nnfNoFiles: true });
  });
})();
