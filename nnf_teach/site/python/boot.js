// Starts Python in the kernel's worker: JupyterLite loads this file in place of pyodide.js.

// what JupyterLite asks for by habit, and no lesson needs
const leftOut = new Set([]);

self.loadPyodide = async (options) => {
  importScripts(`${options.indexURL}pyodide.js`);
  const packages = options.packages.filter((name) => !leftOut.has(name));
  return self.loadPyodide({ ...options, packages });
};
