// The types of the view, for the type checker alone. What a scene's fields mean stands in scene.py.

// --- What Python sends --------------------------------------------------------------------------

export type Numbers = Float32Array;
export type Value = number | string | boolean | [number, number];
export type Stroke = "solid" | "dashed" | "dotted";
export type Shape = "circle" | "square" | "triangle" | "cross";
export type Palette = "diverging" | "sequential" | "gray";

export interface Axis {
  label: string;
  low: number;
  high: number;
  scale: "linear" | "log";
  ticks?: number[] | null;
  tick_labels?: string[] | null;
}

export interface ColorScale {
  kind: "HeatMap";
  low: number;
  high: number;
  label: string;
  palette: Palette;
}

/** A map of bytes: 0 is low, 254 is high, 255 is "no number". */
export interface Surface {
  values: Uint8Array & { shape: number[] };
  palette: Palette;
}

/** `clipped`: some values are beyond low or high. */
export type HeatMap = ColorScale & Surface & { clipped: boolean };

export interface Line {
  kind: "Line";
  x: Numbers;
  y: Numbers;
  label: string;
  color: number;
  stroke: Stroke;
  width: number;
}

export interface Points {
  kind: "Points";
  x: Numbers;
  y: Numbers;
  label: string;
  color: number;
  symbol: Shape;
  size: number;
}

export interface Arrow {
  kind: "Arrow";
  tail: [number, number];
  tip: [number, number];
  label: string;
  color: number;
  tip_handle: string | null;
}

export interface Bars {
  kind: "Bars";
  x: Numbers;
  heights: Numbers;
  label: string;
  color: number;
  width: number;
  base: number;
}

export interface Region {
  kind: "Region";
  x: Numbers;
  y: Numbers;
  label: string;
  color: number;
}

export interface Mosaic {
  kind: "Mosaic";
  x: Numbers;
  y: Numbers;
  colors: Uint8Array;
  words: string[];
  label: string;
}

export interface Text {
  kind: "Text";
  x: number;
  y: number;
  text: string;
  align: "left" | "center" | "right";
  handle: string;
}

export type Mark = HeatMap | Line | Points | Arrow | Bars | Region | Mosaic | Text;

export interface Handle {
  name: string;
  label: string;
  x: number;
  y: number;
  moves: "both" | "x" | "y";
  step: number;
  symbol: "circle" | "square";
  color: number | null;
  bare: boolean;
}

export interface Pad {
  name: string;
  label: string;
  ink: Uint8Array & { shape: number[] };
  pen: "draw" | "erase" | "move";
}

export interface Panel {
  title: string;
  x: Axis;
  y: Axis;
  marks: Mark[];
  handles: Handle[];
  equal: boolean;
  pad: Pad | null;
  alt: string;
}

export interface Slider {
  kind: "Slider";
  name: string;
  label: string;
  low: number;
  high: number;
  step: number;
  unit: string;
  scale?: "linear" | "log";
}

export interface Choice {
  kind: "Choice";
  name: string;
  label: string;
  options: string[];
}

export interface Toggle {
  kind: "Toggle";
  name: string;
  label: string;
}

export interface Button {
  kind: "Button";
  name: string;
  label: string;
}

export interface Player {
  kind: "Player";
  name: string;
  label: string;
  last: number;
  unit: string;
  rate: number;
}

export type Control = Slider | Choice | Toggle | Button | Player;

export interface Scene {
  title: string;
  panels: Panel[];
  caption: string;
  controls: Control[];
  goal: { text: string; reached: boolean } | null;
  state: Record<string, Value>;
}

/** `scene` has `Packed` in the place of arrays until it is decoded. */
export interface SceneMessage {
  type: "scene";
  scene: object;
  error: string | null;
  view?: string;
  seq?: number;
}

export interface Packed {
  buffer: number;
  dtype: "uint8" | "float32";
  shape: number[];
}

