// The chat: the list of conversations, what was said in one, and a reply that is shown as it is written.
//
// The address says which conversation is open (`#<threadId>`), so that a reload finds it again, and with it a reply that is on its way.

import { ApiError, askPage, call, read } from "./api.js";
import { credits, find, make, say } from "./dom.js";
import { follow, parseEvents } from "./events.js";

const NAME_CHARACTERS = 80;
const STARTS = ["Hello, what can you do?", "What is 12 * (3 + 4.5)?", "The tram runs every ten minutes. Dogs ride free."];

class Chat {
  constructor() {
    this.threadId = "";
    this.reading = null;
    this.messageId = "";
    find("new").addEventListener("click", () => this.go(""));
    find("say").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    find("words").addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.send();
    });
    find("stop").addEventListener("click", () => this.stop());
    find("delete").addEventListener("click", () => find("sure").showModal());
    find("sure").addEventListener("close", () => {
      if (find("sure").returnValue === "yes") this.remove();
      find("sure").returnValue = "";
    });
    addEventListener("hashchange", () => this.arrive());
    find("chat").hidden = false;
  }

  // Which conversation

  go(threadId) {
    if (location.hash.slice(1) === threadId) this.arrive();
    else location.hash = threadId;
  }

  async arrive() {
    this.leave();
    const threadId = (this.threadId = decodeURIComponent(location.hash.slice(1)));
    say(find("problem"), "");
    find("said").replaceChildren();
    this.showName();
    await this.list();
    this.showName();
    if (!threadId) {
      this.welcome();
      find("words").focus();
      return;
    }
    await this.guarded(() => this.show(threadId));
  }

  /** Stop reading whatever is read. Without another reader the server stops the reply, too. */
  leave() {
    this.reading?.abort();
    this.reading = null;
    this.busy(false);
  }

  busy(isBusy) {
    find("send").hidden = isBusy;
    find("stop").hidden = !isBusy;
    find("stop").disabled = false;
  }

  async list() {
    await this.guarded(async () => {
      const [{ chatSessions }, known] = await Promise.all([read("GET", "/api/v1/chat/sessions"), askPage("/chat/names")]);
      names = { ...names, ...known.names };
      find("chats-empty").hidden = chatSessions.length > 0;
      find("chats").replaceChildren(...chatSessions.map((session) => this.item(session)));
    });
  }

  item({ threadId, createdAt, updatedAt }) {
    const at = new Date(updatedAt ?? createdAt);
    const when = make("time", { className: "soft", dateTime: at.toISOString(), textContent: inWords(at) });
    const link = make("a", { href: `#${encodeURIComponent(threadId)}` }, make("span", { className: "chat-name", textContent: nameOf(threadId) }), when);
    if (threadId === this.threadId) link.setAttribute("aria-current", "true");
    return make("li", {}, link);
  }

  showName() {
    find("talk-title").textContent = this.threadId ? nameOf(this.threadId) : "New chat";
    find("delete").hidden = !this.threadId;
  }

  async remove() {
    const threadId = this.threadId;
    this.leave();
    await this.guarded(async () => {
      await read("DELETE", `/api/v1/chat/${encodeURIComponent(threadId)}`);
      delete names[threadId];
      this.go("");
      find("announcement").textContent = "The chat is deleted.";
    });
  }

  // What was said

  welcome() {
    const buttons = STARTS.map((words) => {
      const button = make("button", { type: "button", textContent: words });
      button.addEventListener("click", () => {
        find("words").value = words;
        find("words").focus();
      });
      return button;
    });
    const text = make("p", { className: "soft", textContent: "Say something. The reply appears here as it is written." });
    find("said").replaceChildren(make("div", { className: "welcome" }, text, make("div", { className: "starts", role: "group", "aria-label": "Examples" }, ...buttons)));
  }

  async show(threadId) {
    const page = await read("GET", `${path(threadId)}/messages`);
    if (this.threadId !== threadId) return;
    find("said").replaceChildren(...this.older(threadId, page.next), ...page.messages.map(bubble));
    if (!page.messages.length) this.welcome();
    toEnd();
    const last = page.messages.at(-1);
    if (last && (last.status === "queued" || last.status === "running")) await this.resume(threadId, last);
  }

  markCurrent() {
    const current = find("chats").querySelector("[aria-current] .chat-name");
    if (current) current.textContent = nameOf(this.threadId);
  }

  older(threadId, cursor) {
    if (!cursor) return [];
    const button = make("button", { type: "button", className: "quiet older", textContent: "Show what was said before" });
    button.addEventListener("click", () => this.guarded(async () => {
      button.disabled = true;
      const page = await read("GET", `${path(threadId)}/messages?cursor=${encodeURIComponent(cursor)}`);
      if (this.threadId !== threadId) return;
      const said = find("said");
      const below = said.scrollHeight - said.scrollTop;
      button.replaceWith(...this.older(threadId, page.next), ...page.messages.map(bubble));
      said.scrollTop = said.scrollHeight - below;
    }));
    return [button];
  }

  // Saying something

  async send() {
    const content = find("words").value;
    if (!content.trim() || this.reading) return;
    say(find("problem"), "");
    const reading = (this.reading = new AbortController());
    this.busy(true);
    await this.guarded(async () => {
      const threadId = this.threadId || (await this.begin());
      const response = await call("POST", `${path(threadId)}/messages`, { json: { content, stream: true } });
      if (this.reading !== reading) return void response.body.cancel();
      keepName(threadId, content);
      this.showName();
      this.markCurrent();
      find("words").value = "";
      find("said").querySelector(".welcome")?.remove();
      const reply = bubble({ role: "assistant", content: "", status: "queued" });
      find("said").append(bubble({ role: "user", content }), reply);
      toEnd();
      await this.hear(threadId, reply, response.body, reading);
    });
    if (this.reading === reading) this.leave();
  }

  async begin() {
    const { threadId } = await read("POST", "/api/v1/chat/init");
    this.threadId = threadId;
    history.replaceState(null, "", `#${encodeURIComponent(threadId)}`);
    await this.list();
    return threadId;
  }

  /** Read a reply's own stream to its end; when the connection breaks, read on through its events. */
  async hear(threadId, reply, body, reading) {
    const stop = () => body.cancel().catch(() => {});
    reading.signal.addEventListener("abort", stop, { once: true });
    let after = "";
    try {
      for await (const { id, data } of parseEvents(body)) {
        if (reading.signal.aborted) return;
        if (data === "[DONE]") return;
        if (id) after = id;
        this.take(reply, JSON.parse(data));
      }
    } catch (error) {
      if (reading.signal.aborted) return;
      if (error instanceof ApiError) throw error;
    }
    if (!reading.signal.aborted && this.messageId) await this.readOn(threadId, reply, after, reading);
  }

  async resume(threadId, message) {
    const reading = (this.reading = new AbortController());
    this.messageId = message.messageId;
    this.busy(true);
    const reply = find("said").lastElementChild;
    reply.querySelector("p").textContent = "";
    await this.guarded(() => this.readOn(threadId, reply, "", reading));
    if (this.reading === reading) this.leave();
  }

  async readOn(threadId, reply, after, reading) {
    await follow(`${path(threadId)}/messages/${this.messageId}`, {
      after,
      signal: reading.signal,
      onBreak: () => { find("announcement").textContent = "The connection broke; trying again."; },
      onEvent: (chunk) => reading.signal.aborted || this.take(reply, chunk),
    });
  }

  take(reply, chunk) {
    this.messageId = chunk.messageId;
    const atEnd = isAtEnd();
    const text = reply.querySelector("p");
    // Another attempt begins: what the one before had said is void.
    if (chunk.status === "running") text.textContent = "";
    if (chunk.delta) text.append(chunk.delta);
    if (chunk.message) this.end(reply, chunk.message);
    if (atEnd) toEnd();
  }

  end(reply, message) {
    reply.replaceWith(bubble(message));
    const words = { succeeded: message.content, cancelled: "Stopped.", failed: message.error?.error }[message.status];
    find("announcement").textContent = words ?? "";
    this.messageId = "";
    this.showBalance();
  }

  async stop() {
    if (!this.messageId) return this.leave();
    find("stop").disabled = true;
    await this.guarded(() => read("DELETE", `${path(this.threadId)}/messages/${this.messageId}`));
  }

  async showBalance() {
    try {
      find("balance").textContent = (await read("GET", "/api/user/credits?limit=1")).balance;
    } catch {
      // The balance is an extra; the next one will show.
    }
  }

  /** Do something that asks the server, and say what went wrong. */
  async guarded(work) {
    try {
      await work();
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!(error instanceof ApiError)) throw error;
      say(find("problem"), error.message);
      if (error.status === 401) find("problem").append(" ", make("a", { href: "/sign-in?next=/chat", textContent: "Sign in" }));
      if (error.status === 402) find("problem").append(" ", make("a", { href: "/credits", textContent: "See your credits" }));
    }
  }
}

