// Building elements. Text always goes in as text, never as HTML, so nothing that a user or a model wrote can become markup.

export function find(id) {
  return document.getElementById(id);
}

/** Return a new element: `properties` are set as properties (`data` and `aria-…` as attributes), `children` appended. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.includes("-")) element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Show `text` in an element that is hidden while it has nothing to say. */
export function say(element, text) {
  element.textContent = text;
  element.hidden = text === "";
}

/** Return a label as people read it: `maxCharacters` is "Max characters". */
export function humanise(name) {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/_/g, " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Return an amount of credits in words; amounts are strings, as 64-bit integers are on the wire. */
export function credits(amount) {
  return `${amount} ${amount === "1" ? "credit" : "credits"}`;
}
