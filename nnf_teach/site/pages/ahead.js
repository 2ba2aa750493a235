// Fetches what the lab needs while the front page is read, into the browser's own cache: the lab
// then asks for it under the same names. Who pays for each byte is asked first.

/** @typedef {[name: string, bytes: number][]} Files */

/**
 * @param {HTMLElement} place  it has a bar, a button, and room for words
 * @param {Files} files
 */
export function offerFiles(place, files) {
  if (files.length === 0) return; // the pages alone, without the lab
  const button = /** @type {HTMLButtonElement} */ (place.querySelector("button"));
  place.hidden = false;
  if (!isDear()) {
    whenIdle(() => fetchFiles(place, files));
    return;
  }
  const ask = () => {
    button.hidden = true;
    fetchFiles(place, files);
  };
  button.textContent = `Fetch Python for the lab now (${megabytes(files)} MB)`;
  button.addEventListener("click", ask, { once: true });
  show(place, false);
  button.hidden = false;
}

/** @param {HTMLElement} place @param {Files} files */
async function fetchFiles(place, files) {
  const bar = /** @type {HTMLProgressElement} */ (place.querySelector("progress"));
  const size = megabytes(files);
  bar.max = sum(files);
  show(place, true, `Python for the lab is on its way: ${size} MB, while you read.`);
  for (const [name, bytes] of files) {
    if (!(await fetched(name))) {
      show(place, false, "Python could not be fetched ahead: the lab will fetch it when it opens.");
      return;
    }
    bar.value += bytes;
  }
  show(place, false, `✓ Python is here (${size} MB): the lab need not wait for it.`);
}

/** @param {string} name */
async function fetched(name) {
  try {
    const answer = await fetch(name, { priority: "low" });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

/**
 * The bar moves without a word, for a screen reader too; the words come at the start and the end.
 * @param {HTMLElement} place
 * @param {boolean} going
 */
function show(place, going, words = "") {
  const bar = /** @type {HTMLElement} */ (place.querySelector("progress"));
  const said = /** @type {HTMLElement} */ (place.querySelector("[role=status]"));
  bar.hidden = !going;
  said.textContent = words;
}

// Whether the reader pays for each byte, as far as the browser tells: a phone's network, or a wish.
function isDear() {
  /** @type {{ connection?: { saveData?: boolean, type?: string, effectiveType?: string } }} */
  const { connection } = /** @type {any} */ (navigator);
  const { saveData, type, effectiveType = "4g" } = connection ?? {};
  return saveData || type === "cellular" || effectiveType !== "4g";
}

/** @param {() => void} work */
function whenIdle(work) {
  const begin = () => ("requestIdleCallback" in window ? requestIdleCallback(work) : work());
  if (document.readyState === "complete") begin();
  else window.addEventListener("load", begin, { once: true });
}

/** @param {Files} files */
function sum(files) {
  return files.reduce((total, [, bytes]) => total + bytes, 0);
}

/** @param {Files} files */
function megabytes(files) {
  return Math.ceil(sum(files) / 1e6);
}
