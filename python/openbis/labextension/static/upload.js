// The third button: a dataset of files and properties into openBIS; and “Save to openBIS”, the same with all of it filled in.

import { Sheet } from "./dialog.js";
import { button, element, field, messages, tick } from "./elements.js";
import { filePicker } from "./files.js";
import { parentPicker } from "./parents.js";
import { properties } from "./properties.js";
import { counted, pageOf } from "./words.js";

const NOTEBOOK_TYPE = "ANALYSIS_NOTEBOOK";
// Codes differ between versions of openBIS' electronic notebook.
const NAME = /^(\$|[\w-]+\.)?NAME$/i;
const NOTES = /^(\$|[\w-]+\.)?NOTES$/i;
const HISTORY = /^\$?HISTORY_ID$/i;

export function openUpload(desk, notebook) {
  return openForm(desk, notebook, { title: "Upload openBIS dataset", main: "Upload", isQuick: false });
}

export function openSave(desk, notebook) {
  return openForm(desk, notebook, { title: "Save to openBIS", main: "Save", isQuick: true });
}

async function openForm(desk, notebook, { title, main, isQuick }) {
  const known = notebook.facts;
  const message = messages();
  const line = element("div", {});
  const place = element("div", {});
  const send = button(main, () => form?.requestSubmit(), "main", { disabled: true });
  const sheet = new Sheet(title, [line, place], [send], { wide: !isQuick, status: message.node });
  // Where the dialog for connections leads back to: this dialog, with what was typed.
  const goOn = { label: `Go on to ${main}`, open: () => (sheet.show(), fill()) };
  let form = null;
  let madeFor = null;
  let isBusy = false;
  await fill();

  /** Makes the form, once somebody is signed in; a form for this connection that is there already stays. */
  async function fill() {
    if (isBusy) {
      return;
    }
    message.say("Asking openBIS…", "busy");
    try {
      await desk.refresh();
      line.replaceChildren(desk.line(goOn));
      if (!desk.connected) {
        message.say("");
        return;
      }
      if (madeFor !== desk.chosen) {
        message.say("Reading the types of datasets. The first time this may take a while…", "busy");
        const types = await desk.client.types(desk.connected);
        if (types.length === 0) {
          message.say("This openBIS has no types of datasets, so nothing can be saved there.", "bad");
          return;
        }
        form = makeForm(types);
        madeFor = desk.chosen;
        place.replaceChildren(form);
        send.disabled = false;
      }
      message.say("");
      form.first?.focus();
    } catch (error) {
      message.say(error.message, "bad");
      line.replaceChildren(desk.line(goOn));
    }
  }

  function makeForm(types) {
    const wanted = known.type || NOTEBOOK_TYPE;
    const type = field("Dataset type", element("select", {}, types.map((one) => element("option", { value: one.code, textContent: one.code, selected: one.code === wanted, title: one.description ?? "" }))), { required: true });
    const owner = field("Object or Collection it belongs to", element("input", { type: "text", spellcheck: false, value: known.owner, placeholder: "/SPACE/PROJECT/OBJECT or its permId" }), { required: true });
    const names = (permId) => [known.names[permId], permId].filter(Boolean).join(" · ");
    const all = [...new Set([...known.parents, ...known.downloaded])];
    const parents = parentPicker(all, known.generated ? known.parents : all, names);
    const files = filePicker(desk.contents, notebook.folder, [notebook.path], notebook.path, (count) => (send.disabled = count === 0));
    const html = tick("Add the notebook as an HTML page, which openBIS can show", isQuick);
    const fields = element("div", { className: "openbis-columns" });
    let inputs = [];

    const draw = () => {
      const typed = new Map(inputs.map((one) => [one.code, one.field.input.value]));
      inputs = properties(types.find((one) => one.code === type.input.value));
      prefill(inputs, known, notebook.title);
      inputs.filter((one) => typed.has(one.code)).forEach((one) => (one.field.input.value = typed.get(one.code)));
      const shown = isQuick ? inputs.filter((one) => !HISTORY.test(one.code) && (one.mandatory || NAME.test(one.code) || NOTES.test(one.code))) : inputs;
      fields.replaceChildren(...sections(shown), ...(inputs.length === 0 ? [element("p", { className: "openbis-hint", textContent: "This type has no properties." })] : []));
    };
    type.input.onchange = draw;
    draw();

    const rest = [type.node, parents.node, files.node, html.node];
    const parts = isQuick
      ? [known.owner ? null : owner.node, fields, summary(), element("details", { className: "openbis-more" }, element("summary", {}, "Everything else"), known.owner ? owner.node : null, rest)]
      : [type.node, owner.node, element("fieldset", {}, element("legend", {}, "Properties"), fields), parents.node, files.node, html.node];
    const made = element("form", { className: "openbis-form", noValidate: true }, parts);
    made.first = isQuick ? (known.owner ? inputs.find((one) => NAME.test(one.code))?.field.input : owner.input) : type.input;
    // Enter in a field sends the form only where there is little in it.
    made.onkeydown = (event) => {
      if (event.key === "Enter" && event.target.matches("input:not([type=checkbox])") && !event.defaultPrevented) {
        event.preventDefault();
        if (isQuick && !send.disabled) {
          made.requestSubmit();
        }
      }
    };
    made.onsubmit = (event) => {
      event.preventDefault();
      upload({ type, owner, parents, files, html, inputs, made });
    };
    return made;

    function summary() {
      const words = known.owner ? `It becomes a dataset of ${known.owner}` : "It becomes a dataset of the Object or Collection above";
      const above = parents.permIds.length;
      return element("p", { className: "openbis-hint" }, `${words}, of the type ${type.input.value}${above > 0 ? `, with ${counted(above, "parent dataset")}` : ""}. The notebook is saved first.`);
    }
  }

  async function upload(given) {
    const { type, owner, parents, files, html, inputs, made } = given;
    [owner, ...inputs.map((one) => one.field)].forEach((one) => one.complain(""));
    parents.complain("");
    files.complain("");
    owner.complain(owner.input.value.trim() ? "" : "An Object or a Collection is needed.");
    for (const { field: one, mandatory, value } of inputs) {
      if (one.input.validity.badInput || one.input.validity.stepMismatch) {
        one.complain("This isn’t a value that fits here.");
      } else if (mandatory && value() === null) {
        one.complain("This is needed.");
      }
    }
    if (showWrong(given)) {
      return;
    }
    const name = desk.chosen;
    const url = desk.connections.find((one) => one.name === name)?.url;
    const entity = owner.input.value.trim();
    const controls = [...made.elements].filter((one) => !one.disabled);
    controls.forEach((one) => (one.disabled = true));
    send.disabled = isBusy = true;
    const above = parents.permIds;
    try {
      const paths = [...files.paths];
      if (paths.includes(notebook.path)) {
        message.say("Saving the notebook…", "busy");
        await notebook.save();
        if (html.input.checked) {
          message.say("Making an HTML page of it…", "busy");
          paths.push(await savePage());
        }
      }
      message.say(`Uploading ${counted(paths.length, "file")}. It goes on when you close this.`, "busy");
      const props = Object.fromEntries(inputs.map((one) => [one.code, one.value()]).filter(([, value]) => value !== null));
      const dataset = { type: type.input.value, files: paths.map(encodeURIComponent), parents: above, entityIdentifier: entity, props };
      const { statusText } = await desk.client.upload(name, dataset);
      const permId = /permId: (\S+)/.exec(statusText)?.[1] ?? "";
      // What else is uploaded from here may be of any type; the notebook's own stays.
      notebook.noteUpload(permId, entity, isQuick ? dataset.type : known.type);
      await notebook.save().catch(() => {});
      succeed(permId, statusText, url);
    } catch (error) {
      controls.forEach((one) => (one.disabled = false));
      send.disabled = isBusy = false;
      await fail(error, given);
    }
  }

  function succeed(permId, statusText, url) {
    const page = pageOf(permId, url, known.pagePrefix);
    const link = page && element("a", { href: page, target: "_blank", rel: "noopener noreferrer", textContent: "Show it in openBIS" });
    const words = permId ? `Saved in openBIS as ${permId}. ` : statusText;
    place.replaceChildren();
    send.remove();
    message.say(words, "good", ...(link ? [link] : []));
    sheet.closeButton.focus();
    if (!sheet.isOpen) {
      desk.notify(words, true, page && { label: "Show it in openBIS", href: page });
    }
  }

  /** Puts each error where it belongs. */
  async function fail(error, given) {
    const { owner, parents, files, inputs } = given;
    const rest = [];
    for (const [key, words] of (error.errors ?? []).flatMap((one) => Object.entries(one))) {
      const property = key.startsWith("prop.") && inputs.find((one) => one.code.toLowerCase() === key.slice(5).toLowerCase());
      const target = property?.field ?? { entityIdentifier: owner, parent: parents, file: files }[key];
      target ? target.complain([target.wrong, words].filter(Boolean).join(" ")) : rest.push(words);
    }
    const isWrong = showWrong(given);
    const again = error.isUnsure
      ? `openBIS didn’t say whether the dataset is registered. Look there before you press ${main} again.`
      : `Nothing was registered in openBIS; press ${main} to try again.`;
    const words = rest.length > 0 ? rest.join(" ") : (isWrong ? "" : error.message);
    message.say([words, words && error.status !== 401 && error.status !== undefined ? again : ""].filter(Boolean).join(" ") || "Some fields need another look. Nothing was registered yet.", "bad");
    if (error.status === 401) {
      await desk.refresh().catch(() => {});
      line.replaceChildren(desk.line(goOn));
    }
    if (!sheet.isOpen) {
      const what = error.isUnsure ? "It isn’t known whether the dataset was saved in openBIS; look there" : "Nothing was saved in openBIS";
      desk.notify(`${what}: ${words || "some fields need another look"}`, false);
    }
  }

  /** Whether a field is wrong; the first such is shown, wherever it is. */
  function showWrong({ owner, parents, files, inputs }) {
    const wrong = [owner, ...inputs.map((one) => one.field), parents, files].find((one) => one.wrong);
    if (wrong) {
      wrong.node.closest("details")?.setAttribute("open", "");
      (wrong.input ?? wrong).focus();
      message.say("Some fields need another look. Nothing was registered yet.", "bad");
    }
    return Boolean(wrong);
  }

  /** Puts the notebook's page beside it; gives its path. */
  async function savePage() {
    const path = `${notebook.path}.html`; // as the notebooks do that openBIS makes
    const content = await desk.client.page(notebook.path);
    await desk.contents.save(path, { type: "file", format: "text", content });
    return path;
  }
}

/** Fills in what the notebook says. */
function prefill(inputs, known, title) {
  const values = [[NAME, known.name || title], [NOTES, known.notes], [HISTORY, known.historyId]];
  for (const { code, field: one } of inputs) {
    const found = values.find(([pattern]) => pattern.test(code));
    if (found?.[1]) {
      one.input.value = found[1];
    }
  }
}

/** Fields, with a heading before each section that has a name. */
function sections(inputs) {
  let before = "";
  return inputs.flatMap(({ section, field: one }) => {
    const heading = section && section !== before ? [element("h3", { textContent: section })] : [];
    before = section;
    return [...heading, one.node];
  });
}
