// The second button: datasets onto this machine, one after the other.

import { Sheet } from "./dialog.js";
import { button, element, field, messages } from "./elements.js";
import { counted, size } from "./words.js";

const PAGE = 5;
const COLUMNS = ["permId", "Name", "Type", "Registered", "Status", "Size"];

export async function openDownload(desk, notebook) {
  // Where the dialog for connections leads back to: this dialog, with what was typed and ticked.
  const goOn = { label: "Go on to Download", open: () => (sheet.show(), look()) };
  const message = messages();
  const line = element("div", {});
  const found = element("div", { className: "openbis-found" });
  const work = element("ul", { className: "openbis-work", ariaLabel: "Downloads" });
  const picked = new Map(); // permId → dataset
  const entity = field("Object or Collection", element("input", { type: "text", spellcheck: false, placeholder: "/SPACE/PROJECT/OBJECT or its permId", value: notebook.facts.owner }), { hint: "All its datasets are listed." });
  const permId = field("Or one dataset, by its permId", element("input", { type: "text", spellcheck: false, placeholder: "20240101120000000-123" }));
  const folder = field("Download data to", element("input", { type: "text", spellcheck: false, value: desk.folder }), { hint: "Each dataset gets a folder in there, named after its permId." });
  const show = element("button", { type: "submit", className: "openbis-Button", textContent: "Show datasets" });
  const form = element("form", { className: "openbis-beside" }, entity.node, show);
  const start = button("Download", () => download(), "main", { disabled: true });
  const sheet = new Sheet("Download openBIS datasets", [line, form, found, permId.node, folder.node, work], [start], { wide: true, status: message.node });
  let running = false;

  const label = () => {
    const count = picked.size + (permId.input.value.trim() ? 1 : 0);
    start.textContent = count > 0 ? `Download ${counted(count, "dataset")}` : "Download";
    start.disabled = running || count === 0 || !desk.connected;
  };
  permId.input.addEventListener("input", label);
  permId.input.onkeydown = (event) => event.key === "Enter" && !start.disabled && download();
  folder.input.onkeydown = (event) => event.key === "Enter" && !start.disabled && download();
  form.onsubmit = (event) => {
    event.preventDefault();
    list(0);
  };

  async function list(from) {
    const wanted = entity.input.value.trim();
    entity.complain(wanted ? "" : "The identifier or permId of an Object or a Collection is needed.");
    if (!wanted || !desk.connected) {
      entity.input.focus();
      return;
    }
    message.say(`Looking for the datasets of ${wanted}…`, "busy");
    show.disabled = true;
    try {
      const page = await desk.client.datasets(desk.chosen, wanted, from, PAGE);
      message.say("");
      found.replaceChildren(...table(page, from, picked, label, list));
      if (from > 0) {
        found.querySelector("table")?.focus();
      }
      if (page.totalCount === 0) {
        message.say(`No datasets: ${wanted} has none, or it isn’t there, or you may not see it.`);
      }
    } catch (error) {
      found.replaceChildren();
      await fail(error);
    }
    show.disabled = false;
  }

  /** Says why, and offers to sign in where that helps. */
  async function fail(error) {
    message.say(error.message, "bad");
    if (error.status === 401) {
      await desk.refresh().catch(() => {});
      line.replaceChildren(desk.line(goOn));
      label();
    }
  }

  async function download() {
    const extra = permId.input.value.trim();
    const wanted = [...picked.keys(), ...(extra && !picked.has(extra) ? [extra] : [])];
    const to = folder.input.value.trim() || desk.root;
    const name = desk.chosen;
    running = true;
    label();
    const rows = wanted.map((one) => progress(one, picked.get(one)));
    work.replaceChildren(...rows.map((row) => row.node));
    work.scrollIntoView({ block: "nearest" });
    let done = 0;
    for (const [number, one] of wanted.entries()) {
      message.say(`Downloading dataset ${number + 1} of ${wanted.length}. It goes on when you close this.`, "busy");
      rows[number].begin();
      try {
        const answer = await desk.client.download(name, one, to, ({ bytes }) => rows[number].at(bytes));
        notebook.noteDownload({ ...answer, name: picked.get(one)?.$NAME ?? undefined });
        rows[number].end(true, `${counted((answer.files ?? []).length, "file")}, ${size(answer.size)}, in ${answer.path}`);
        picked.delete(one);
        done += 1;
      } catch (error) {
        rows[number].end(false, error.message);
        if (error.status === 401) {
          rows.slice(number + 1).forEach((row) => row.end(false, "not begun"));
          await fail(error);
          break;
        }
      }
    }
    running = false;
    found.querySelectorAll("input:checked").forEach((box) => (box.checked = picked.has(box.value)));
    if (done === wanted.length) {
      permId.input.value = "";
    }
    label();
    const words = done === wanted.length ? `Done: ${counted(done, "dataset")} downloaded to ${to}.` : `${done} of ${counted(wanted.length, "dataset")} downloaded. Press Download to try the others again.`;
    message.say(words, done === wanted.length ? "good" : "bad");
    if (!sheet.isOpen) {
      desk.notify(words, done === wanted.length);
    }
  }

  let lookedAt = null;
  await look();

  /** Asks who is signed in; at another openBIS there are other datasets. */
  async function look() {
    if (running) {
      return;
    }
    message.say("Asking openBIS…", "busy");
    try {
      await desk.refresh();
      message.say("");
    } catch (error) {
      message.say(error.message, "bad");
    }
    if (lookedAt !== null && lookedAt !== desk.chosen) {
      picked.clear();
      found.replaceChildren();
    }
    lookedAt = desk.chosen;
    folder.input.value ||= desk.folder;
    line.replaceChildren(desk.line(goOn));
    label();
    if (sheet.isOpen && desk.connected && entity.input.value && found.childElementCount === 0) {
      await list(0);
    }
  }
}

