// Puts the arrays back into a scene: the header refers to the binary buffers by number.

/** @import { Packed } from "./types" */

const KINDS = { uint8: Uint8Array, float32: Float32Array };

/** @param {object} header @param {DataView[]} buffers */
export function decode(header, buffers) {
  /** @param {unknown} value @returns {unknown} */
  const restore = (value) => {
    if (Array.isArray(value)) return value.map(restore);
    if (value === null || typeof value !== "object") return value;
    if ("buffer" in value && "dtype" in value) {
      const packed = /** @type {Packed} */ (value);
      return asArray(buffers[packed.buffer], packed);
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, restore(item)]));
  };
  return restore(header);
}

/** @param {DataView} view @param {Packed} packed */
function asArray(view, { dtype, shape }) {
  const Kind = KINDS[dtype];
  const buffer = /** @type {ArrayBuffer} */ (view.buffer);
  const length = shape.reduce((a, b) => a * b, 1);
  // A typed array must start at a multiple of its item size; a message part need not.
  const aligned = view.byteOffset % Kind.BYTES_PER_ELEMENT === 0;
  const array = aligned
    ? new Kind(buffer, view.byteOffset, length)
    : new Kind(buffer.slice(view.byteOffset, view.byteOffset + view.byteLength), 0, length);
  return Object.assign(array, { shape });
}
