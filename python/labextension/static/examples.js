// Sample notebooks, one for each kernel, in the menu Help and in the command palette.

/** Asks which there are, and adds a command for each. `url` is where the server tells. */
export async function addExamples({ app, palette, mainMenu, url, connection }) {
  const settings = app.serviceManager.serverSettings;
  const ask = async (how) => {
    const response = await connection.makeRequest(url, how, settings);
    if (!response.ok) {
      throw new Error(`status ${response.status}`);
    }
    return response.json();
  };
  const { examples } = await ask({});
  const items = examples.map((name, place) => {
    const command = `carrel:example-${place}`;
    app.commands.addCommand(command, {
      label: `Example Notebook: ${name}`,
      caption: "Opens a copy in your home, in the folder Examples",
      describedBy: { args: { type: "object", properties: {} } },
      execute: async () => {
        const { path } = await ask({ method: "POST", body: JSON.stringify({ name }) });
        return app.commands.execute("docmanager:open", { path });
      },
    });
    palette?.addItem({ command, category: "Help" });
    return { command };
  });
  mainMenu?.helpMenu.addGroup(items, 5);
}
