// The client: tasks from start to end, text as it is generated, files up.

import createClient, { type Client } from "openapi-fetch";

import { check, TaskFailed, TookTooLong } from "./errors.js";
import { follow, pause, read } from "./events.js";
import type { paths } from "./schema.js";
import type { Calls, Feature, File, Task, TaskEvent } from "./types.js";

const FINISHED = new Set(["succeeded", "failed", "cancelled"]);

export interface Waiting {
  /** Told how far the task is, 0 to 100, whenever it has changed. */
  onProgress?: (percent: number) => void;
  timeoutSeconds?: number;
}

export interface Starting {
  /** The same key and call give the same task. */
  idempotencyKey?: string;
}

/** One installation, as one key or access token. `api` is the generated client: every endpoint, typed. */
export class Tollgate {
  readonly api: Client<paths>;
  readonly #baseUrl: string;
  readonly #token: string;

  constructor(baseUrl: string, token: string) {
    this.#baseUrl = baseUrl.replace(/\/+$/, "");
    this.#token = token;
    this.api = createClient<paths>({ baseUrl: this.#baseUrl, headers: { Authorization: `Bearer ${token}` } });
  }

  /** Call a feature and resolve to its task when it has succeeded; throws `TaskFailed`, `TookTooLong`, `ApiError`. */
  async run<Name extends Feature>(feature: Name, call: Calls[Name], options: Waiting & Starting = {}): Promise<Task> {
    return this.wait(await this.start(feature, call, options), options);
  }

  /** Call a feature and resolve to its task as it is now. */
  async start<Name extends Feature>(feature: Name, call: Calls[Name], options: Starting = {}): Promise<Task> {
    const headers: Record<string, string> = { "Content-Type": "application/json", Prefer: "wait=0" };
    if (options.idempotencyKey) headers["Idempotency-Key"] = options.idempotencyKey;
    const response = await this.#fetch(`/api/ai/${feature}`, { method: "POST", headers, body: JSON.stringify(call) });
    return (await (await check(response)).json()) as Task;
  }

  /** Resolve to the task as it is now, with fresh links to its files. */
  async get(task: Task): Promise<Task> {
    return (await (await check(await this.#fetch(pathOf(task)))).json()) as Task;
  }

  /** Resolve to the task when it has succeeded; throws as `run`. */
  async wait(task: Task, { onProgress, timeoutSeconds = 900 }: Waiting = {}): Promise<Task> {
    const until = Date.now() + timeoutSeconds * 1000;
    let told = -1;
    for (let wait = 100; ; wait = Math.min(wait * 1.5, 2000)) {
      if (task.progress !== told) onProgress?.((told = task.progress));
      if (FINISHED.has(task.status)) break;
      if (Date.now() > until) throw new TookTooLong(`${task.feature} ${task.id} has not ended within ${timeoutSeconds} seconds.`);
      await pause(wait);
      task = await this.get(task);
    }
    if (task.status !== "succeeded") throw new TaskFailed(task);
    return task;
  }

  /** Yield the task's events as they come: progress, partial results, the end. A broken connection is resumed. */
  events(task: Task, after = 0): AsyncGenerator<TaskEvent> {
    return follow((number) => this.#fetch(`${pathOf(task)}/events`, { headers: { "Last-Event-ID": String(number) } }), after);
  }

  /** Call a feature and yield its text as it is generated; throws `TaskFailed` when it breaks off. */
  async *stream<Name extends Feature>(feature: Name, call: Calls[Name]): AsyncGenerator<string> {
    const body = JSON.stringify({ ...call, stream: true });
    const headers = { "Content-Type": "application/json" };
    const response = await this.#fetch(`/api/ai/${feature}`, { method: "POST", headers, body });
    let last: TaskEvent | undefined;
    for await (const [, event] of read(response)) {
      if (event?.delta) yield event.delta.text;
      if (event) last = event;
    }
    if (last?.event === "completed" && last.status !== "succeeded") throw new TaskFailed(last as unknown as Task);
  }

  /** Cancel an unfinished task; what it delivered is charged, the rest goes back. A finished one is removed. */
  async cancel(task: Task): Promise<Task> {
    const response = await check(await this.#fetch(pathOf(task), { method: "DELETE" }));
    return response.status === 204 ? task : ((await response.json()) as Task);
  }

  /** Upload a file, whose `id` is then good as the source of calls. */
  async upload(content: Blob, name: string): Promise<File> {
    const form = new FormData();
    form.append("file", content, name);
    return (await (await check(await this.#fetch("/api/user/files", { method: "POST", body: form }))).json()) as File;
  }

  /** Resolve to what a result's link (`target.data.src`) leads to. The link is its own permission: the key stays here. */
  async download(link: string): Promise<Blob> {
    return (await check(await fetch(link))).blob();
  }

  #fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { Authorization: `Bearer ${this.#token}`, ...(init.headers as Record<string, string> | undefined) };
    return fetch(this.#baseUrl + path, { ...init, headers });
  }
}

function pathOf(task: Task): string {
  return `/api/ai/${task.feature}/${task.id}`;
}