/** A page of datasets, each to be ticked, and the way to other pages. */
function table(page, from, picked, onPick, turn) {
  const { dataSets, totalCount } = page;
  if (totalCount === 0) {
    return [];
  }
  const rows = dataSets.map((one) => {
    const box = element("input", { type: "checkbox", value: one.permId, checked: picked.has(one.permId), ariaLabel: `Choose ${one.$NAME || one.permId}` });
    box.onchange = () => {
      box.checked ? picked.set(one.permId, one) : picked.delete(one.permId);
      onPick();
    };
    const status = one.status === "ARCHIVED" ? "archived: ask openBIS to bring it back first" : (one.status ?? "").toLowerCase();
    const cells = [one.permId, one.$NAME ?? one["$name"] ?? "", one.type, (one.registrationDate ?? "").slice(0, 16), status, size(one.size)];
    const row = element("tr", {}, element("td", {}, box), cells.map((text, number) => element("td", { textContent: text, data: { label: COLUMNS[number] } })));
    row.onclick = (event) => event.target === box || box.click();
    return row;
  });
  const head = element("tr", {}, element("th", {}, element("span", { className: "openbis-unseen", textContent: "Choose" })), COLUMNS.map((text) => element("th", { scope: "col", textContent: text })));
  const last = Math.min(from + dataSets.length, totalCount);
  const back = button("‹ Previous", () => turn(Math.max(0, from - PAGE)), "plain", { disabled: from === 0 });
  const on = button("Next ›", () => turn(from + PAGE), "plain", { disabled: last >= totalCount });
  const where = element("span", { textContent: `${from + 1}–${last} of ${totalCount}` });
  return [
    element("table", { className: "openbis-table", tabIndex: -1, ariaLabel: "Datasets" }, element("thead", {}, head), element("tbody", {}, rows)),
    element("div", { className: "openbis-row openbis-pages" }, back, where, on),
  ];
}

/** How far one download is. */
function progress(permId, known) {
  const total = Number(known?.size) || 0;
  const bar = element("progress", { max: 1, ariaLabel: `Download of ${permId}` });
  bar.value = 0;
  const words = element("span", { className: "openbis-hint", textContent: "waiting" });
  const title = known?.$NAME ? `${known.$NAME} (${permId})` : permId;
  const node = element("li", { data: { state: "waiting" } }, element("span", { className: "openbis-work-title", textContent: title }), bar, words);
  return {
    node,
    begin: () => {
      node.dataset.state = "busy";
      words.textContent = "begun";
      bar.removeAttribute("value");
    },
    at: (bytes = 0) => {
      words.textContent = total ? `${size(bytes)} of ${size(total)}` : size(bytes);
      if (total && bytes) {
        bar.value = Math.min(bytes / total, 1);
      }
    },
    end: (good, text) => {
      node.dataset.state = good ? "good" : "bad";
      bar.value = good ? 1 : 0;
      words.textContent = text;
    },
  };
}
