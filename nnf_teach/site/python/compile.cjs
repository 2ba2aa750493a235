// node compile.cjs PYODIDE FOLDER: runs compile.py in the Python of the site, which sees FOLDER.
const { readFileSync } = require("node:fs");
const { join, resolve } = require("node:path");

async function main([pyodide, folder]) {
  const { loadPyodide } = require(join(resolve(pyodide), "pyodide.js"));
  const python = await loadPyodide({ indexURL: `${resolve(pyodide)}/` });
  python.mountNodeFS("/wheels", resolve(folder));
  python.runPython(readFileSync(join(__dirname, "compile.py"), "utf-8"));
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error) => {
    console.error(String(error));
    process.exit(1);
  },
);
