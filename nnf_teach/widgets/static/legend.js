// The legend below a panel: a sample of stroke, symbol or hatch beside each label.

import { DASHES } from "./marks.js";
import { seriesColor } from "./palette.js";

const SVG = "http://www.w3.org/2000/svg";

function shape(parent, name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  parent.append(node);
  return node;
}

export function legendEntries(panel) {
  let order = 0;
  return panel.marks.flatMap((mark) => {
    const { kind, label, color, stroke, symbol, width } = mark;
    if (kind === "Bars") order += 1;
    if (!label || !["Line", "Points", "Bars"].includes(kind)) return [];
    return [{ kind, label, color, stroke, symbol, width, order: order - 1 }];
  });
}

export function fillLegend(element, entries, theme, onMap) {
  element.replaceChildren(
    ...entries.map((entry) => {
      const item = document.createElement("span");
      item.className = "nnf-legend-item";
      item.append(sample(entry, theme, onMap), entry.label);
      return item;
    }),
  );
}

// On a heat map lines have a light edge; in the legend too, or dark ink is lost on a dark page.
function sample({ kind, color, stroke, symbol, width, order }, theme, onMap) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 30 14");
  svg.setAttribute("class", "nnf-sample");
  svg.setAttribute("aria-hidden", "true");
  const paint = seriesColor(color, theme);
  if (kind === "Line") {
    const dashes = DASHES[stroke].map((d) => d * Math.max(1, width / 2)).join(" ");
    const thick = Math.min(4, width);
    if (onMap) shape(svg, "path", { d: "M0 7H30", stroke: theme.back, "stroke-width": thick + 3 });
    shape(svg, "path", {
      d: "M1 7H29",
      stroke: paint,
      "stroke-width": thick,
      "stroke-dasharray": dashes,
    });
  } else if (kind === "Bars") {
    shape(svg, "rect", { x: 8, y: 1, width: 14, height: 12, fill: paint, stroke: theme.text });
    if (order > 0) {
      const lines = ["M8 7L14 1M8 13L20 1M15 13L22 6", "M8 7L14 13M8 1L20 13M15 1L22 8"];
      shape(svg, "path", { d: lines[(order - 1) % 2], stroke: theme.back, "stroke-width": 1.2 });
    }
  } else if (symbol === "circle") {
    shape(svg, "circle", { cx: 15, cy: 7, r: 5, fill: paint });
  } else if (symbol === "square") {
    shape(svg, "rect", { x: 10.5, y: 2.5, width: 9, height: 9, fill: paint });
  } else if (symbol === "triangle") {
    shape(svg, "path", { d: "M15 1L21 12H9Z", fill: paint });
  } else {
    const d = "M10 2L20 12M20 2L10 12";
    if (onMap) shape(svg, "path", { d, stroke: theme.back, "stroke-width": 5 });
    shape(svg, "path", { d, stroke: paint, "stroke-width": 2.5 });
  }
  return svg;
}
