// Joins the parts, once JupyterLab or Notebook stands.

import { Client } from "./client.js";
import { openConnect } from "./connect.js";
import { Desk } from "./desk.js";
import { openDownload } from "./download.js";
import { icons } from "./icons.js";
import { Notebook } from "./notebook.js";
import { openSave, openUpload } from "./upload.js";

// Where they stand in a notebook's toolbar.
const FIRST = 9;

/** Adds the commands; gives what adds the buttons to a notebook. `load` gives one of JupyterLab's own modules by its name. */
export async function start(app, load, folder) {
  const { PageConfig, URLExt } = await load("@jupyterlab/coreutils");
  if (!PageConfig.getOption("carrelOpenbis")) {
    return () => {}; // no openBIS to speak to, or the server's side isn't there
  }
  addStyle(new URL("openbis.css", folder));
  addStyle(new URL("lists.css", folder));
  const names = ["@jupyterlab/apputils", "@jupyterlab/notebook", "@jupyterlab/services", "@jupyterlab/ui-components"];
  const [{ ICommandPalette, Notification }, { INotebookTracker }, { ServerConnection }, { LabIcon, ToolbarButton }] = await Promise.all(names.map(load));
  const [palette, tracker] = await Promise.all([ICommandPalette, INotebookTracker].map((token) => app.resolveOptionalService(token)));

  const client = new Client(PageConfig.getBaseUrl(), URLExt.join, ServerConnection, app.serviceManager.serverSettings);
  const notify = (words, isGood, link) => {
    const actions = link ? [{ label: link.label, callback: () => window.open(link.href, "_blank", "noopener") }] : [];
    Notification.emit(words, isGood ? "success" : "error", { autoClose: false, actions });
  };
  const hub = PageConfig.getOption("hubPrefix");
  const account = hub ? new URL(URLExt.join(hub, "account"), PageConfig.getOption("hubHost") || window.location.origin).href : null;
  const desk = new Desk(client, app.serviceManager.contents, notify, account);

  const commands = {
    "openbis:connect": ["Choose openBIS connection", "connect", () => openConnect(desk)],
    "openbis:download": ["Download openBIS datasets", "download", (panel) => openDownload(desk, new Notebook(panel))],
    "openbis:upload": ["Upload openBIS dataset", "upload", (panel) => openUpload(desk, new Notebook(panel))],
    "openbis:save": ["Save to openBIS", "save", (panel) => openSave(desk, new Notebook(panel))],
  };
  for (const [id, [label, icon, open]] of Object.entries(commands)) {
    app.commands.addCommand(id, {
      label: `${label}…`,
      describedBy: { args: { type: "object", properties: {} } },
      isEnabled: () => id === "openbis:connect" || Boolean(tracker?.currentWidget),
      execute: () => open(tracker?.currentWidget),
    });
    palette?.addItem({ command: id, category: "openBIS" });
    commands[id].push(new LabIcon({ name: `carrel-openbis:${icon}`, svgstr: icons[icon] }));
  }

  return (panel) => {
    Object.entries(commands).forEach(([id, [label, , open, icon]], number) => {
      const made = new ToolbarButton({ icon, tooltip: label, onClick: () => open(panel) });
      panel.toolbar.insertItem(FIRST + number, id, made);
      panel.disposed.connect(() => made.dispose());
    });
  };
}

function addStyle(url) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = url;
  document.head.append(link);
}
