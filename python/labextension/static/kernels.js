// Which kernels there are, and why one isn't offered: a dialog.

import { element } from "./elements.js";

/** Adds the command. `url` is where the server tells. */
export function addKernels({ app, palette, mainMenu, Dialog, Widget, url, connection }) {
  const command = "carrel:kernels";
  app.commands.addCommand(command, {
    label: "Kernels of This Server…",
    caption: "Lists the kernels, and says why one is missing",
    describedBy: { args: { type: "object", properties: {} } },
    execute: async () => {
      const node = element("div", { className: "carrel-Dialog" }, ...(await told(url, connection, app.serviceManager.serverSettings)));
      const dialog = new Dialog({ title: "Kernels of this server", body: new Widget({ node }), buttons: [Dialog.okButton({ label: "Close" })] });
      await dialog.launch();
    },
  });
  palette?.addItem({ command, category: "Kernel" });
  mainMenu?.kernelMenu.addGroup([{ command }], 1001);
}

/** What there is to say. */
async function told(url, connection, settings) {
  try {
    const response = await connection.makeRequest(url, {}, settings);
    if (!response.ok) {
      throw new Error(`status ${response.status}`);
    }
    const { kernels } = await response.json();
    const lines = kernels.map(({ title, lacking }) => element("li", { className: lacking ? "carrel-isMissing" : "" }, element("strong", { textContent: title }), lacking ? `: not here, because ${lacking}` : ": ready"));
    const missing = kernels.some(({ lacking }) => lacking);
    const remedy = element("p", { textContent: "What is missing has to be installed on the machine, by those who run the hub." });
    return [element("ul", { className: "carrel-Kernels", ariaLabel: "Kernels" }, ...lines), ...(missing ? [remedy] : [])];
  } catch (error) {
    return [element("p", { textContent: `The list of kernels can’t be had: ${error.message}` })];
  }
}
