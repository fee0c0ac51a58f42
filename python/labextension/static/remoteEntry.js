// What JupyterLab loads at its start: a container of module federation, written by hand because it needs no bundler.
// It only says that there is a plugin. All else is fetched once JupyterLab stands, so that nobody waits for it.
(() => {
  "use strict";

  const folder = new URL(".", document.currentScript.src);
  let shared = {}; // JupyterLab's own modules: name → version → { get, loaded, … }

  /** One of JupyterLab's own modules. */
  async function load(name) {
    const versions = Object.values(shared[name] ?? {});
    const chosen = versions.find((version) => version.loaded) ?? versions[0];
    if (!chosen) {
      throw new Error(`JupyterLab has no ${name}`);
    }
    return (await chosen.get())();
  }

  const plugin = {
    id: "carrel:notices",
    description: "Shows what the hub has to say about this server, and offers the download of all one's work.",
    autoStart: true,
    activate: (app) => {
      app.restored
        .then(() => import(new URL("start.js", folder)))
        .then(({ start }) => start(app, load, folder))
        .catch((error) => console.warn("Carrel: notices of the hub aren't shown", error));
    },
  };

  const modules = { "./extension": () => ({ __esModule: true, default: plugin }) };

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB.carrel = {
    init: (scope) => {
      shared = scope;
    },
    get: async (name) => {
      if (!modules[name]) {
        throw new Error(`there is no ${name} in carrel`);
      }
      return modules[name];
    },
  };
})();
