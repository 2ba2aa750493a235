// One panel: title, canvas, legend and handles.

import { TALLEST } from "./arrange.js";
import { drawAxes, drawGrid, layOut, NO_ROOM } from "./axes.js";
import { fitCanvas, penOf, put, setText } from "./elements.js";
import { HandleView, standOf } from "./handles.js";
import { Labels } from "./labels.js";
import { fillLegend, legendEntries } from "./legend.js";
import { drawArrow, drawGuide, drawMark } from "./marks.js";
import { asMap, PadView, toInk } from "./pad.js";
import { INK_ON_MAP, paintSurface, seriesColor } from "./palette.js";
import { middleOf, widthForWords } from "./places.js";
import { ProbeView } from "./probe.js";

/** @import { Area, Around, Arrow, Handle, Mark, Pad, Panel, PanelHooks, Read } from "./types" */
/** @import { Room, Theme, Value } from "./types" */

const WIDEST = 400; // px of a plot, for the words in it
const IN_STEPS = 16; // px: a digit more does not move the other panels

export class PanelView {
  /** @param {Element} parent @param {PanelHooks} hooks */
  constructor(parent, hooks) {
    this.hooks = hooks;
    /** @type {Panel | undefined} */
    this.panel = undefined;
    /** @type {Map<string, HandleView>} */
    this.handles = new Map();
    /** @type {PadView | undefined} */
    this.pad = undefined;
    /** @type {HTMLCanvasElement[]} */
    this.surfaces = [];
    /** @type {Room} */
    this.room = { ...NO_ROOM };
    this.legendKey = "";
    /** @type {number[]} */
    this.lengths = []; // of its title and of the words in its legend
    this.element = put(parent, "div", "nnf-panel");
    this.title = put(this.element, "div", "nnf-panel-title");
    this.plot = put(this.element, "div", "nnf-plot");
    this.canvas = put(this.plot, "canvas", "nnf-canvas", { role: "img" });
    this.probe = new ProbeView(this.plot, hooks);
    this.legend = put(this.element, "div", "nnf-legend");
    this.context = penOf(this.canvas);
  }

  /** @param {Panel} panel */
  update(panel) {
    this.panel = panel;
    setText(this.title, panel.title);
    this.title.hidden = !panel.title;
    if (!this.canvas.hasAttribute("aria-label")) this.describe();
    let surface = 0;
    for (const mark of panel.marks) {
      if (mark.kind !== "HeatMap") continue;
      this.surfaces[surface] ??= document.createElement("canvas");
      paintSurface(this.surfaces[surface++], mark);
    }
    this.surfaces.length = surface;
    this.plot.classList.toggle("nnf-on-map", isBright(panel));
    this.matchPad(panel);
    this.matchHandles(panel);
  }

  /** @param {Panel} panel */
  matchPad({ pad }) {
    if (pad) this.pad ??= new PadView(this.plot, pad, this.hooks);
    else {
      this.pad?.element.remove();
      this.pad = undefined;
    }
    if (pad) this.pad?.update(pad);
  }

  /** @param {Panel} panel */
  matchHandles(panel) {
    const names = new Set(panel.handles.map((handle) => handle.name));
    for (const [name, view] of this.handles) {
      if (names.has(name)) continue;
      view.release();
      view.element.remove();
      this.handles.delete(name);
    }
    for (const handle of panel.handles) {
      const { name } = handle;
      const view =
        this.handles.get(name) ??
        new HandleView(this.plot, handle, panel, this.hooks, this.handles);
      this.handles.set(name, view);
      view.update(handle, panel);
    }
  }

  // Forgets what its parts took at another width.
  resized() {
    Object.assign(this.room, NO_ROOM);
    this.legend.style.minHeight = "";
    this.legendKey = "";
    this.lengths = [];
  }

  // What stands above and below the plot and one row of ticks.
  get around() {
    return this.element.offsetHeight - this.plot.offsetHeight + this.room.below;
  }

  // The words for screen readers change less often than the picture: see stage.js.
  describe() {
    if (this.panel) this.canvas.setAttribute("aria-label", this.panel.alt);
  }

  /**
   * @param {Theme} theme
   * @param {Read} local  what the learner has set and Python not answered
   * @param {Set<string>} explained  what legends beside it say; it adds its own
   */
  draw(theme, local, explained) {
    if (!this.panel) return;
    const { context, panel } = this;
    const onMap = this.surfaces.length > 0;
    const bright = isBright(panel);
    const ink = bright ? { ...theme, ...INK_ON_MAP } : theme;
    // Measured before there is room for a plot.
    this.drawLegend(panel, onMap ? ink : theme, onMap, explained);
    if (this.room.width < 40) return;
    const area = layOut(panel, this.room, context, theme.font);
    const ratio = fitCanvas(context, area.across, area.total, theme.back);
    const around = { area, theme: ink, ratio, onMap };
    const at = new Map(panel.handles.map((handle) => [handle.name, standOf(handle, local, area)]));
    if (panel.pad) this.drawPad(panel.pad, area, local(panel.pad.name));
    if (!bright) drawGrid(context, area, theme);
    this.drawMarks(panel, around, true);
    for (const handle of panel.handles.filter((one) => !one.bare)) {
      const [x, y] = at.get(handle.name) ?? [0, 0];
      drawGuide(context, handle, area.X(x), area.Y(y), around);
    }
    this.drawMarks(panel, around, false);
    drawAxes(context, panel, area, theme);
    this.drawOverlay(panel, around, at);
    this.probe.place(panel, area);
  }

