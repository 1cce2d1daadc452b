// The built client against a running server: TOLLGATE_URL and TOLLGATE_KEY say which. Run by `make check`.

import assert from "node:assert/strict";
import test from "node:test";

import { ApiError, Tollgate } from "../dist/index.js";

const tollgate = new Tollgate(process.env.TOLLGATE_URL, process.env.TOLLGATE_KEY);

test("a task runs to its end with progress, and its results are downloaded", async () => {
  const seen = [];
  const call = { prompts: { prompt: "a calm sea at sunset" }, target: { type: "image" }, count: 2, seed: 7 };
  const task = await tollgate.run("imagine", call, { onProgress: (percent) => seen.push(percent) });
  assert.equal(task.status, "succeeded");
  assert.deepEqual(task.targets.map((target) => target.index), [0, 1]);
  assert.deepEqual(seen, [...seen].sort((one, other) => one - other));
  assert.equal(seen.at(-1), 100);
  const picture = await tollgate.download(task.targets[1].data.src);
  assert.equal(picture.size, Number(task.targets[1].data.size));
});

test("a task's events are read to the end, and resumed after any of them", async () => {
  const task = await tollgate.start("imagine", { prompts: { prompt: "mountains" }, count: 2 });
  const all = [];
  for await (const event of tollgate.events(task)) all.push(event.event);
  assert.equal(all.at(-1), "completed");
  assert.equal(all.filter((kind) => kind === "partial").length, 2);
  const rest = [];
  for await (const event of tollgate.events(task, all.length - 1)) rest.push(event.event);
  assert.deepEqual(rest, ["completed"]);
});

test("text is streamed as it is generated", async () => {
  const source = { data: { type: "text/plain", text: "Who wrote the first compiler?" } };
  const prompts = { prompt: "Ada wrote the first program. Grace wrote the first compiler." };
  let text = "";
  for await (const piece of tollgate.stream("inspire", { source, prompts })) text += piece;
  assert.match(text, /Grace/);
});

test("the same idempotency key gives the same task, and a finished task is removed", async () => {
  const call = { prompts: { prompt: "rain" } };
  const options = { idempotencyKey: crypto.randomUUID() };
  const task = await tollgate.run("imagine", call, options);
  assert.equal((await tollgate.start("imagine", call, options)).id, task.id);
  await tollgate.cancel(task);
  await assert.rejects(tollgate.get(task), (error) => error instanceof ApiError && error.status === 404 && error.code === 5);
});

test("an upload is the source of a call", async () => {
  const file = await tollgate.upload(new Blob(["One two three."], { type: "text/plain" }), "notes.txt");
  const task = await tollgate.run("extract", { source: { data: { src: file.id } } });
  assert.match(task.target.data.text, /three/);
});

test("a refusal is an error with the server's own words", async () => {
  await assert.rejects(tollgate.run("imagine", {}), (error) => error instanceof ApiError && error.status === 400 && error.code === 3);
  await assert.rejects(new Tollgate(process.env.TOLLGATE_URL, "tg_no").start("imagine", {}), { status: 401, code: 16 });
});

test("every endpoint is there, typed", async () => {
  const { data, error } = await tollgate.api.GET("/api/user/credits");
  assert.equal(error, undefined);
  assert.match(data.balance, /^\d+$/);
});
