// A dialog over JupyterLab. Not one of JupyterLab's own: those wait for each other, and one of ours may have to let JupyterLab ask
// something while it is open (saving the notebook may), and in those Enter presses the button that closes them.

import { button, element } from "./elements.js";

let count = 0;
let open = null;

export class Sheet {
  #overlay;
  #heading;
  #before;

  /** A dialog with a title, what is in it, a line that says how it goes, and buttons beside Close. There is one at a time. */
  constructor(title, body, buttons = [], { wide = false, status = null } = {}) {
    count += 1;
    const heading = element("h2", { id: `openbis-title-${count}`, textContent: title, tabIndex: -1 });
    this.#heading = heading;
    this.closeButton = button("Close", () => this.close());
    const footer = element("div", { className: "openbis-footer" }, buttons, this.closeButton);
    const content = element("div", { className: "openbis-body" }, body);
    this.node = element("div", { className: "openbis-Sheet", role: "dialog", ariaModal: "true", data: { wide } }, heading, content, element("div", { className: "openbis-status" }, status), footer);
    this.node.setAttribute("aria-labelledby", heading.id);
    // JupyterLab's keys rest in here.
    this.#overlay = element("div", { className: "openbis-overlay", data: { lmSuppressShortcuts: "true" } }, this.node);
    this.#overlay.addEventListener("keydown", (event) => this.#onKey(event));
    this.show();
  }

  /** Shows it, also again: with all that was typed into it. */
  show() {
    if (this.isOpen) {
      return;
    }
    this.#before = open ? open.#before : document.activeElement;
    open?.close();
    document.body.append(this.#overlay);
    shell().forEach((part) => (part.inert = true));
    open = this;
    this.#heading.focus();
  }

  get isOpen() {
    return this.#overlay.isConnected;
  }

  close() {
    if (!this.isOpen) {
      return;
    }
    this.#overlay.remove();
    open = null;
    shell().forEach((part) => (part.inert = false));
    this.#before?.focus?.();
  }

  #onKey(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
    } else if (event.key === "Tab") {
      const stops = [...this.node.querySelectorAll("a[href], button, input, select, textarea, [tabindex='0']")].filter((one) => !one.disabled && one.offsetParent);
      const edge = event.shiftKey ? stops[0] : stops.at(-1);
      const at = document.activeElement;
      if (at === edge || !this.node.contains(at) || (event.shiftKey && !stops.includes(at))) {
        event.preventDefault();
        (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
      }
    }
  }
}

/** What can't be used while a dialog is open; JupyterLab's own dialogs aren't in there. */
function shell() {
  return [document.getElementById("main")].filter(Boolean);
}
