// What a feature works on: a text, a file that is uploaded first, or an address. Made from the MIME types that the feature declares.

import { upload } from "./api.js";
import { Choices } from "./choices.js";
import { make } from "./dom.js";

const TEXT_NAMES = { "text/plain": "Plain text", "text/markdown": "Markdown", "text/html": "HTML", "text/csv": "CSV" };
const ENDINGS = { "text/plain": ".txt", "text/markdown": ".md", "text/csv": ".csv" };
/** Stands for the id of a file that is not uploaded yet, where only the shape of a call matters. */
const NO_ID = "00000000-0000-0000-0000-000000000000";

const family = (type) => ({ text: "text", image: "image", audio: "sound", video: "video" })[type.split("/")[0]] ?? "document";

export class Source {
  constructor(container, feature, onChange) {
    this.feature = feature;
    this.onChange = onChange;
    container.replaceChildren();
    if (!feature.sources.length) return;
    const texts = feature.sources.filter((type) => type.startsWith("text/"));
    this.text = make("textarea", { id: "source-text", rows: 5 });
    this.type = make("select", { id: "source-type" }, ...texts.map((type) => make("option", { value: type, textContent: TEXT_NAMES[type] ?? type })));
    const accept = [...feature.sources, ...feature.sources.map((type) => ENDINGS[type]).filter(Boolean)].join(",");
    this.file = make("input", { id: "source-file", type: "file", accept });
    this.preview = make("img", { className: "source-preview", alt: "The chosen picture", hidden: true });
    this.address = make("input", { id: "source-address", type: "text", placeholder: "https://…", autocomplete: "off", spellcheck: false });
    this.bodies = { text: this.textBody(texts), file: this.fileBody(), address: this.addressBody() };
    this.build(container, texts);
  }

  build(container, texts) {
    const options = [["text", "Text"], ["file", "File"], ["address", "Address"]].filter(([way]) => way !== "text" || texts.length);
    // Most people have a file at hand where a feature reads more than text.
    if (this.feature.sources.length > texts.length) options.sort(([a], [b]) => (b === "file") - (a === "file"));
    const legend = this.feature.sourceRequired ? "Source" : "Source (optional)";
    this.way = new Choices({ legend, name: "way", options, onChange: () => this.show() });
    this.way.element.append(make("div", { className: "source-body" }, ...Object.values(this.bodies)));
    container.append(this.way.element);
    for (const part of [this.text, this.address, this.type]) part.addEventListener("input", () => this.onChange());
    this.file.addEventListener("change", () => this.showFile());
    this.show();
  }

  textBody(texts) {
    const type = make("div", { className: "field", hidden: texts.length < 2 }, make("label", { htmlFor: "source-type", textContent: "The text is" }), this.type);
    return make("div", {}, make("label", { htmlFor: "source-text", textContent: "Text to work on" }), this.text, type);
  }

  fileBody() {
    return make("div", {}, make("label", { htmlFor: "source-file", textContent: "File, up to 50 MB" }), this.file, this.preview);
  }

  addressBody() {
    const help = make("p", { className: "help", textContent: "A public http or https address, or a data: URI." });
    return make("div", {}, make("label", { htmlFor: "source-address", textContent: "Address" }), this.address, help);
  }

  show() {
    for (const [way, body] of Object.entries(this.bodies)) body.hidden = way !== this.way.value;
    this.onChange();
  }

  showFile() {
    if (this.preview.src) URL.revokeObjectURL(this.preview.src);
    const file = this.chosenFile;
    this.preview.hidden = !file?.type.startsWith("image/") || file.type === "image/tiff";
    if (!this.preview.hidden) this.preview.src = URL.createObjectURL(file);
    else this.preview.removeAttribute("src");
    this.onChange();
  }

  get chosenFile() {
    return this.way?.value === "file" ? this.file.files[0] : undefined;
  }

  /** Return the family of what is chosen (`image`, `text` …), or "" if it cannot be told yet. */
  get family() {
    if (!this.way) return "";
    if (this.way.value === "text") return "text";
    const inline = /^data:([^;,]+)/.exec(this.address.value)?.[1] ?? "";
    const type = this.way.value === "file" ? this.chosenFile?.type ?? "" : inline;
    return type && family(type);
  }

  /** Return the call's `source`, or undefined where nothing is given; `fileId` is the id of the uploaded file. */
  value(fileId = NO_ID) {
    if (!this.way) return undefined;
    if (this.way.value === "text") {
      return this.text.value ? { type: "text", data: { type: this.type.value, text: this.text.value } } : undefined;
    }
    if (this.way.value === "address") {
      const src = this.address.value.trim();
      return src ? { data: { src } } : undefined;
    }
    const file = this.chosenFile;
    return file && { ...(file.type && { type: family(file.type) }), data: { src: fileId } };
  }

  /** Return the source with its file uploaded, if it is one. */
  async ready(onProgress, signal) {
    const file = this.chosenFile;
    if (!file) return this.value();
    const stored = await upload(file, onProgress, signal);
    return this.value(stored.id);
  }

  fill(source) {
    if (!this.way) return;
    this.file.value = "";
    this.text.value = source?.data?.text ?? "";
    this.address.value = source?.data?.src ?? "";
    if (this.text.value) this.way.value = "text";
    else if (this.address.value) this.way.value = "address";
    if (this.type.options.length && source?.data?.type?.startsWith("text/")) this.type.value = source.data.type;
    this.preview.hidden = true;
    this.show();
  }
}
