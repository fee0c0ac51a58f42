// One dialog for each notice that can't wait, once.

import { element } from "./elements.js";
import { moment } from "./words.js";

/** Shows urgent notices in dialogs, one after the other; one that is withdrawn goes. */
export class UrgentDialogs {
  #Dialog;
  #Widget;
  #addresses;
  #memory;
  #open = new Map(); // id → { dialog, time }

  constructor(Dialog, Widget, addresses, memory) {
    this.#Dialog = Dialog;
    this.#Widget = Widget;
    this.#addresses = addresses;
    this.#memory = memory;
  }

  /** These are urgent now. */
  show(notices) {
    for (const [id, { dialog }] of this.#open) {
      if (!notices.some((notice) => notice.id === id)) {
        dialog.dispose();
      }
    }
    for (const notice of notices) {
      if (!this.#memory.has("told", notice.id)) {
        this.#memory.add("told", notice.id);
        this.#tell(notice);
      }
      const open = this.#open.get(notice.id);
      if (open) {
        open.time.textContent = notice.countdown && `${notice.countdown} (${moment(notice.at)}).`;
      }
    }
  }

  async #tell(notice) {
    const time = element("p", { className: "carrel-Dialog-time", role: "timer" });
    const node = element("div", { className: "carrel-Dialog" }, element("p", { textContent: notice.text }), time);
    const links = notice.links.filter(({ href }) => this.#addresses.resolve(href));
    const buttons = [
      // What somebody types at that moment presses the harmless one.
      this.#Dialog.cancelButton({ label: "Close" }),
      ...links.map(({ label }) => this.#Dialog.okButton({ label, actions: [] })),
    ];
    const dialog = new this.#Dialog({ title: notice.title, body: new this.#Widget({ node }), buttons, defaultButton: 0 });
    this.#open.set(notice.id, { dialog, time });
    try {
      const { button } = await dialog.launch();
      const chosen = buttons.indexOf(button) - 1;
      if (chosen >= 0) {
        this.#addresses.open(links[chosen].href);
      }
    } catch {
      // Withdrawn while it was open.
    }
    this.#open.delete(notice.id);
  }
}
