// What a task has made so far: pictures, sounds, texts; and how it went.

import { here } from "./api.js";
import { credits, find, make, say } from "./dom.js";

const STATUS = { queued: "Waiting for a worker", running: "Working", succeeded: "Done", failed: "Failed", cancelled: "Cancelled" };
const ENDED = new Set(["succeeded", "failed", "cancelled"]);

export const hasEnded = (status) => ENDED.has(status);
export const statusInWords = (status) => STATUS[status] ?? status;

export class Result {
  constructor() {
    this.outputs = find("outputs");
    this.shown = new Map();
    this.live = null;
    const lightbox = find("lightbox");
    lightbox.querySelector("button").addEventListener("click", () => lightbox.close());
    lightbox.addEventListener("click", (event) => event.target === lightbox && lightbox.close());
  }

  /** Empty the panel; `words` say what is going on, "" hides the progress bar. */
  clear(words = "") {
    this.outputs.replaceChildren();
    this.shown.clear();
    this.live = null;
    find("facts").hidden = true;
    say(find("task-problem"), "");
    find("empty").hidden = words !== "";
    find("meter").hidden = words === "";
    this.maker("", "");
    this.progress(0, words);
  }

  /** Say who is at work. */
  maker(provider, model) {
    const words = madeBy(provider, model);
    find("maker").textContent = words && ` by ${words}`;
  }

  progress(percent, words) {
    find("progress").value = percent;
    find("percent").textContent = percent ? `${Math.round(percent)} %` : "";
    if (words === undefined || words === find("status").textContent) return;
    find("status").textContent = words;
    find("announcement").textContent = words;
  }

  problem(message) {
    say(find("task-problem"), message);
    find("empty").hidden = true;
  }

  /** Forget what an attempt that failed had sent. */
  restart() {
    this.live?.remove();
    this.live = null;
  }

  delta(text) {
    if (!this.live) {
      this.live = make("pre", { className: "whole", tabIndex: 0 });
      this.outputs.append(this.live);
    }
    const atEnd = this.live.scrollTop + this.live.clientHeight >= this.live.scrollHeight - 20;
    this.live.append(text);
    if (atEnd) this.live.scrollTop = this.live.scrollHeight;
  }

  output(target) {
    if (!target) return;
    this.restart();
    const element = render(target);
    const before = this.shown.get(target.index);
    if (before) before.replaceWith(element);
    else this.outputs.append(element);
    this.shown.set(target.index, element);
    if (target.data.type.startsWith("image/")) find("announcement").textContent = `Picture ${target.index + 1} is ready.`;
  }

  /** Show a task that has ended. */
  finish(task, balance) {
    for (const target of task.targets) if (!this.shown.has(target.index)) this.output(target);
    this.progress(task.status === "succeeded" ? 100 : task.progress, statusInWords(task.status));
    find("meter").hidden = task.status === "succeeded";
    if (task.error) this.problem(`${task.error.message} (code ${task.error.code})`);
    else if (!task.targets.length) this.problem(task.status === "cancelled" ? "The task was cancelled before it made anything." : "The task made nothing.");
    const facts = find("facts");
    facts.replaceChildren(...describe(task, balance));
    facts.hidden = false;
  }
}

const madeBy = (provider, model) => [provider, model].filter(Boolean).join(" · ");

function duration(ms) {
  if (ms < 1000) return `${ms} ms`;
  return `${(ms / 1000).toFixed(ms < 10000 ? 1 : 0)} s`;
}

function describe(task, balance) {
  const facts = [
    ["Cost", credits(task.usage.credits)],
    ["Balance", balance === undefined ? "" : credits(balance)],
    ["Time", task.startedAt && task.finishedAt ? duration(new Date(task.finishedAt) - new Date(task.startedAt)) : ""],
    ["Made by", madeBy(task.provider, task.model)],
    ["Attempts", task.attempt > 1 ? String(task.attempt) : ""],
  ];
  return facts.filter(([, value]) => value).map(([name, value]) => make("div", {}, make("dt", { textContent: name }), make("dd", { textContent: value })));
}

function render({ index, data }) {
  if (data.text !== undefined) return data.type === "application/json" ? renderData(data.text, index) : renderText(data.text, index);
  const link = here(data.src);
  const size = data.size ? `${Math.max(1, Math.round(Number(data.size) / 1024))} KB` : "";
  const end = make("figcaption", { className: "output-end" }, make("span", { textContent: [data.type, size].filter(Boolean).join(", ") }),
    make("a", { href: link, download: "", textContent: "Download" }));
  if (data.type.startsWith("image/")) return make("figure", {}, picture(link, index), end);
  if (data.type.startsWith("audio/")) return make("figure", { className: "whole" }, make("audio", { src: link, controls: true, preload: "metadata" }), end);
  if (data.type.startsWith("video/")) return make("figure", { className: "whole" }, make("video", { src: link, controls: true, preload: "metadata" }), end);
  return make("figure", { className: "whole" }, end);
}

function picture(link, index) {
  const button = make("button", { type: "button", className: "picture", "aria-label": `Show picture ${index + 1} whole` },
    make("img", { src: link, alt: `Result ${index + 1}` }));
  button.addEventListener("click", () => {
    const lightbox = find("lightbox");
    lightbox.querySelector("img").src = link;
    lightbox.querySelector("a").href = link;
    lightbox.showModal();
  });
  return button;
}

function renderText(text, index, { className = "", words = `${text.length} characters` } = {}) {
  const id = `text-${index}`;
  const button = make("button", { type: "button", className: "copy", "data-copy": `#${id}`, textContent: "Copy" });
  const end = make("figcaption", { className: "output-end" }, make("span", { textContent: words }), button);
  return make("figure", { className: "whole" }, make("pre", { id, className, textContent: text, tabIndex: 0 }), end);
}

/** Data is shown as it is, with what it is in words where it can be told. */
function renderData(text, index) {
  let words = "Data";
  try {
    const { vector } = JSON.parse(text);
    if (Array.isArray(vector)) words = `A vector of ${vector.length} numbers`;
  } catch {
    // Whatever it is, it is shown.
  }
  return renderText(text, index, { className: "data", words });
}
