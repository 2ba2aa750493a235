// node run.cjs FOLDER BOOT FILE WHEEL ...: run the functions of a Python file in Pyodide, and print as
// JSON what each raised. FOLDER holds Pyodide, its own wheels and their list; BOOT is the Python file
// with which a page begins.
const { readFileSync } = require("node:fs");

const [folder, boot, file, ...wheels] = process.argv.slice(2);

const RUN = `
import json, traceback
found = {}
for name, function in list(globals().items()):
    if name.startswith("test_"):
        try:
            function()
            found[name] = ""
        except BaseException:
            found[name] = traceback.format_exc()
json.dumps(found)
`;

async function main() {
  const { loadPyodide } = require(`${folder}/pyodide.js`);
  const said = [];
  const python = await loadPyodide({ indexURL: `${folder}/`, stdout: (line) => said.push(line) });
  const { packages } = JSON.parse(readFileSync(`${folder}/pyodide-lock.json`, "utf8"));
  await python.loadPackage(Object.keys(packages), { messageCallback: () => {} });
  for (const wheel of wheels) {
    python.unpackArchive(new Uint8Array(readFileSync(wheel)), "wheel");
  }
  python.runPython(readFileSync(boot, "utf8"));
  python.FS.mkdirTree("/drive");
  python.FS.mount(python.FS.filesystems.MEMFS, {}, "/drive");
  await python.runPythonAsync(readFileSync(file, "utf8"), { filename: file });
  process.stdout.write(`${await python.runPythonAsync(RUN)}\n`);
}

main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
