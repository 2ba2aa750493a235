// One panel: title, canvas, legend and handles.

import { drawAxes, drawGrid, layOut } from "./axes.js";
import { HandleView } from "./handles.js";
import { Labels, middleOf } from "./labels.js";
import { fillLegend, legendEntries } from "./legend.js";
import { drawArrow, drawGuide, drawMark } from "./marks.js";
import { INK_ON_MAP, paintSurface, seriesColor } from "./palette.js";

export class PanelView {
  constructor(parent, hooks) {
    this.hooks = hooks;
    this.handles = new Map();
    this.surfaces = [];
    this.width = 0;
    const make = (tag, name, into) => {
      const node = document.createElement(tag);
      node.className = name;
      into.append(node);
      return node;
    };
    this.element = make("div", "nnf-panel", parent);
    this.title = make("div", "nnf-panel-title", this.element);
    this.plot = make("div", "nnf-plot", this.element);
    this.canvas = make("canvas", "nnf-canvas", this.plot);
    this.canvas.setAttribute("role", "img");
    this.legend = make("div", "nnf-legend", this.element);
    this.context = this.canvas.getContext("2d");
  }

  update(panel) {
    this.panel = panel;
    if (this.title.textContent !== panel.title) this.title.textContent = panel.title;
    this.title.hidden = !panel.title;
    if (!this.canvas.hasAttribute("aria-label")) this.describe();
    let surface = 0;
    for (const mark of panel.marks.filter((m) => m.kind === "HeatMap")) {
      this.surfaces[surface] ??= document.createElement("canvas");
      paintSurface(this.surfaces[surface++], mark);
    }
    this.surfaces.length = surface;
    this.plot.classList.toggle("nnf-on-map", surface > 0);
    this.matchHandles(panel.handles);
  }

  matchHandles(handles) {
    const names = new Set(handles.map((handle) => handle.name));
    for (const [name, view] of this.handles) {
      if (names.has(name)) continue;
      view.release();
      view.element.remove();
      this.handles.delete(name);
    }
    for (const handle of handles) {
      if (!this.handles.has(handle.name)) {
        this.handles.set(handle.name, new HandleView(this.plot, this.hooks));
      }
      this.handles.get(handle.name).update(handle, this.panel);
    }
  }

  // The words for screen readers change less often than the picture: see stage.js.
  describe() {
    if (this.panel) this.canvas.setAttribute("aria-label", this.panel.alt);
  }

  // `local(name)` is the value that the learner has set and Python has not yet answered.
  draw(theme, local) {
    if (!this.panel || this.width < 40) return;
    const { context, panel } = this;
    const ratio = Math.min(3, window.devicePixelRatio || 1);
    const area = layOut(panel, this.width, context, theme.font);
    this.fit(this.width, area.total, ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = theme.back;
    context.fillRect(0, 0, this.width, area.total);
    const onMap = panel.marks.some((mark) => mark.kind === "HeatMap");
    const ink = onMap ? { ...theme, ...INK_ON_MAP } : theme;
    const around = { area, theme: ink, ratio, onMap };
    const at = new Map(panel.handles.map((handle) => [handle.name, position(handle, local)]));
    if (!onMap) drawGrid(context, area, theme);
    this.drawMarks(around, (mark) => mark.kind === "HeatMap");
    for (const handle of panel.handles.filter((one) => !one.bare)) {
      const [x, y] = at.get(handle.name);
      drawGuide(context, handle, area.X(x), area.Y(y), around);
    }
    this.drawMarks(around, (mark) => mark.kind !== "HeatMap");
    drawAxes(context, panel, area, theme);
    this.drawOverlay(around, at);
    this.drawLegend(theme, ink, onMap);
  }

  drawMarks(around, wanted) {
    let [surface, order] = [0, 0];
    for (const mark of this.panel.marks.filter(wanted)) {
      drawMark(this.context, mark, {
        ...around,
        surface: mark.kind === "HeatMap" ? this.surfaces[surface++] : null,
        order: mark.kind === "Bars" ? order++ : 0,
      });
    }
  }

  fit(width, height, ratio) {
    const { canvas } = this;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w) canvas.width = w;
    if (canvas.height !== h) canvas.height = h;
    const [cssWidth, cssHeight] = [`${width}px`, `${height}px`];
    if (canvas.style.width !== cssWidth) canvas.style.width = cssWidth;
    if (canvas.style.height !== cssHeight) canvas.style.height = cssHeight;
  }

  drawOverlay(around, at) {
    const { context, panel } = this;
    const { area } = around;
    const labels = new Labels(context, area, around.theme);
    const arrows = panel.marks.filter((mark) => mark.kind === "Arrow");
    const tipOf = (mark) => at.get(mark.tip_handle) ?? mark.tip;
    for (const mark of arrows) {
      drawArrow(context, mark, tipOf(mark), at.has(mark.tip_handle) ? 9 : 0, around);
    }
    for (const [x, y] of at.values()) labels.block(area.X(x), area.Y(y), 10);
    for (const mark of panel.marks) {
      if (mark.kind === "Points") {
        for (let i = 0; i < mark.x.length; i++) {
          labels.block(area.X(mark.x[i]), area.Y(mark.y[i]), mark.size / 2);
        }
      }
      if (mark.kind === "Text") labels.fix(mark.text, area.X(mark.x), area.Y(mark.y), mark.align);
      if (mark.kind === "Region" && mark.label) {
        const middle = middleOf(mark, area);
        if (middle) labels.fix(mark.label, ...middle);
      }
    }
    for (const mark of arrows.filter((m) => m.label)) {
      const [x, y] = tipOf(mark);
      labels.near(mark.label, area.X(x), area.Y(y), 16);
    }
    const named = new Set(arrows.filter((m) => m.label).map((m) => m.tip_handle));
    for (const handle of panel.handles) {
      const [x, y] = at.get(handle.name);
      const view = this.handles.get(handle.name);
      view.place(area, x, y);
      view.paint(handle.color === null ? "" : seriesColor(handle.color, around.theme));
      if (handle.label && !handle.bare && !named.has(handle.name)) {
        labels.near(handle.label, area.X(x), area.Y(y), 16);
      }
    }
  }

  drawLegend(theme, ink, onMap) {
    const entries = legendEntries(this.panel);
    const key = JSON.stringify([entries, theme, onMap]);
    if (key === this.legendKey) return;
    this.legendKey = key;
    this.legend.hidden = entries.length === 0;
    fillLegend(this.legend, entries, ink, onMap);
  }
}

function position(handle, local) {
  const value = local(handle.name);
  if (value === undefined) return [handle.x, handle.y];
  if (handle.moves === "both") return value;
  return handle.moves === "x" ? [value, handle.y] : [handle.x, value];
}
