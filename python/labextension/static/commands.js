// What the menu File and the command palette offer.

/** Adds the commands; `state` gives what the hub said last. */
export function addCommands({ app, palette, mainMenu, addresses, showAll, state }) {
  const commands = {
    "carrel:takeout": {
      label: "Download all my work…",
      caption: "Opens the hub's page for it in a new tab",
      execute: () => addresses.open(addresses.takeout(state())),
    },
    "carrel:hub-home": {
      label: "Hub home page",
      caption: "Opens the hub's page with all your servers in a new tab",
      execute: () => addresses.open(addresses.home),
    },
    "carrel:show-notices": {
      label: "Show all notices of the hub",
      isEnabled: () => state().notices.length > 0,
      execute: showAll,
    },
  };
  for (const [id, command] of Object.entries(commands)) {
    // JupyterLab asks for a description of the arguments of each command.
    app.commands.addCommand(id, { describedBy: { args: { type: "object", properties: {} } }, ...command });
    palette?.addItem({ command: id, category: "Hub" });
  }
  // Beside JupyterLab's own entries about the hub, which are at 100.
  mainMenu?.fileMenu.addGroup([{ command: "carrel:takeout" }, { command: "carrel:hub-home" }], 99.5);
}
