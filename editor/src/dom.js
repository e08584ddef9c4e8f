// Elements. Text of the user is only ever text, never markup.

const SVG = "http://www.w3.org/2000/svg";

function withParts(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true && !key.startsWith("aria-")) element.setAttribute(key, "");
    else if ((value !== false || key.startsWith("aria-")) && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const h = (tag, attributes = {}, ...children) => withParts(document.createElement(tag), attributes, children);
export const s = (tag, attributes = {}, ...children) => withParts(document.createElementNS(SVG, tag), attributes, children);
export const byId = (id) => document.getElementById(id);
export const button = (text, onclick, more = {}) => h("button", { type: "button", onclick, ...more }, text);

/** Say something to whoever listens instead of looking. */
export function announce(text) {
  byId("said").textContent = text;
}

/** A question with one line of text as the answer, or null. */
export function asked(question, value = "") {
  return new Promise((resolve) => {
    const input = h("input", { value, autocomplete: "off", maxlength: 200, id: "answer" });
    const form = h("form", { method: "dialog" },
      h("label", { for: "answer" }, question), input,
      h("div", { class: "row" }, h("button", { value: "ok", class: "main" }, "OK"), h("button", { value: "no", formnovalidate: true }, "Cancel")));
    const dialog = h("dialog", { "aria-label": question }, form);
    dialog.addEventListener("close", () => {
      const text = input.value.trim();
      dialog.remove();
      resolve(dialog.returnValue === "ok" && text ? text : null);
    });
    document.body.append(dialog);
    dialog.showModal();
    input.select();
  });
}

/** A text of many lines, or null. */
export async function askedText(question) {
  const text = h("textarea", { id: "answer", rows: 10, "aria-label": question, spellcheck: "false" });
  const taken = await shown(question, text, [["ok", "OK"], ["no", "Cancel"]]);
  return taken === "ok" && text.value.trim() ? text.value : null;
}

/** Something to read, or to choose from; resolves to the value of the button. */
export function shown(title, content, choices = [["close", "Close"]]) {
  return new Promise((resolve) => {
    const row = h("div", { class: "row" }, choices.map(([value, text], k) => h("button", { value, class: k ? "" : "main" }, text)));
    const dialog = h("dialog", { "aria-label": title }, h("form", { method: "dialog" }, h("h2", {}, title), content, row));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

const shownAs = new Map();

/** Fill a place anew only when what it shows changed: what is pointed at or focused is not replaced under the hand. */
export function filled(place, key, make) {
  if (shownAs.get(place.id) === key) return;
  shownAs.set(place.id, key);
  const inside = place.contains(document.activeElement);
  const active = document.activeElement?.dataset?.focus;
  place.replaceChildren(...make().filter(Boolean));
  if (inside) (focusable(active) ?? place.querySelector("button") ?? byId("beside")).focus({ preventScroll: true });
}

export const focusable = (name) => name && [...document.querySelectorAll("[data-focus]")].find((element) => element.dataset.focus === name);
