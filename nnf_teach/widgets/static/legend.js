// The legend below a panel: a sample of stroke, symbol or hatch beside each label.

import { node } from "./elements.js";
import { DASHES } from "./marks.js";
import { seriesColor } from "./palette.js";

/** @import { Attributes, LegendEntry, Panel, Theme } from "./types" */

/** @param {string} name @param {Attributes} attributes @param {Node[]} children */
function shape(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, `${value}`);
  made.append(...children);
  return made;
}

/** @param {Panel} panel @returns {LegendEntry[]} */
export function legendEntries(panel) {
  /** @type {LegendEntry[]} */
  const entries = [];
  let order = 0; // of the bars: the second ones are hatched
  for (const mark of panel.marks) {
    if (mark.kind === "Bars") order += 1;
    if (mark.kind !== "Line" && mark.kind !== "Points" && mark.kind !== "Bars") continue;
    if (!mark.label) continue;
    const { kind, label, color } = mark;
    if (kind === "Bars") entries.push({ kind, label, color, order: order - 1 });
    else if (kind === "Points") entries.push({ kind, label, color, symbol: mark.symbol });
    else entries.push({ kind, label, color, stroke: mark.stroke, width: mark.width });
  }
  return entries;
}

/**
 * @param {Element} element
 * @param {LegendEntry[]} entries
 * @param {Theme} theme
 * @param {boolean} onMap
 */
export function fillLegend(element, entries, theme, onMap) {
  element.replaceChildren(
    ...entries.map((entry) =>
      node("span", "nnf-legend-item", {}, sample(entry, theme, onMap), entry.label),
    ),
  );
}

/** @param {LegendEntry} entry @param {Theme} theme @param {boolean} onMap */
export function sample(entry, theme, onMap) {
  const parts = shapes(entry, seriesColor(entry.color, theme), theme, onMap);
  const attributes = { viewBox: "0 0 30 14", class: "nnf-sample", "aria-hidden": true };
  return shape("svg", attributes, ...parts.map(([name, how]) => shape(name, how)));
}

/**
 * On a heat map lines have a light edge; in the legend too, or dark ink is lost on a dark page.
 * @param {LegendEntry} entry
 * @param {string} paint
 * @param {Theme} theme
 * @param {boolean} onMap
 * @returns {[string, Attributes][]}
 */
function shapes(entry, paint, theme, onMap) {
  /** @type {(width: number, d: string) => [string, Attributes][]} */
  const edge = (width, d) =>
    onMap ? [["path", { d, stroke: theme.back, "stroke-width": width }]] : [];
  if (entry.kind === "Line") {
    const dashes = DASHES[entry.stroke].map((d) => d * Math.max(1, entry.width / 2)).join(" ");
    const width = Math.min(4, entry.width);
    const how = { stroke: paint, "stroke-width": width, "stroke-dasharray": dashes };
    return [...edge(width + 3, "M0 7H30"), ["path", { d: "M1 7H29", ...how }]];
  }
  if (entry.kind === "Bars") {
    const bar = { x: 8, y: 1, width: 14, height: 12, fill: paint, stroke: theme.text };
    if (entry.order === 0) return [["rect", bar]];
    const lines = ["M8 7L14 1M8 13L20 1M15 13L22 6", "M8 7L14 13M8 1L20 13M15 1L22 8"];
    const hatch = { d: lines[(entry.order - 1) % 2], stroke: theme.back, "stroke-width": 1.2 };
    return [
      ["rect", bar],
      ["path", hatch],
    ];
  }
  switch (entry.symbol) {
    case "circle":
      return [["circle", { cx: 15, cy: 7, r: 5, fill: paint }]];
    case "square":
      return [["rect", { x: 10.5, y: 2.5, width: 9, height: 9, fill: paint }]];
    case "triangle":
      return [["path", { d: "M15 1L21 12H9Z", fill: paint }]];
    case "cross": {
      const d = "M10 2L20 12M20 2L10 12";
      return [...edge(5, d), ["path", { d, stroke: paint, "stroke-width": 2.5 }]];
    }
  }
}
