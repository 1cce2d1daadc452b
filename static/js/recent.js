// The feature's last tasks, to be opened again or deleted. Replies do not repeat a task's prompt; this browser tab remembers those it sent.

import { ApiError, here, read } from "./api.js";
import { credits, find, humanise, make } from "./dom.js";
import { hasEnded, statusInWords } from "./result.js";

const STORE = "tollgate.calls";
const KEPT = 40;
const SIGNS = { image: "▦", sound: "♪", speech: "❝", text: "¶", video: "▶", vector: "⋮" };

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE) ?? "{}");
  } catch {
    return {};
  }
}

/** Remember what a task was asked, for this tab. */
export function remember(id, body) {
  const words = body.prompts?.prompt || body.source?.data?.text || "";
  const entries = [...Object.entries(remembered()), [id, { words: words.slice(0, 200), target: body.target?.type ?? "" }]].slice(-KEPT);
  try {
    sessionStorage.setItem(STORE, JSON.stringify(Object.fromEntries(entries)));
  } catch {
    // Storage is full or forbidden: the list then shows less.
  }
}

export class Recent {
  constructor({ onDeleted, onProblem }) {
    this.list = find("recent");
    this.onDeleted = onDeleted;
    this.onProblem = onProblem;
  }

  async show(feature, openId) {
    this.feature = feature;
    const page = await read("GET", `/api/ai/${feature}?status=all&limit=10`);
    if (this.feature !== feature) return;
    const known = remembered();
    this.list.replaceChildren(...page.items.map((task) => this.item(task, known[task.id] ?? {}, task.id === openId)));
    find("recent-empty").hidden = page.items.length > 0;
  }

  item(task, known, isOpen) {
    const kind = task.target?.type ?? known.target;
    const text = task.target?.data.type === "application/json" ? "" : task.target?.data.text;
    const words = known.words || text || humanise(kind || task.feature);
    const name = make("a", { className: "task-name", href: `#${task.feature}/${task.id}`, textContent: words.slice(0, 120), title: words });
    const facts = [statusInWords(task.status), ago(task.createdAt), hasEnded(task.status) ? credits(task.usage.credits) : `${task.progress} %`];
    const button = make("button", { type: "button", className: "danger", textContent: hasEnded(task.status) ? "Delete" : "Cancel", "aria-label": `${hasEnded(task.status) ? "Delete" : "Cancel"}: ${words.slice(0, 60)}` });
    button.addEventListener("click", () => this.end(task, button));
    const item = make("li", {}, thumb(task.target, kind), make("div", {}, name, make("span", { className: "soft", textContent: facts.join(" · ") })), button);
    item.dataset.open = isOpen;
    return item;
  }

  async end(task, button) {
    button.disabled = true;
    try {
      await read("DELETE", `/api/ai/${task.feature}/${task.id}`);
      if (hasEnded(task.status)) this.onDeleted(task.id);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.onProblem(error.message);
    }
    await this.show(task.feature);
  }
}

function thumb(target, kind) {
  if (target?.data.type.startsWith("image/")) return make("img", { className: "thumb", src: here(target.data.src), alt: "", loading: "lazy" });
  return make("span", { className: "thumb", "aria-hidden": "true", textContent: SIGNS[kind] ?? "•" });
}

function ago(time) {
  const minutes = Math.round((Date.now() - new Date(time)) / 60000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h ago`;
  return new Date(time).toLocaleDateString(undefined, { day: "numeric", month: "long" });
}

