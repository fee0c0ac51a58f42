// Joins the parts, once JupyterLab stands.

import { Banner } from "./banner.js";
import { HubClock } from "./clock.js";
import { Feed } from "./feed.js";
import { HubAddresses } from "./addresses.js";
import { addCommands } from "./commands.js";
import { addEnvironments } from "./environments.js";
import { addExamples } from "./examples.js";
import { addKernels } from "./kernels.js";
import { Memory } from "./memory.js";
import { StatusItem } from "./status.js";
import { UrgentDialogs } from "./dialogs.js";
import { countdown, withHints } from "./words.js";

/** Begins to show notices. `load` gives one of JupyterLab's own modules by its name; `folder` is where these files are. */
export async function start(app, load, folder) {
  const { PageConfig, URLExt } = await load("@jupyterlab/coreutils");
  const hubPrefix = PageConfig.getOption("hubPrefix");
  if (!hubPrefix) {
    return; // a JupyterLab without a hub
  }
  addStyle(new URL("carrel.css", folder));

  const names = ["@jupyterlab/apputils", "@jupyterlab/mainmenu", "@jupyterlab/statusbar", "@lumino/signaling", "@lumino/widgets"];
  const [{ Dialog, ICommandPalette }, { IMainMenu }, { IStatusBar }, { Signal }, { Widget }] = await Promise.all(names.map(load));
  const { ServerConnection } = await load("@jupyterlab/services");
  const services = await Promise.all([ICommandPalette, IMainMenu, IStatusBar].map((token) => app.resolveOptionalService(token)));
  const [palette, mainMenu, statusBar] = services;

  const addresses = new HubAddresses(PageConfig.getOption("hubHost"), hubPrefix);
  const memory = new Memory(`carrel:${PageConfig.getBaseUrl()}`);
  const clock = new HubClock();
  const banner = new Banner(app.shell, Widget, addresses);
  const dialogs = new UrgentDialogs(Dialog, Widget, addresses, memory);
  const status = new StatusItem(statusBar, Widget, Signal);
  let state = { instance: null, notices: [], stale: true };

  const draw = () => {
    const now = clock.now();
    const told = state.notices.map((notice) => ({ ...notice, countdown: countdown(notice, state.instance, now) }));
    banner.show(told.filter((notice) => !(notice.dismissible && memory.has("dismissed", notice.id))));
    status.show(told, state);
    dialogs.show(told.filter((notice) => notice.level === "urgent"));
  };
  const showAll = () => {
    memory.forget("dismissed");
    draw();
    banner.focus();
  };
  banner.onDismiss = (id) => {
    memory.add("dismissed", id);
    draw();
    return status;
  };
  status.onClick = showAll;
  memory.onChange = draw; // in another tab
  addCommands({ app, palette, mainMenu, addresses, showAll, state: () => state });

  const examples = URLExt.join(PageConfig.getBaseUrl(), "carrel/examples");
  addExamples({ app, palette, mainMenu, url: examples, connection: ServerConnection })
    .catch((error) => console.warn("Carrel: there are no example notebooks", error));

  const [{ ILauncher }, { addIcon }] = await Promise.all(["@jupyterlab/launcher", "@jupyterlab/ui-components"].map(load));
  const launcher = await app.resolveOptionalService(ILauncher);
  const environments = URLExt.join(PageConfig.getBaseUrl(), "carrel/environments");
  addEnvironments({ app, palette, mainMenu, launcher, icon: addIcon, Dialog, Widget, url: environments, connection: ServerConnection });
  const kernels = URLExt.join(PageConfig.getBaseUrl(), "carrel/kernels");
  addKernels({ app, palette, mainMenu, Dialog, Widget, url: kernels, connection: ServerConnection });

  const feed = new Feed(URLExt.join(PageConfig.getBaseUrl(), "carrel/notices"), ServerConnection, app.serviceManager.serverSettings);
  feed.onAnswer = (answer, sentAt) => {
    clock.set(answer.now, sentAt);
    state = { ...answer, notices: withHints(answer, addresses.takeout(answer)) };
    if (!answer.stale) {
      memory.keepOnly(state.notices.map((notice) => notice.id));
    }
    draw();
  };
  clock.everyChange(() => state.notices, draw);
  feed.start();
}

function addStyle(url) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = url;
  document.head.append(link);
}
