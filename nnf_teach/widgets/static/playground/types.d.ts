// The types of the playground, for the type checker alone. The settings stand in settings.py.

import type { Session } from "./session.js";

export type InputName = "x1" | "x2" | "x1^2" | "x2^2" | "x1 x2" | "sin x1" | "sin x2";
export type Activation = "relu" | "tanh" | "sigmoid" | "linear";
export type Regularization = "none" | "L1" | "L2";

export interface Settings {
  data: string;
  noise: number;
  train_share: number;
  data_seed: number;
  inputs: InputName[];
  hidden: number[];
  activation: Activation;
  seed: number;
  learning_rate: number;
  batch_size: number;
  regularization: Regularization;
  regularization_rate: number;
  discretize: boolean;
  show_test: boolean;
  goal: number | null;
  speed: number;
}

export type Data = Pick<Settings, "data" | "noise" | "train_share" | "data_seed">;

/** [x1, x2, target] */
export type Point = [number, number, number];

/** A layer and a unit in it: layer 0 is the first hidden one, -1 has the inputs. */
export type Unit = [number, number];

/** Bytes come as DataView from a kernel. */
export type Bytes = ArrayBuffer | ArrayBufferView<ArrayBuffer>;

/** A run as it travels; `snapshot` and `restore` in run.js. */
export interface Saved {
  settings: Settings;
  epoch: number;
  at: number;
  stride: number;
  weights: Bytes;
  dead: number[];
  history: Bytes;
}

export type Order = Saved & { id: number; changes?: Partial<Settings> | null };

/** What Python and the browser share; `_run` is empty until the browser has written it. */
export interface Traits {
  _key: string;
  _order: Order;
  _run: Order | { id?: undefined };
}

export interface Measure {
  loss: number;
  right: number;
}

export interface Measured {
  train: Measure;
  test: Measure;
}

/** What the parts of a view share. */
export interface Context {
  session: Session;
  prefix: string;
  signal: AbortSignal;
  say(words: string): void;
  tell(words: string): void; // to screen readers alone
  show(unit: Unit | null): void;
  schedule(): void;
}

/** A weight's line in the drawing: from where to where, and which number it is. */
export interface WeightLine {
  layer: number;
  k: number;
  d: number;
  index: number;
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}
