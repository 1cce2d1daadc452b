// A group of radio buttons that looks like one divided button.

import { make } from "./dom.js";

export class Choices {
  /** `options` are `[value, words]`; `onChange` gets the chosen value. */
  constructor({ legend, name, options, onChange }) {
    this.inputs = options.map(([value], position) => make("input", { type: "radio", name, value, checked: position === 0 }));
    const labels = options.map(([, words], position) => make("label", {}, this.inputs[position], make("span", { textContent: words })));
    this.element = make("fieldset", {}, make("legend", { textContent: legend }), make("div", { className: "choices" }, ...labels));
    this.element.addEventListener("change", (event) => this.inputs.includes(event.target) && onChange(this.value));
  }

  get value() {
    return this.inputs.find((input) => input.checked).value;
  }

  set value(wanted) {
    for (const input of this.inputs) input.checked = input.value === wanted;
  }

  has(value) {
    return this.inputs.some((input) => input.value === value);
  }
}