  /** @param {Pad} pad @param {Area} area @param {Value | undefined} newest */
  drawPad({ ink }, area, newest) {
    const now = typeof newest === "string" ? toInk(newest) : ink;
    if (now !== ink)
      paintSurface(this.surfaces[0], { values: asMap(now, ink.shape), palette: "gray" });
    this.pad?.place(area, now);
  }

  /** @param {Panel} panel @param {Around} around @param {boolean} maps  heat maps, or all else */
  drawMarks(panel, around, maps) {
    let [surface, order] = [0, 0];
    for (const mark of panel.marks) {
      if ((mark.kind === "HeatMap") !== maps) continue;
      drawMark(this.context, mark, {
        ...around,
        surface: maps ? this.surfaces[surface++] : null,
        order: mark.kind === "Bars" ? order++ : 0,
      });
    }
  }

  /** @param {Panel} panel @param {Around} around @param {Map<string, [number, number]>} at */
  drawOverlay(panel, around, at) {
    const { context } = this;
    const { area } = around;
    const labels = new Labels(context, area, around.theme);
    const { left, need, right, tallest } = this.room;
    const most = panel.equal
      ? (area.width / area.height) * Math.min(tallest, TALLEST.equal)
      : WIDEST;
    const words = Math.min(most, widthForWords(context, panel.marks, area));
    this.room.need = Math.max(
      need,
      words && IN_STEPS * Math.ceil((left + words + right) / IN_STEPS),
    );
    const arrows = panel.marks.filter((mark) => mark.kind === "Arrow");
    const tipOf = (/** @type {Arrow} */ mark) => at.get(mark.tip_handle ?? "") ?? mark.tip;
    for (const mark of arrows) {
      drawArrow(context, mark, tipOf(mark), at.has(mark.tip_handle ?? "") ? 9 : 0, around);
    }
    for (const [x, y] of at.values()) labels.block(area.X(x), area.Y(y), 9, true);
    for (const mark of panel.marks) {
      if (mark.kind === "Line") labels.avoid(mark);
      if (mark.kind === "Points") {
        for (let i = 0; i < mark.x.length; i++) {
          labels.block(area.X(mark.x[i]), area.Y(mark.y[i]), mark.size / 2);
        }
      }
      if (mark.kind === "Text") {
        const place = at.get(mark.handle);
        if (place) labels.name(mark.text, area.X(place[0]), area.Y(place[1]));
        else labels.fix(mark.text, area.X(mark.x), area.Y(mark.y), mark.align);
      }
      if (mark.kind === "Region" && mark.label) {
        const middle = middleOf(mark, area);
        if (middle) labels.fix(mark.label, ...middle);
      }
    }
    const named = arrows.filter((mark) => mark.label);
    for (const mark of named) {
      const [x, y] = tipOf(mark);
      labels.near(mark.label, area.X(x), area.Y(y), 16);
    }
    for (const handle of panel.handles) {
      const [x, y] = at.get(handle.name) ?? [0, 0];
      const view = this.handles.get(handle.name);
      view?.place(area, x, y);
      view?.paint(handle.color === null ? "" : seriesColor(handle.color, around.theme));
      const isNamed = named.some((mark) => mark.tip_handle === handle.name);
      if (handle.label && !handle.bare && !isNamed) {
        labels.near(handle.label, area.X(x), area.Y(y), 16);
      }
    }
  }

  /** @param {Panel} panel @param {Theme} theme @param {boolean} onMap @param {Set<string>} explained */
  drawLegend(panel, theme, onMap, explained) {
    const entries = legendEntries(panel).filter((entry) => {
      const key = JSON.stringify({ ...entry, width: 0 });
      return !explained.has(key) && explained.add(key);
    });
    const key = JSON.stringify([entries, theme, onMap]);
    if (key === this.legendKey) return;
    this.legendKey = key;
    this.legend.hidden = entries.length === 0;
    fillLegend(this.legend, entries, theme, onMap);
    const lengths = [panel.title, ...entries.map(({ label }) => label)].map((each) => each.length);
    if (String(lengths) === String(this.lengths)) return;
    this.lengths = lengths;
    // It keeps the height of its tallest, so that nothing below it jumps.
    this.legend.style.minHeight = `${this.legend.offsetHeight}px`;
  }
}

/**
 * Whether its plot is covered with colours that are bright in every theme.
 * @param {Panel} panel
 */
function isBright({ marks }) {
  return marks.some(({ kind }) => kind === "HeatMap" || kind === "Mosaic");
}
