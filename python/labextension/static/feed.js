// Asks the server for notices: often while somebody looks, not at all while nobody does.

const USUALLY = 15, SELDOM = 300; // seconds
const DEADLINE = 10_000;

/** Calls `onAnswer` with each answer and the `performance.now()` at which it was asked for. */
export class Feed {
  #url;
  #connection;
  #settings;
  #timer = 0;
  #isAsking = false;
  #failures = 0;
  onAnswer = () => {};

  constructor(url, connection, settings) {
    this.#url = url;
    this.#connection = connection;
    this.#settings = settings;
  }

  /**
   * Asks at once, and again and again from then on.
   *
   * A hidden page doesn't ask: each request counts as use of the server, which would then never be idle. It asks as soon as it is
   * seen again.
   */
  start() {
    document.addEventListener("visibilitychange", () => this.#ask());
    window.addEventListener("online", () => this.#ask());
    this.#ask();
  }

  async #ask() {
    clearTimeout(this.#timer);
    if (this.#isAsking || document.visibilityState !== "visible") {
      return;
    }
    this.#isAsking = true;
    let pause;
    try {
      const sentAt = performance.now();
      const answer = await this.#fetch();
      this.#failures = 0;
      pause = Math.min(Math.max(Number(answer.every) || USUALLY, 1), 3600);
      this.onAnswer(answer, sentAt);
    } catch {
      // What is known stays; JupyterLab itself says that its server can't be reached.
      this.#failures += 1;
      pause = Math.min(USUALLY * 2 ** this.#failures, SELDOM);
    }
    this.#isAsking = false;
    this.#timer = setTimeout(() => this.#ask(), pause * 1000);
  }

  async #fetch() {
    const how = { cache: "no-store", signal: AbortSignal.timeout(DEADLINE) };
    const response = await this.#connection.makeRequest(`${this.#url}?no_track_activity=1`, how, this.#settings);
    if (!response.ok) {
      throw new Error(`status ${response.status}`);
    }
    const answer = await response.json();
    if (!Array.isArray(answer.notices)) {
      throw new Error("no notices");
    }
    return answer;
  }
}
