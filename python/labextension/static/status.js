// An item of the status bar: how long it lasts, and the way back to notices that were dismissed.

import { element } from "./elements.js";
import { moment, soonest } from "./words.js";

/** Shows the time that is left, where time is limited; a click calls `onClick`. */
export class StatusItem {
  #button = element("button", { className: "carrel-Status", type: "button" });
  #isActive = false;
  #changed;
  onClick = () => {};

  constructor(statusBar, Widget, Signal) {
    this.#changed = new Signal(this);
    this.#button.onclick = () => this.onClick();
    const item = new Widget({ node: element("div", { className: "carrel-StatusItem" }, this.#button) });
    item.id = "carrel-status";
    statusBar?.registerStatusItem("carrel:status", {
      item,
      align: "middle",
      rank: -1,
      isActive: () => this.#isActive,
      activeStateChanged: this.#changed,
    });
  }

  /** Shows what these notices count down to, the soonest first; nothing if they don't and the instance keeps what is in it. */
  show(notices, { instance, stale }) {
    const next = soonest(notices);
    const hint = instance?.kind === "ephemeral" ? "Nothing is kept here" : "";
    const text = [hint, next?.countdown].filter(Boolean).join(" · ");
    const tip = [
      next && `${next.title}: ${moment(next.at)}.`,
      stale && "The hub can't be asked just now; this is what it said last.",
      "Click to see all notices.",
    ];
    this.#set(text, tip.filter(Boolean).join(" "), next?.level ?? "info");
    if (this.#isActive !== Boolean(text)) {
      this.#isActive = Boolean(text);
      this.#changed.emit();
    }
  }

  focus() {
    this.#button.focus();
  }

  #set(text, tip, level) {
    this.#button.dataset.level = level;
    this.#button.title = tip;
    if (this.#button.textContent !== text) {
      this.#button.textContent = text;
    }
  }
}
