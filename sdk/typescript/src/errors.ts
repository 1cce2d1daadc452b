// What can go wrong, one class each.

import type { Task } from "./types.js";

/** The server refused: `status` is HTTP's, `code` and `message` are the server's own, `retryAfterSeconds` where it says when. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: number | string | undefined,
    message: string,
    readonly retryAfterSeconds: number | undefined,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** The task ended without its result: it failed (`task.error` says why), or was cancelled. */
export class TaskFailed extends Error {
  constructor(readonly task: Task) {
    super(task.error?.message ?? `The task was ${task.status}.`);
    this.name = "TaskFailed";
  }
}

/** The task has not ended within the time that was given; it goes on, and `wait` can be called again. */
export class TookTooLong extends Error {
  override name = "TookTooLong";
}

/** Resolve to the response if it is a success; throws `ApiError`. */
export async function check(response: Response): Promise<Response> {
  if (response.ok) return response;
  const body = (await response.json().catch(() => ({}))) as { code?: number | string; message?: string; error?: string };
  const wait = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  const message = body.message ?? body.error ?? response.statusText;
  throw new ApiError(response.status, body.code, message, Number.isNaN(wait) ? undefined : wait);
}
