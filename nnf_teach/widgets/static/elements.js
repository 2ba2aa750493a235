// The elements of a page. Each of these makes one and returns it.

/** @import { Attributes } from "./types" */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function node(tag, className = "", attributes = {}, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, `${value}`);
  element.append(...children);
  return element;
}

/**
 * Makes an element at the end of `parent`.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Element} parent
 * @param {Tag} tag
 * @param {string} className
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 */
export function put(parent, tag, className = "", attributes = {}, ...children) {
  const element = node(tag, className, attributes, ...children);
  parent.append(element);
  return element;
}

// What is operated keeps its keys: JupyterLab's command mode would take them.
export const KEEPS_KEYS = { "data-lm-suppress-shortcuts": "true" };

/**
 * An element that the learner operates.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} id
 * @param {Attributes} attributes
 */
export function input(tag, id, attributes = {}) {
  return node(tag, "nnf-input", { id, ...KEEPS_KEYS, ...attributes });
}

/** @param {string} className @param {string} text @param {Attributes} attributes */
export function button(className, text, attributes = {}) {
  return node("button", className, { type: "button", ...KEEPS_KEYS, ...attributes }, text);
}

/** @param {Element} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {Element} element @param {string} name @param {string | number} value */
export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
}

/** @param {HTMLCanvasElement} canvas */
export function penOf(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
}

// How many device pixels a CSS pixel has; more than three are not seen.
export function pixelRatio() {
  return Math.min(3, window.devicePixelRatio || 1);
}

/**
 * Gives a canvas a size in CSS pixels, sharp on every screen, and a clean background.
 * @param {CanvasRenderingContext2D} context
 * @param {number} width
 * @param {number} height
 * @param {string} back
 * @returns {number}  device pixels per CSS pixel
 */
export function fitCanvas(context, width, height, back) {
  const { canvas } = context;
  const ratio = pixelRatio();
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  const style = { width: `${width}px`, height: `${height}px` };
  if (canvas.style.width !== style.width) canvas.style.width = style.width;
  if (canvas.style.height !== style.height) canvas.style.height = style.height;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = back;
  context.fillRect(0, 0, width, height);
  return ratio;
}
