// The first button: which openBIS, and as whom.

import { Sheet } from "./dialog.js";
import { button, element, field, messages, tick } from "./elements.js";

const NOTHING_YET = "There is no connection yet. Make one below: all it takes is the address of your openBIS.";
const KEEP = "Let notebooks use this session, too";
const KEPT = "Openbis() in a notebook then works without signing in again.";

/** Opens the dialog; `goOn`, with its label, leads to where the person came from once there is a connection. */
export async function openConnect(desk, goOn = null) {
  const message = messages();
  const list = element("div", { className: "openbis-list" });
  const chosen = element("div", { className: "openbis-chosen" });
  const onward = goOn ? button(goOn.label, () => goOn.open(), "main", { hidden: true }) : null;
  const added = newConnection(desk, (name) => show(name, ""), message);
  const body = [element("fieldset", {}, element("legend", {}, "Connections"), list, chosen), added.node, workingFolder(desk)];
  const sheet = new Sheet("openBIS connections", body, [onward].filter(Boolean), { status: message.node });

  /** Draws all; `words` is what has just been done. */
  function show(name = desk.chosen, words = "") {
    desk.choose(name);
    list.replaceChildren(...desk.connections.map((one) => choice(one, one.name === desk.chosen, () => show(one.name))));
    const one = desk.connections.find((each) => each.name === desk.chosen);
    chosen.replaceChildren(...(one ? details(one) : [element("p", { className: "openbis-hint", textContent: NOTHING_YET })]));
    // Never closed under the hands of who has opened it already.
    added.node.open ||= desk.connections.length === 0;
    if (onward) {
      onward.hidden = one?.status !== "connected";
    }
    message.say(words, words ? "good" : "");
  }

  /** Does something that openBIS is asked for, and draws all anew. */
  async function change(doing, work, done) {
    message.say(doing, "busy");
    const buttons = [...chosen.querySelectorAll("button")];
    buttons.forEach((one) => (one.disabled = true));
    try {
      await work();
      await desk.refresh();
      show(desk.chosen, done);
      (onward && !onward.hidden ? onward : sheet.closeButton).focus();
    } catch (error) {
      buttons.forEach((one) => (one.disabled = false));
      message.say(error.message, "bad");
    }
  }

  function details(one) {
    const remove = button("Delete", () => {
      if (remove.dataset.kind === "danger") {
        change(`Removing ${one.name}…`, () => desk.client.remove(one.name), `${one.name} is removed from this list.`);
      } else {
        remove.dataset.kind = "danger";
        remove.textContent = "Really delete?";
      }
    });
    remove.ariaLabel = `Delete the connection ${one.name}`;
    remove.onblur = () => {
      remove.dataset.kind = "plain";
      remove.textContent = "Delete";
    };
    return one.status === "connected" ? signedIn(one, remove) : signIn(one, remove);
  }

  function signedIn(one, remove) {
    const leave = button("Log out", () =>
      change("Logging out…", () => desk.client.change(one.name, { action: "logout" }), `You are logged out of ${one.name}.`));
    const warning = one.shared ? element("p", { className: "openbis-hint", textContent: "Notebooks use this session, too. It ends for them as well when you log out." }) : null;
    return [
      element("p", {}, "You are signed in as ", element("strong", { textContent: one.username }), "."),
      warning,
      element("div", { className: "openbis-row" }, leave, remove),
    ].filter(Boolean);
  }

  function signIn(one, remove) {
    const user = field("User name", element("input", { type: "text", autocomplete: "username", spellcheck: false, value: one.username }));
    const password = field("Password", element("input", { type: "password", autocomplete: "current-password" }));
    const keep = tick(KEEP, true, { title: KEPT });
    const again = button("Look for a new session", () =>
      change("Looking for a new session…", () => desk.client.change(one.name, { action: "renew" }), `You are connected to ${one.name}.`));
    again.title = "After you signed in to openBIS again elsewhere: in the hub, or in a notebook";
    const form = element(
      "form",
      { className: "openbis-form" },
      one.reason ? element("p", { className: "openbis-reason", textContent: one.reason }) : null,
      desk.account && element("p", {}, "Renew it ", element("a", { href: desk.account, target: "_blank", rel: "noopener", textContent: "in the hub" }), " and look for the new session, or sign in here:"),
      element("div", { className: "openbis-columns" }, user.node, password.node),
      keep.node,
      element("div", { className: "openbis-row" }, element("button", { type: "submit", className: "openbis-Button", textContent: "Connect", data: { kind: "main" } }), again, remove),
    );
    form.onsubmit = async (event) => {
      event.preventDefault();
      user.complain(user.input.value.trim() ? "" : "Your name at openBIS is needed.");
      password.complain(password.input.value ? "" : "Your password at openBIS is needed.");
      const wrong = [user, password].find((each) => each.wrong);
      if (wrong) {
        wrong.input.focus();
        return;
      }
      const wanted = { username: user.input.value.trim(), password: password.input.value, keep: keep.input.checked };
      await change(`Signing in at ${one.url}…`, () => desk.client.change(one.name, wanted), `You are connected to ${one.name}.`);
      if (message.node.dataset.kind === "bad") {
        password.input.select();
        password.input.focus();
      }
    };
    return [form];
  }

  message.say("Asking openBIS…", "busy");
  try {
    await desk.refresh();
    if (sheet.isOpen) {
      show();
    }
  } catch (error) {
    message.say(error.message, "bad");
  }
}

