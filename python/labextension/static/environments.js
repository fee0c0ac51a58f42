// An environment of one's own: asks for a name and packages, makes it, and shows how far it is.

import { element } from "./elements.js";

const LABEL = "New Environment…";
const EXPLAINED = "Packages of your own that last: they stay in your home when the server stops. The environment becomes a kernel of its name.";

/** Adds the command. `url` is where the server makes environments. */
export function addEnvironments({ app, palette, mainMenu, launcher, icon, Dialog, Widget, url, connection }) {
  const command = "carrel:new-environment";
  app.commands.addCommand(command, {
    label: LABEL,
    caption: "Makes an environment with packages of your own, and a kernel for it",
    icon,
    describedBy: { args: { type: "object", properties: {} } },
    execute: async () => {
      const wanted = await ask(Dialog, Widget);
      if (wanted) {
        await make(wanted, { app, Dialog, Widget, url, connection });
      }
    },
  });
  palette?.addItem({ command, category: "Kernel" });
  mainMenu?.kernelMenu.addGroup([{ command }], 1000);
  launcher?.add({ command, category: "Other" });
}

/** Asks what to make; null if that is given up. */
async function ask(Dialog, Widget) {
  const name = element("input", { type: "text", className: "jp-mod-styled", required: true, maxLength: 40, autocomplete: "off", spellcheck: false });
  const packages = element("input", { type: "text", className: "jp-mod-styled", placeholder: "numpy pandas==2.2", autocomplete: "off", spellcheck: false });
  const node = element(
    "div",
    { className: "carrel-Dialog" },
    element("p", { textContent: EXPLAINED }),
    element("label", {}, element("span", { textContent: "Name" }), name),
    element("label", {}, element("span", { textContent: "Packages, apart by spaces" }), packages),
  );
  const dialog = new Dialog({
    title: "New environment",
    body: new Widget({ node }),
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: "Make it" })],
    defaultButton: 1,
    focusNodeSelector: "input",
  });
  const { button } = await dialog.launch();
  const words = packages.value.split(/[\s,]+/).filter(Boolean);
  return button.accept && name.value.trim() ? { name: name.value.trim(), packages: words } : null;
}

/** Makes an environment in sight of the person; closing the dialog doesn't end it. */
async function make({ name, packages }, { app, Dialog, Widget, url, connection }) {
  const state = element("p", { textContent: `Making ${name}: this takes a minute. It goes on when you close this.`, role: "status" });
  const log = element("pre", { className: "carrel-Dialog-log", tabIndex: 0 });
  const node = element("div", { className: "carrel-Dialog" }, state, log);
  const dialog = new Dialog({ title: `Environment ${name}`, body: new Widget({ node }), buttons: [Dialog.okButton({ label: "Close" })] });
  const closed = dialog.launch().catch(() => {});

  let made = false;
  try {
    const settings = app.serviceManager.serverSettings;
    const response = await connection.makeRequest(url, { method: "POST", body: JSON.stringify({ name, packages }) }, settings);
    if (!response.ok) {
      throw new Error((await response.json()).message);
    }
    for await (const line of lines(response.body)) {
      made = line.made ?? made;
      if (line.said !== undefined) {
        log.append(`${line.said}\n`);
        log.scrollTop = log.scrollHeight;
      }
    }
    state.textContent = made ? `${name} is ready. Choose the kernel ${name} for a notebook.` : `${name} could not be made.`;
  } catch (error) {
    state.textContent = error.message || `${name} could not be made.`;
  }
  state.dataset.state = made ? "done" : "failed";
  if (made) {
    await app.serviceManager.kernelspecs.refreshSpecs();
  }
  await closed;
}

/** The objects of an answer that has one on each line. */
async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    const parts = (rest + (value ?? "")).split("\n");
    rest = parts.pop();
    yield* parts.filter(Boolean).map((part) => JSON.parse(part));
    if (done) {
      return;
    }
  }
}
