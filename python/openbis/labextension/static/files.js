// Chooses files: folders as Jupyter's file browser shows them, and what is chosen.

import { button, element } from "./elements.js";

/** A list of chosen files, and a folder to choose from. `chosen` are paths; `onChange` is told how many there are. */
export function filePicker(contents, folder, chosen, notebook, onChange) {
  const paths = new Set(chosen);
  const list = element("ul", { className: "openbis-files", ariaLabel: "Chosen files" });
  const way = element("div", { className: "openbis-way", role: "navigation", ariaLabel: "Folders above" });
  const here = element("ul", { className: "openbis-folder", ariaLabel: "Files to choose from" });
  const wrong = element("p", { className: "openbis-complaint", role: "alert" });
  const browser = element("details", { className: "openbis-more" }, element("summary", {}, "Add files"), way, here);

  function draw() {
    const items = [...paths].map((path) => {
      const remove = button("Remove", () => change(path, false));
      remove.ariaLabel = `Remove ${path}`;
      const note = path === notebook ? element("span", { className: "openbis-hint", textContent: "this notebook; it is saved first" }) : null;
      return element("li", {}, element("span", { className: "openbis-path", textContent: path }), note, remove);
    });
    list.replaceChildren(...(items.length > 0 ? items : [element("li", { className: "openbis-hint", textContent: "No file is chosen yet." })]));
  }

  function change(path, isChosen) {
    isChosen ? paths.add(path) : paths.delete(path);
    wrong.textContent = "";
    here.querySelectorAll("input").forEach((box) => (box.checked = paths.has(box.value)));
    draw();
    onChange(paths.size);
  }

  async function open(path) {
    try {
      const { content } = await contents.get(path, { content: true });
      const parts = path.split("/").filter(Boolean);
      const crumbs = parts.map((part, number) => [part, parts.slice(0, number + 1).join("/")]);
      way.replaceChildren(...[["Files", ""], ...crumbs].map(([label, to]) => button(label, () => open(to), "link")));
      const sorted = [...content].sort((one, other) => (other.type === "directory") - (one.type === "directory") || one.name.localeCompare(other.name));
      here.replaceChildren(...sorted.map(entry));
    } catch (error) {
      here.replaceChildren(element("li", { className: "openbis-complaint", textContent: `${path || "The folder"} can’t be read: ${error.message}` }));
    }
  }

  function entry(one) {
    if (one.type === "directory") {
      return element("li", {}, button(`${one.name}/`, () => open(one.path), "link"));
    }
    const box = element("input", { type: "checkbox", value: one.path, checked: paths.has(one.path) });
    box.onchange = () => change(one.path, box.checked);
    return element("li", {}, element("label", { className: "openbis-tick" }, box, element("span", {}, one.name)));
  }

  browser.ontoggle = () => browser.open && here.childElementCount === 0 && open(folder);
  draw();
  const node = element("fieldset", {}, element("legend", {}, "Files"), list, wrong, browser);
  return { node, paths, complain: (words) => (wrong.textContent = words), get wrong() { return wrong.textContent; }, focus: () => browser.querySelector("summary").focus() };
}
