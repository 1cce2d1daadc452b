// The playground: a form for each feature from its declaration, a run that is followed to its end, and what came of it.
//
// The address says where we are: `#<feature>` or `#<feature>/<task>`, so that a reload, a bookmark and the back button find the task again.

import { ApiError, askPage, call, read } from "./api.js";
import { Choices } from "./choices.js";
import { curlFor } from "./curl.js";
import { credits, find, humanise, make, say } from "./dom.js";
import { follow } from "./events.js";
import { Parameters } from "./parameters.js";
import { Recent, remember } from "./recent.js";
import { Result, hasEnded, statusInWords } from "./result.js";
import { Source } from "./source.js";

const PLACE = "tollgate.place";
const QUOTE_AFTER_MS = 350;
/** Where a refusal can be mended. */
const REMEDIES = {
  401: { href: "/sign-in?next=/playground", words: "Sign in" },
  402: { href: "/billing", words: "Get credits" },
  403: { href: "/apps", words: "See the apps" },
  429: { href: "/usage", words: "See your limits" },
};

class Playground {
  constructor(features) {
    this.features = new Map(features.map((feature) => [feature.name, feature]));
    this.result = new Result();
    this.recent = new Recent({
      onDeleted: (id) => id === this.taskId && this.go(this.feature.name),
      onProblem: (message) => say(find("problem"), message),
    });
    this.following = null;
    const links = features.map(({ name, title, summary }) => make("a", { href: `#${name}`, textContent: title, title: summary }));
    find("features").replaceChildren(...links);
    find("call").addEventListener("submit", (event) => {
      event.preventDefault();
      this.run();
    });
    find("call").addEventListener("input", () => this.changed());
    find("cancel").addEventListener("click", () => this.cancel());
    addEventListener("hashchange", () => this.arrive());
    find("bench").hidden = false;
  }

  // Where we are

  /** Show what the address says; without one, what this tab showed last. */
  arrive() {
    const [name, taskId] = (location.hash || sessionStorage.getItem(PLACE) || "").replace("#", "").split("/");
    const feature = this.features.get(name) ?? this.features.values().next().value;
    if (feature !== this.feature) this.choose(feature);
    this.leave();
    this.keepPlace(taskId);
    this.result.clear();
    this.recent.show(feature.name, taskId).catch((error) => this.tell(error));
    if (taskId && feature.name === name) this.open(taskId);
  }

  keepPlace(taskId) {
    this.taskId = taskId;
    const place = `#${this.feature.name}${taskId ? `/${taskId}` : ""}`;
    sessionStorage.setItem(PLACE, place);
    history.replaceState(null, "", place);
  }

  go(name) {
    location.hash = `#${name}`;
    this.arrive();
  }

  /** Stop following whatever is followed; the task itself goes on. */
  leave() {
    this.following?.abort();
    this.following = null;
    this.busy(false);
  }

  // The form

