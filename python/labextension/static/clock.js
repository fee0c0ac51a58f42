// The hub's time, whatever the browser's clock says.

/** Goes by the hub's clock; measures what has passed since with one that nobody can set. */
export class HubClock {
  #hub = Date.now();
  #at = performance.now();

  /** Learns the time that an answer was written at: half-way between `sentAt` and now, both of `performance.now()`. */
  set(text, sentAt) {
    const told = Date.parse(text);
    const at = (sentAt + performance.now()) / 2;
    const reckoned = this.#hub + at - this.#at;
    if (!Number.isNaN(told) && Math.abs(told - reckoned) > 1000) {
      this.#hub = told;
      this.#at = at;
    }
  }

  /** Milliseconds since 1970. */
  now() {
    return this.#hub + performance.now() - this.#at;
  }

  /** Calls `draw` for as long as anything is counted down to: each second in the last minutes, else less often. */
  everyChange(notices, draw) {
    const step = () => {
      const ends = notices().filter((notice) => notice.at).map((notice) => Date.parse(notice.at));
      if (ends.length > 0 && document.visibilityState === "visible") {
        draw();
      }
      const left = ends.map((end) => end - this.now()).filter((span) => span > -10_000);
      setTimeout(step, Math.min(...left) < 130_000 ? 1000 : 10_000);
    };
    step();
  }
}