/** A line of the list. */
function choice(one, isChosen, onChoose) {
  const isIn = one.status === "connected";
  const input = element("input", { type: "radio", name: "openbis-connection", value: one.name, checked: isChosen, onchange: onChoose });
  const words = element("span", { className: "openbis-choice-words" }, element("strong", { textContent: one.name }), element("span", { className: "openbis-hint", textContent: one.url }));
  const badge = element("span", { className: "openbis-badge", textContent: isIn ? "connected" : "not connected", data: { state: isIn ? "good" : "off" } });
  return element("label", { className: "openbis-choice" }, input, words, badge);
}

function newConnection(desk, onMade, message) {
  const name = field("Name", element("input", { type: "text", autocomplete: "off", maxLength: 80 }), { required: true, hint: "As you like to call it." });
  const url = field("Address", element("input", { type: "text", autocomplete: "off", spellcheck: false, placeholder: "https://openbis.example.org" }), { required: true });
  const user = field("User name", element("input", { type: "text", autocomplete: "off", spellcheck: false }), { required: true });
  const password = field("Password", element("input", { type: "password", autocomplete: "off" }), { required: true });
  const check = tick("Check the server’s certificate", true);
  const warning = element("p", { className: "openbis-reason", hidden: true, textContent: "Without that, somebody between you and openBIS could read your password." });
  check.input.onchange = () => (warning.hidden = check.input.checked);
  const create = element("button", { type: "submit", className: "openbis-Button", textContent: "Create", data: { kind: "main" } });
  const fields = [name, url, user, password];
  const form = element("form", { className: "openbis-form" }, element("div", { className: "openbis-columns" }, fields.map((one) => one.node)), check.node, warning, element("div", { className: "openbis-row" }, create));
  form.onsubmit = async (event) => {
    event.preventDefault();
    fields.forEach((one) => one.complain(one.input.value.trim() ? "" : "This is needed."));
    const wrong = fields.find((one) => one.wrong);
    if (wrong) {
      wrong.input.focus();
      return;
    }
    const wanted = { name: name.input.value.trim(), url: url.input.value.trim(), username: user.input.value.trim(), password: password.input.value, verify_certificates: check.input.checked };
    message.say(`Connecting to ${wanted.url}…`, "busy");
    create.disabled = true;
    try {
      desk.take(await desk.client.add(wanted));
      const made = desk.connections.find((one) => one.name === wanted.name);
      onMade(wanted.name);
      made?.status === "connected" ? message.say(`You are connected to ${wanted.name}.`, "good") : message.say(made?.reason ?? "", "bad");
      form.reset();
      warning.hidden = true;
      node.open = false;
    } catch (error) {
      message.say(error.message, "bad");
      (error.status === 409 ? name : url).input.focus();
    }
    create.disabled = false;
  };
  const node = element("details", { className: "openbis-more" }, element("summary", {}, "Create a new connection"), form);
  return { node };
}

function workingFolder(desk) {
  const folder = field("Your working directory", element("input", { type: "text", spellcheck: false, value: desk.folder }), { hint: "Datasets are downloaded into it." });
  folder.input.oninput = () => (desk.folder = folder.input.value);
  desk.onFolder = () => (folder.input.value = desk.folder);
  const reset = button("Reset to default", () => {
    desk.folder = desk.root;
    folder.input.value = desk.root;
  });
  return element("div", { className: "openbis-beside" }, folder.node, reset);
}
