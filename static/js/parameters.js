// A feature's own parameters as form fields, made from its JSON Schema: nothing here knows any feature.

import { humanise, make } from "./dom.js";

const LONG_WORDS = 90;
/** Asked for rarely: these stand below "More". */
const EXTRA = new Set(["model"]);
const ENVELOPE = new Set(["source", "prompts", "target", "stream", "webhook", "webhookEvents"]);

/** Return the schema with a reference followed and "or null" taken off. */
function settle(schema, root) {
  if (schema.$ref) return settle({ ...root.$defs[schema.$ref.split("/").pop()], ...schema, $ref: undefined }, root);
  const kinds = (schema.anyOf ?? []).filter((kind) => kind.type !== "null");
  return kinds.length === 1 ? settle({ ...kinds[0], ...schema, anyOf: undefined }, root) : schema;
}

function control(id, schema) {
  const common = { id, "aria-describedby": schema.description ? `${id}-help` : null };
  if (schema.enum) return make("select", common, ...schema.enum.map((value) => make("option", { value, textContent: value })));
  if (schema.type === "boolean") return make("input", { ...common, type: "checkbox" });
  if (schema.type === "integer" || schema.type === "number") {
    const limits = { min: schema.minimum ?? "", max: schema.maximum ?? "", step: schema.type === "integer" ? "1" : "any" };
    return make("input", { ...common, type: "number", ...limits });
  }
  if (schema.type === "string") return make("input", { ...common, type: "text", maxLength: schema.maxLength, autocomplete: "off" });
  return make("textarea", { ...common, rows: 3, spellcheck: false });
}

function limitsInWords({ minimum, maximum }) {
  if (minimum === undefined || maximum === undefined || maximum > 1e9) return "";
  return ` ${minimum} to ${maximum}.`;
}

class Field {
  constructor(name, schema) {
    this.name = name;
    this.schema = schema;
    this.targets = schema.targets ?? [];
    const id = `parameter-${name}`;
    this.control = control(id, schema);
    const label = make("label", { htmlFor: id }, humanise(name));
    const words = schema.description ? schema.description + limitsInWords(schema) : "";
    const help = words ? make("p", { id: `${id}-help`, className: "help", textContent: words }) : null;
    const isCheck = schema.type === "boolean";
    if (isCheck) label.prepend(this.control);
    const classes = ["field", isCheck && "check", words.length > LONG_WORDS && "long"].filter(Boolean);
    this.element = make("div", { className: classes.join(" ") }, label, isCheck ? null : this.control, help);
    this.set(undefined);
  }

  appliesTo(target) {
    return this.targets.length === 0 || this.targets.includes(target);
  }

  set(value) {
    const shown = value ?? this.schema.default;
    if (this.schema.type === "boolean") this.control.checked = Boolean(shown);
    else if (shown !== null && typeof shown === "object") this.control.value = JSON.stringify(shown);
    else this.control.value = shown ?? "";
  }

  /** Return the value, or undefined where it is the default anyway. Raises Error with words for what JSON cannot read. */
  get() {
    const { type, enum: choices, default: usual } = this.schema;
    if (type === "boolean") return this.control.checked === Boolean(usual) ? undefined : this.control.checked;
    const text = this.control.value.trim();
    if (text === "") return undefined;
    const value = type === "integer" || type === "number" ? Number(text) : choices || type === "string" ? text : this.parse(text);
    return value === usual ? undefined : value;
  }

  parse(text) {
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(`${humanise(this.name)} is not valid JSON.`);
    }
  }
}

export class Parameters {
  constructor(container, extras, schema) {
    const own = Object.entries(schema.properties ?? {}).filter(([name]) => !ENVELOPE.has(name));
    this.fields = own.map(([name, part]) => new Field(name, settle(part, schema)));
    const elements = (areExtra) => this.fields.filter(({ name }) => EXTRA.has(name) === areExtra).map(({ element }) => element);
    container.replaceChildren(...elements(false));
    extras.replaceChildren(...elements(true));
  }

  /** Show what applies to `target`; what does not is disabled too, so that the browser does not check it. */
  show(target) {
    this.target = target;
    for (const field of this.fields) {
      field.element.hidden = !field.appliesTo(target);
      field.control.disabled = field.element.hidden;
    }
  }

  fill(body) {
    for (const field of this.fields) field.set(body[field.name]);
  }

  values() {
    const shown = this.fields.filter((field) => field.appliesTo(this.target));
    return Object.fromEntries(shown.map((field) => [field.name, field.get()]).filter(([, value]) => value !== undefined));
  }
}
