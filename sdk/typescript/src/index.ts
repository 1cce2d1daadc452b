// TypeScript client of Tollgate. `schema.d.ts` is written from the OpenAPI document by `make sdk`; what stands beside it is what code
// generation does badly: waiting for a task with progress, streams that resume, files.

export { Tollgate, type Starting, type Waiting } from "./client.js";
export { ApiError, TaskFailed, TookTooLong } from "./errors.js";
export type { components, paths } from "./schema.js";
export type { Calls, Feature, File, Task, TaskEvent } from "./types.js";