  choose(feature) {
    this.feature = feature;
    for (const link of find("features").children) {
      if (link.hash === `#${feature.name}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    find("feature-title").textContent = feature.title;
    find("feature-summary").textContent = feature.summary;
    // A feature that takes no prompt says so by its length.
    const takesPrompt = feature.schema.$defs?.Prompts?.properties.prompt.maxLength !== 0;
    for (const id of ["prompt", "negative"]) find(id).parentElement.hidden = !takesPrompt;
    find("prompt-label").replaceChildren("Prompt", ...(feature.promptRequired ? [] : [make("span", { className: "soft", textContent: " (optional)" })]));
    this.parameters = new Parameters(find("parameters"), find("extras"), feature.schema);
    const options = feature.targets.map(({ type }) => [type, humanise(type)]);
    this.targets = new Choices({ legend: "Make", name: "target", options, onChange: () => this.changed() });
    this.targets.element.hidden = options.length < 2;
    find("targets").replaceChildren(this.targets.element);
    this.source = null;
    this.source = new Source(this.placeForSource(feature), feature, () => this.sourceChanged());
    this.showExamples();
    this.fill({});
  }

  /** Return where the source's fields go: one that may be left out is folded away. */
  placeForSource({ sources, sourceRequired }) {
    const isFolded = sources.length > 0 && !sourceRequired;
    for (const id of ["source", "source-optional"]) find(id).replaceChildren();
    find("source-more").hidden = !isFolded;
    find("source-words").textContent = sources.some((type) => type.startsWith("image/")) ? "Add a picture or a text" : "Add a text to work on";
    return find(isFolded ? "source-optional" : "source");
  }

  showExamples() {
    const buttons = this.feature.examples.map((example) => {
      const words = example.prompts?.prompt || example.source?.data?.text || "Example";
      const button = make("button", { type: "button", textContent: words.replace(/<[^>]+>/g, " ").trim(), title: words });
      button.addEventListener("click", () => this.fill(example));
      return button;
    });
    find("examples").replaceChildren(...buttons);
  }

  fill(body) {
    find("prompt").value = body.prompts?.prompt ?? "";
    find("negative").value = body.prompts?.negative ?? "";
    this.source.fill(body.source);
    this.parameters.fill(body);
    find("source-more").open = Boolean(body.source);
    find("more").open = Boolean(body.prompts?.negative || body.model);
    if (body.target?.type) this.targets.value = body.target.type;
    say(find("problem"), "");
    this.changed();
  }

  /** A picture is most often turned into a picture: choose the target of the source's family, where the source is what is worked on. */
  sourceChanged() {
    if (!this.source) return;
    const family = this.feature.sourceRequired ? this.source.family : "";
    if (family && this.targets.has(family)) this.targets.value = family;
    this.changed();
  }

  changed() {
    this.parameters.show(this.targets.value);
    const body = this.body(this.source.value());
    find("curl").textContent = body ? curlFor({ feature: this.feature.name, body, file: this.source.chosenFile, app: this.app }) : "";
    this.showPrice(body);
  }

  /** Return the call, or null with the reason shown where it cannot be written. */
  body(source) {
    const prompts = Object.fromEntries([["prompt", find("prompt").value], ["negative", find("negative").value]].filter(([, text]) => text));
    try {
      return { ...(source && { source }), prompts, target: { type: this.targets.value }, ...this.parameters.values() };
    } catch (error) {
      say(find("problem"), error.message);
      return null;
    }
  }

  showPrice(body) {
    const { credits: amount, per, unit } = this.feature.targets.find(({ type }) => type === this.targets.value).price;
    const rate = `${credits(amount)} for ${per === "1" ? `each ${unit}` : `every ${per} ${unit}s`}`;
    if (!find("price").textContent.startsWith(rate)) find("price").textContent = rate;
    clearTimeout(this.quoteTimer);
    this.quoting?.abort();
    if (!body || this.missing()) return;
    this.quoting = new AbortController();
    const { signal } = this.quoting;
    this.quoteTimer = setTimeout(async () => {
      try {
        const quote = await askPage(`/playground/quote/${this.feature.name}`, body, signal);
        find("price").textContent = `${rate}; ${quote.creditsMax} at most`;
      } catch {
        // Something is wrong with the call; what it is, is said when it is run.
        if (!signal.aborted) find("price").textContent = rate;
      }
    }, QUOTE_AFTER_MS);
  }

  // A run

  /** The app that calls go through, "" for none; who has no app has no choice. */
  get app() {
    return find("app")?.value ?? "";
  }

  busy(isBusy) {
    find("run").disabled = isBusy;
    find("cancel").hidden = !isBusy;
  }

  async run() {
    say(find("problem"), "");
    const missing = this.missing();
    if (missing) return say(find("problem"), missing);
    this.leave();
    this.taskId = undefined;
    const stop = (this.following = new AbortController());
    this.busy(true);
    this.result.clear(this.source.chosenFile ? "Uploading" : "Sending");
    showResult();
    try {
      const source = await this.source.ready((share) => this.result.progress(share * 100, "Uploading"), stop.signal);
      const body = this.body(source);
      this.result.progress(0, "Sending");
      const task = await this.send(body);
      if (this.following !== stop) return;
      this.keepPlace(task.id);
      this.showBalance();
      this.recent.show(this.feature.name, task.id).catch((error) => this.tell(error));
      await this.watch(task, stop);
    } catch (error) {
      if (this.following !== stop) return;
      this.result.clear();
      this.leave();
      this.tell(error);
    }
  }

  /** Send the call. It is never cut off: half-sent, it might be accepted, run and charged without anybody knowing its id. */
  async send(body) {
    const headers = { Prefer: "wait=0", ...(this.app && { "X-App-Id": this.app }) };
    this.sending = call("POST", `/api/ai/${this.feature.name}`, { json: body, headers }).then((reply) => reply.json());
    try {
      const task = await this.sending;
      remember(task.id, body);
      return task;
    } finally {
      this.sending = null;
    }
  }

  missing() {
    const { feature } = this;
    if (feature.sourceRequired && !this.source.value()) return "Give a source first: a text, a file or an address.";
    if (feature.promptRequired && !find("prompt").value.trim()) return "Write a prompt first.";
    return "";
  }

  async open(taskId) {
    const stop = (this.following = new AbortController());
    try {
      const task = await read("GET", `/api/ai/${this.feature.name}/${taskId}`, { signal: stop.signal });
      this.result.clear(statusInWords(task.status));
      await this.watch(task, stop);
    } catch (error) {
      if (this.following !== stop) return;
      this.leave();
      if (error.status !== 404) return this.tell(error);
      this.keepPlace(undefined);
      this.result.clear();
      this.result.problem("This task does not exist any more.");
    }
  }

  /** Follow a task to its end and show what it makes on the way. */
  async watch(task, stop) {
    if (hasEnded(task.status)) return this.finish(task);
    this.busy(true);
    this.result.progress(task.progress, statusInWords(task.status));
    let last = null;
    this.isMakerKnown = false;
    await follow(`/api/ai/${this.feature.name}/${task.id}`, {
      signal: stop.signal,
      onBreak: () => this.result.progress(find("progress").value, "The connection broke; trying again"),
      onEvent: (event) => {
        if (stop.signal.aborted) return;
        if (event.event === "completed") last = event;
        else this.take(event, task, stop.signal);
      },
    });
    if (stop.signal.aborted) return;
    await this.finish(last ?? (await read("GET", `/api/ai/${this.feature.name}/${task.id}`)));
  }

  take(event, task, signal) {
    if (event.event === "state") this.result.restart();
    if (event.delta) this.result.delta(event.delta.text);
    if (event.target) this.result.output(event.target);
    this.result.progress(event.progress ?? find("progress").value, statusInWords(event.status));
    // Who does it is written down with the first news of the work itself; another attempt may be another's.
    if (event.event === "state") this.isMakerKnown = false;
    else if (!this.isMakerKnown) this.showMaker(task, signal);
  }

  /** Say who is doing the task at hand. */
  async showMaker(task, signal) {
    this.isMakerKnown = true;
    try {
      const { provider, model } = await read("GET", `/api/ai/${this.feature.name}/${task.id}`, { signal });
      if (!signal.aborted) this.result.maker(provider, model);
    } catch (error) {
      // It is an extra; what went wrong is said where the task is followed.
      if (!(error instanceof ApiError) && error.name !== "AbortError") throw error;
    }
  }

  async finish(task) {
    this.leave();
    this.result.finish(task);
    this.recent.show(this.feature.name, task.id).catch((error) => this.tell(error));
    const balance = await this.showBalance();
    if (this.taskId === task.id) this.result.finish(task, balance);
  }

  async cancel() {
    if (!this.taskId && !this.sending) {
      // Still uploading.
      this.leave();
      this.result.clear();
      return;
    }
    find("cancel").disabled = true;
    try {
      const { id } = this.sending ? await this.sending : { id: this.taskId };
      const task = await read("DELETE", `/api/ai/${this.feature.name}/${id}`);
      if (task) return await this.finish(task);
      // The API cancels what runs and removes what has ended; this one ended just before.
      this.leave();
      this.keepPlace(undefined);
      this.result.clear();
      this.result.problem("The task ended before it could be cancelled, and was removed.");
      await this.recent.show(this.feature.name);
    } catch (error) {
      this.tell(error);
    } finally {
      find("cancel").disabled = false;
    }
  }

  async showBalance() {
    try {
      const { balance } = await read("GET", "/api/user/credits?limit=1");
      find("balance").textContent = balance;
      return balance;
    } catch {
      // The balance is an extra; the next one will show.
      return undefined;
    }
  }

  /** Say what went wrong next to the form. */
  tell(error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof ApiError)) throw error;
    say(find("problem"), error.message);
    const remedy = REMEDIES[error.status];
    if (remedy) find("problem").append(" ", make("a", { href: remedy.href, textContent: remedy.words }));
  }
}

/** Scroll to the result where a long form has pushed it out of sight. */
function showResult() {
  const title = find("result-title");
  const { top, bottom } = title.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight * 0.7) title.scrollIntoView({ block: "start" });
}

try {
  const catalogue = await (await fetch("/api/ai")).json();
  new Playground(catalogue.items).arrive();
} catch (error) {
  say(find("failure"), "The list of features cannot be read. Reload the page in a moment.");
  throw error;
}
