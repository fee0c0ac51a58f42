// What the person has dismissed, and which dialogs were shown: kept by the browser, for this server only.

/** Sets of ids, under one key of the browser's storage; where that is forbidden, for as long as the page is open. */
export class Memory {
  #key;
  #sets;
  onChange = () => {};

  constructor(key) {
    this.#key = key;
    this.#sets = this.#read();
    window.addEventListener("storage", (event) => {
      if (event.key === key) {
        this.#sets = this.#read();
        this.onChange();
      }
    });
  }

  has(set, id) {
    return (this.#sets[set] ?? []).includes(id);
  }

  add(set, id) {
    if (!this.has(set, id)) {
      this.#sets[set] = [...(this.#sets[set] ?? []), id];
      this.#write();
    }
  }

  forget(set) {
    this.#sets[set] = [];
    this.#write();
  }

  /** Forgets all ids but these. */
  keepOnly(ids) {
    const before = JSON.stringify(this.#sets);
    for (const set of Object.keys(this.#sets)) {
      this.#sets[set] = this.#sets[set].filter((id) => ids.includes(id));
    }
    if (JSON.stringify(this.#sets) !== before) {
      this.#write();
    }
  }

  #read() {
    try {
      const stored = JSON.parse(window.localStorage.getItem(this.#key) ?? "{}");
      const lists = Object.entries(stored).filter(([, ids]) => Array.isArray(ids));
      return Object.fromEntries(lists);
    } catch {
      return {};
    }
  }

  #write() {
    try {
      if (Object.values(this.#sets).every((ids) => ids.length === 0)) {
        window.localStorage.removeItem(this.#key);
      } else {
        window.localStorage.setItem(this.#key, JSON.stringify(this.#sets));
      }
    } catch {
      // Full or forbidden: remembered until the page is closed.
    }
  }
}
