// Server-sent events: one response's, and a task's over as many connections as it takes.

import { EventSourceParserStream } from "eventsource-parser/stream";

import { ApiError, check } from "./errors.js";
import type { TaskEvent } from "./types.js";

const DONE = "[DONE]";
const RESUMES_MAX = 5;
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Yield the number and the data of each event; the data of the last one is null. */
export async function* read(response: Response): AsyncGenerator<[number, TaskEvent | null]> {
  await check(response);
  if (!response.body) throw new TypeError("The reply has no body.");
  const events = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  const reader = events.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (value.data === DONE) {
        yield [0, null];
        return;
      }
      yield [Number(value.id ?? 0), JSON.parse(value.data) as TaskEvent];
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Yield a task's events after number `after` until it has ended; each new connection resumes after the last event. */
export async function* follow(connect: (after: number) => Promise<Response>, after: number): AsyncGenerator<TaskEvent> {
  let broken = 0;
  for (;;) {
    try {
      for await (const [number, event] of read(await connect(after))) {
        if (event === null) return;
        after = number;
        broken = 0;
        yield event;
      }
    } catch (error) {
      const passes = error instanceof ApiError ? error.status === 503 : error instanceof TypeError;
      broken += 1;
      if (!passes || broken > RESUMES_MAX) throw error;
    }
    await pause(Math.min(200 * 2 ** broken, 5000));
  }
}
