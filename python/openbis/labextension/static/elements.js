// Elements of a page. Texts are set as texts, never as HTML.

/** An element with properties, and what is in it; what is null or false is left out. */
export function element(name, properties = {}, ...children) {
  const { data, ...rest } = properties;
  const made = Object.assign(document.createElement(name), rest);
  Object.assign(made.dataset, data ?? {});
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** A button. `kind` is `main` for what the dialog is for, `danger` for what can't be undone. */
export function button(label, onclick, kind = "plain", properties = {}) {
  return element("button", { type: "button", className: "openbis-Button", textContent: label, onclick, data: { kind }, ...properties });
}

let count = 0;

/** An input with its label, a hint, and room for what is wrong with it. `field.complain("")` takes the complaint back. */
export function field(label, input, { hint = "", required = false } = {}) {
  count += 1;
  input.id ||= `openbis-field-${count}`;
  const complaint = element("p", { className: "openbis-complaint", id: `${input.id}-wrong`, role: "alert" });
  const help = hint ? element("p", { className: "openbis-hint", id: `${input.id}-hint`, textContent: hint }) : null;
  const star = required ? element("span", { className: "openbis-required", textContent: " (required)" }) : null;
  const node = element("div", { className: "openbis-field" }, element("label", { htmlFor: input.id }, label, star), input, help, complaint);
  if (required) {
    input.ariaRequired = "true";
  }
  const describe = () => {
    const parts = [help?.id, complaint.textContent && complaint.id].filter(Boolean);
    parts.length > 0 ? input.setAttribute("aria-describedby", parts.join(" ")) : input.removeAttribute("aria-describedby");
  };
  const complain = (words) => {
    complaint.textContent = words;
    words ? input.setAttribute("aria-invalid", "true") : input.removeAttribute("aria-invalid");
    describe();
  };
  describe();
  input.addEventListener("input", () => complain(""));
  return { node, input, complain, get wrong() { return complaint.textContent; } };
}

/** A box to tick, with its label. */
export function tick(label, checked = false, properties = {}) {
  const input = element("input", { type: "checkbox", checked, ...properties });
  return { input, node: element("label", { className: "openbis-tick" }, input, element("span", {}, label)) };
}

/** A line that says how it goes, and is read out when it changes. `kind`: `busy`, `good`, `bad`, or nothing. */
export function messages() {
  const node = element("div", { className: "openbis-message", role: "status", ariaLive: "polite" });
  const say = (words, kind = "", ...more) => {
    node.dataset.kind = kind;
    node.replaceChildren(...(words ? [kind === "busy" ? element("span", { className: "openbis-spinner", ariaHidden: "true" }) : "", element("span", {}, words, ...more)] : []));
  };
  say("");
  return { node, say };
}
