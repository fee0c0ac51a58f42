// What the buttons share while the page is open: the connections, the chosen one, and the folder for downloads.

import { openConnect } from "./connect.js";
import { button, element } from "./elements.js";

export class Desk {
  connections = [];
  chosen = null;
  root = "";
  folder = "";
  onFolder = () => {};

  /** `account` is the hub's page on which sessions are renewed; null without a hub. */
  constructor(client, contents, notify, account) {
    this.client = client;
    this.contents = contents;
    this.notify = notify;
    this.account = account;
  }

  /** Asks for the connections and their states. */
  async refresh() {
    this.take(await this.client.connections());
  }

  /** Takes note of an answer with connections. */
  take(answer) {
    this.connections = answer.connections;
    if (!this.root) {
      this.root = answer.notebook_dir;
      this.folder = answer.notebook_dir;
      this.onFolder();
    }
    this.choose(this.chosen);
  }

  /** Chooses a connection; without one, what is connected, or else the first. */
  choose(name) {
    const known = this.connections.find((one) => one.name === name);
    const best = this.connections.find((one) => one.status === "connected") ?? this.connections[0];
    this.chosen = (known ?? best)?.name ?? null;
  }

  /** The chosen connection, if somebody is signed in there. */
  get connected() {
    return this.connections.find((one) => one.name === this.chosen && one.status === "connected") ?? null;
  }

  /** Which openBIS a dialog speaks to, with the way to another; `goOn` leads back to that dialog. */
  line(goOn) {
    const one = this.connected;
    const words = one ? ["openBIS ", element("strong", { textContent: one.name }), ` as ${one.username}`] : [this.whyNot];
    const way = button(one ? "Change…" : "Connect…", () => openConnect(this, goOn), one ? "plain" : "main");
    return element("div", { className: "openbis-line", data: { state: one ? "good" : "off" } }, element("span", {}, words), way);
  }

  get whyNot() {
    const one = this.connections.find((each) => each.name === this.chosen);
    return one?.reason || "Choose a connection to openBIS, and sign in there.";
  }
}
