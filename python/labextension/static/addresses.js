// Where the hub's pages are.

/** The pages of one hub. `host` is empty unless it has a host name of its own. */
export class HubAddresses {
  constructor(host, prefix) {
    this.origin = host || window.location.origin;
    this.prefix = prefix.endsWith("/") ? prefix : `${prefix}/`;
  }

  get home() {
    return this.resolve(`${this.prefix}home`);
  }

  /** The page to download all one's work from: the one that a notice leads to, if any does. */
  takeout(state) {
    const path = `${this.prefix}takeout`;
    const links = state.notices.flatMap((notice) => notice.links);
    const told = links.find(({ href }) => href === path || href.startsWith(`${path}?`));
    const name = state.instance?.name;
    return told?.href ?? (name ? `${path}?home=${encodeURIComponent(name)}` : path);
  }

  /** A whole address; null for one that isn't of the web. */
  resolve(href) {
    try {
      const url = new URL(href, this.origin);
      return ["http:", "https:"].includes(url.protocol) ? url.href : null;
    } catch {
      return null;
    }
  }

  /** Opens a page beside JupyterLab. */
  open(href) {
    const url = this.resolve(href);
    if (url) {
      window.open(url, "_blank", "noopener");
    }
  }
}