/** The part of anywidget's model that is used; `Traits` are the values that Python shares. */
export interface Model<Traits> {
  get<Name extends keyof Traits>(name: Name): Traits[Name];
  set<Name extends keyof Traits>(name: Name, value: Traits[Name]): void;
  save_changes(): void;
  send(content: object): void;
  on(event: string, callback: Callback): void;
  off(event: string, callback: Callback): void;
}

type Callback = (message: SceneMessage, buffers: DataView[]) => void;

// --- What the modules hand to each other --------------------------------------------------------

export interface Theme {
  back: string;
  text: string;
  grid: string;
  frame: string;
  font: string;
  dark: boolean;
}

/** The colours that series are painted with: the theme's, or those on a heat map. */
export type Ink = Pick<Theme, "dark" | "text">;

export interface Tick {
  value: number;
  text: string;
}

/** What is laid out: a panel, or as much of one as the playground has. */
export interface Plot {
  x: Axis;
  y: Axis;
  marks: (Mark | ColorScale)[];
  equal?: boolean;
}

/** A plot area in CSS pixels, and the maps between its pixels and the data. */
/** What a plot may take: the width of its panel, a height, and what its ticks take beside it; and
 * the width that the words in it need. */
export interface Room {
  width: number;
  tallest: number;
  left: number;
  right: number;
  below: number;
  need: number;
}

/** What is written at a tick below a plot. */
export interface TickWord {
  text: string;
  x: number;
  row: number;
  most?: number;
}

export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
  right: number;
  bottom: number;
  total: number;
  across: number;
  X(value: number): number;
  Y(value: number): number;
  dataX(pixel: number): number;
  dataY(pixel: number): number;
  xTicks: Tick[];
  xWords: TickWord[];
  yTicks: Tick[];
  yLabelAt: number;
  heatMap?: ColorScale;
  barTicks: Tick[];
}

/** What a mark needs to know beside itself. */
export interface Around {
  area: Area;
  theme: Theme;
  ratio: number;
  onMap: boolean;
}

export type Placed = Around & { surface: HTMLCanvasElement | null; order: number };

export type LegendEntry =
  | Pick<Line, "kind" | "label" | "color" | "stroke" | "width">
  | Pick<Points, "kind" | "label" | "color" | "symbol">
  | (Pick<Bars, "kind" | "label" | "color"> & { order: number });

/** What controls and handles report. */
export interface Hooks {
  signal: AbortSignal;
  change(name: string, value: Value): void;
  hold(name: string, held: boolean): void;
  playing(name: string, on: boolean): void;
}

/** What is read: a panel, or as much of one as the playground has, with numbers in place of bytes. */
export interface Readable extends Pick<Panel, "title" | "x" | "y" | "equal"> {
  readonly marks: ReadableMark[];
}

export type ReadableMark = Exclude<Mark, HeatMap> | ReadableMap;

export type ReadableMap = Omit<HeatMap, "values"> & {
  values: (Uint8Array | Float32Array) & { shape: number[] };
};

/** What a mark has near a place: its value in words, and where it is marked, in pixels. */
export interface Found {
  kind: Mark["kind"];
  label: string;
  value: string;
  away: number;
  at?: [number, number];
  across?: number; // x of the sample that was read
}

/** What is read at a place: where it is, [name, value] of what is there, and what is marked. */
export interface Reading {
  place: string[];
  values: [string, string][];
  spots: [number, number][];
}

/** What a panel needs beside: `tell` is for screen readers alone. */
export interface PanelHooks extends Hooks {
  redraw(): void;
  tell(words: string): void;
}

/** A control on the page. */
export interface Made {
  element: HTMLElement;
  show(control: Control, value: Value | undefined): void;
  drawn?(busy: boolean, failed: boolean): void;
}

export type Read = (name: string) => Value | undefined;

export type Attributes = Record<string, string | number | boolean>;

/** [left, top, right, bottom] */
export type Box = [number, number, number, number];