const path = (threadId) => `/api/v1/chat/${encodeURIComponent(threadId)}`;

function bubble({ role, content, status, usage, error }) {
  const isWriting = status === "queued" || status === "running";
  const element = make("div", { className: `message ${role}${isWriting ? " writing" : ""}` });
  element.append(make("span", { className: "hearing-only", textContent: role === "user" ? "You said:" : "Reply:" }));
  const nothing = { cancelled: "Stopped before anything was said.", failed: "There is no reply." }[status] ?? "";
  element.append(make("p", { textContent: content || nothing }));
  if (role === "assistant" && usage && !isWriting) {
    const words = { cancelled: `Stopped · ${credits(usage.credits)}`, failed: `${error?.error ?? "Failed"} · ${credits(usage.credits)}` }[status];
    element.append(make("span", { className: `cost${status === "failed" ? " bad" : ""}`, textContent: words ?? credits(usage.credits) }));
  }
  return element;
}

function isAtEnd() {
  const said = find("said");
  return said.scrollTop + said.clientHeight >= said.scrollHeight - 40;
}

function toEnd() {
  find("said").scrollTop = find("said").scrollHeight;
}

// What a conversation is called: the first words said in it.

let names = {};

const nameOf = (threadId) => names[threadId] ?? "New chat";

function keepName(threadId, words) {
  names[threadId] ??= words.trim().replace(/\s+/g, " ").slice(0, NAME_CHARACTERS);
}

function inWords(at) {
  const minutes = Math.round((Date.now() - at) / 60000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h ago`;
  return at.toLocaleDateString(undefined, { day: "numeric", month: "long" });
}

try {
  await new Chat().arrive();
} catch (error) {
  say(find("failure"), "The chat cannot be shown. Reload the page in a moment.");
  throw error;
}
