// Following a task: server-sent events over fetch (EventSource cannot send a bearer token), resumed after every break.

import { ApiError, call } from "./api.js";

const WAITS_MS = [300, 1000, 2000, 4000, 8000];

/** Yield `{id, data}` for each event of a stream of bytes. */
export async function* parseEvents(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split(/\r?\n\r?\n/);
      rest = blocks.pop();
      for (const block of blocks) {
        const event = parseBlock(block);
        if (event) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function parseBlock(block) {
  let id = "";
  const data = [];
  for (const line of block.split(/\r?\n/)) {
    const [, name, value] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (name === "data") data.push(value);
    else if (name === "id") id = value;
  }
  return data.length ? { id, data: data.join("\n") } : null;
}

/**
 * Call `onEvent` with each event of the task at `path` until its end, from number `after` on. A broken connection is resumed after the
 * last event seen; `onBreak` hears how long it waits. Raises ApiError when the server refuses, AbortError when `signal` says stop.
 */
export async function follow(path, { onEvent, onBreak, signal, after = "" }) {
  let failures = 0;
  for (;;) {
    try {
      const headers = after ? { "Last-Event-ID": after } : {};
      const response = await call("GET", `${path}/events`, { headers, signal });
      for await (const { id, data } of parseEvents(response.body)) {
        if (data === "[DONE]") return;
        failures = 0;
        if (id) after = id;
        onEvent(JSON.parse(data));
      }
    } catch (error) {
      if (error.name === "AbortError" || signal.aborted) throw error;
      // What the server refuses, it will refuse again; a broken connection has no status.
      if (error instanceof ApiError && error.status && error.status < 500) throw error;
    }
    const wait = WAITS_MS[Math.min(failures, WAITS_MS.length - 1)];
    failures += 1;
    if (failures > 1) onBreak(wait);
    await pause(wait, signal);
  }
}

function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("Stopped", "AbortError"));
    }, { once: true });
  });
}
