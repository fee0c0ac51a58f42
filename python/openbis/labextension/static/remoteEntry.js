// What JupyterLab and Notebook 7 load at their start: a container of module federation, written by hand because it needs no
// bundler. It takes note of notebooks as they are opened. All else is fetched once the page stands, so that nobody waits for it.
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
    id: "carrel-openbis:buttons",
    description: "openBIS: connect, download datasets, upload them, save the notebook.",
    autoStart: true,
    activate: (app) => {
      const panels = new Set();
      let onOpen = () => {};
      app.docRegistry.addWidgetExtension("Notebook", {
        createNew: (panel) => {
          panels.add(panel);
          panel.disposed.connect(() => panels.delete(panel));
          onOpen(panel);
        },
      });
      app.restored
        .then(() => import(new URL("start.js", folder)))
        .then(({ start }) => start(app, load, folder))
        .then((addButtons) => {
          onOpen = addButtons;
          panels.forEach(addButtons);
        })
        .catch((error) => console.warn("openBIS: its buttons can't be shown", error));
    },
  };

  const modules = { "./extension": () => ({ __esModule: true, default: plugin }) };

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB["carrel-openbis"] = {
    init: (scope) => {
      shared = scope;
    },
    get: async (name) => {
      if (!modules[name]) {
        throw new Error(`there is no ${name} in carrel-openbis`);
      }
      return modules[name];
    },
  };
})();
