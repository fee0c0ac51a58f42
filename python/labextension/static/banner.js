// A strip above everything else in JupyterLab: work moves down, nothing is covered.

import { element, linkButton } from "./elements.js";
import { moment } from "./words.js";

/** Shows notices, one a line, until they are withdrawn or dismissed. */
export class Banner {
  #shell;
  #widget;
  #addresses;
  #strip = element("div", { className: "carrel-Banner-strip", tabIndex: 0, role: "region", ariaLabel: "Notices of the hub" });
  #shown = new Map(); // id → { line, time, content }
  /** Called with the id of a notice that is dismissed; gives what takes the focus if no notice is left. */
  onDismiss = () => null;

  constructor(shell, Widget, addresses) {
    this.#shell = shell;
    this.#addresses = addresses;
    this.#widget = new Widget({ node: element("div", { className: "carrel-Banner" }, this.#strip) });
    this.#widget.id = "carrel-banner";
    this.#widget.hide();
    new ResizeObserver(() => this.#fit()).observe(this.#strip);
  }

  /** Shows these notices and no others; lines that stay as they are aren't touched, so that they aren't read out again. */
  show(notices) {
    if (notices.length > 0 && !this.#widget.parent) {
      this.#shell.add(this.#widget, "header");
    }
    this.#widget.setHidden(notices.length === 0);
    const ids = new Set(notices.map((notice) => notice.id));
    for (const [id, { line }] of this.#shown) {
      if (!ids.has(id)) {
        line.remove();
        this.#shown.delete(id);
      }
    }
    notices.forEach((notice, place) => this.#showOne(notice, place));
    this.#fit();
  }

  focus() {
    this.#strip.focus();
  }

  #showOne(notice, place) {
    const content = JSON.stringify([notice.title, notice.text, notice.level, notice.dismissible, notice.links, notice.at]);
    let known = this.#shown.get(notice.id);
    if (known?.content !== content) {
      const { line, time } = this.#line(notice);
      known?.line.replaceWith(line);
      known = { line, time, content };
      this.#shown.set(notice.id, known);
    }
    if (this.#strip.children[place] !== known.line) {
      this.#strip.insertBefore(known.line, this.#strip.children[place] ?? null);
    }
    const time = notice.countdown && `${notice.countdown} (${moment(notice.at)})`;
    if (known.time.textContent !== time) {
      known.time.textContent = time;
    }
  }

  #line(notice) {
    const time = element("span", { className: "carrel-Notice-time", role: "timer" });
    const words = element("div", { className: "carrel-Notice-words", role: notice.level === "urgent" ? "alert" : "status" });
    const buttons = element("div", { className: "carrel-Notice-buttons" });
    buttons.append(...notice.links.map((link) => linkButton(link, this.#addresses)).filter(Boolean));
    if (notice.dismissible) {
      buttons.append(this.#dismissButton(notice));
    }
    const line = element("div", { className: "carrel-Notice" }, words, buttons);
    line.dataset.level = notice.level;
    // Screen readers tell what comes into a status that they know already, not what a new one holds.
    setTimeout(() => words.append(element("strong", { textContent: notice.title }), ` ${notice.text} `, time), 100);
    return { line, time };
  }

  #dismissButton(notice) {
    const name = `Dismiss: ${notice.title || notice.text}`;
    const button = element("button", { className: "carrel-Button carrel-mod-dismiss", type: "button", textContent: "Dismiss", ariaLabel: name });
    button.onclick = () => {
      const after = this.onDismiss(notice.id);
      if (this.#shown.size > 0) {
        this.focus();
      } else {
        after?.focus();
      }
    };
    return button;
  }

  /** Tells JupyterLab's layout how high it is. */
  #fit() {
    const height = `${this.#strip.offsetHeight}px`;
    if (this.#widget.isVisible && this.#widget.node.style.minHeight !== height) {
      this.#widget.node.style.minHeight = height;
      this.#widget.parent?.fit();
    }
  }
}
