// The words of the generated schema, by the names that people use.

import type { components, paths } from "./schema.js";

export type Task = components["schemas"]["Task"];
export type File = components["schemas"]["File"];

type FeaturePath = Extract<keyof paths, `/api/ai/${string}`>;
type BodyOf<Path extends FeaturePath> = paths[Path] extends {
  post: { requestBody?: { content: { "application/json": infer Body } } };
}
  ? Body
  : never;

/** The calls that each feature takes, by its name. */
export type Calls = {
  [Path in FeaturePath as Path extends `/api/ai/${infer Name}`
    ? Name extends `${string}/${string}`
      ? never
      : Name
    : never]: BodyOf<Path>;
};
export type Feature = keyof Calls;

/** One event of a task: its state, its progress, a partial result, a piece of text, or its end. */
export interface TaskEvent {
  id: string;
  event: "state" | "progress" | "partial" | "delta" | "completed";
  status: string;
  progress?: number;
  target?: components["schemas"]["NumberedTarget"] | null;
  delta?: { text: string };
}
