// Follows a sync by nbgitpuller's event stream, and goes on to what the link opens; stays if there is something to say.

import { explain, told } from "./words.js";

const link = { ...document.getElementById("sync").dataset };
const at = (id) => document.getElementById(id);
const log = at("log");

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

const home = link.baseUrl;
const goal = link.baseUrl + link.path;

/** The address of this page once more; `backup` says whether to put the folder aside first. */
function again(backup) {
  const url = new URL(window.location.href);
  url.searchParams.delete("backup");
  if (backup) {
    url.searchParams.set("backup", "true");
  }
  return url.href;
}

function way(label, href, isFirst = false) {
  return element("a", { href, textContent: label, className: isFirst ? "first" : "" });
}

/** Shows how it ended, and the ways to go on. */
function conclude(title, parts, ways) {
  at("title").textContent = title;
  document.title = title;
  at("state").hidden = true;
  const end = at("end");
  end.replaceChildren(...parts, element("p", { className: "ways" }, ...ways));
  end.hidden = false;
  end.focus();
}

function fail(event) {
  const said = explain({ code: event.error?.code, message: event.message }, log.textContent, link);
  const parts = [element("p", { textContent: said.text })];
  if (said.isClosed && link.gitSites) {
    const sites = element("a", { href: link.gitSites, textContent: "Git sites" });
    parts.push(element("p", {}, "If it is open only to those who sign in, give the hub a token for its host once, on the page ", sites, "."));
  }
  const ways = [way("Proceed without syncing", link.isThere ? goal : home, true), way("Try again", again(link.backup))];
  if (said.canBackUp) {
    ways.splice(1, 0, way("Backup and resync", again(true)));
    parts.push(element("p", {
      textContent: `“Backup and resync” renames your folder ${link.targetpath} to ${link.targetpath}_backup_ with the date, and fetches the repository anew. Nothing is lost; copy what you need from the one to the other.`,
    }));
  }
  at("details").open = true;
  conclude(said.title, parts, ways);
}

async function finish() {
  let parts = [];
  let more = 0;
  try {
    const query = new URLSearchParams({ targetpath: link.targetpath });
    const answer = await fetch(`${link.baseUrl}carrel/git-outcome?${query}`, { headers: { "X-XSRFToken": link.xsrf } });
    if (answer.ok) {
      const outcome = await answer.json();
      parts = told(outcome);
      more = outcome.more ?? 0;
    }
  } catch {
    // What happened to files is in the log too; the way on matters more.
  }
  if (parts.length === 0) {
    window.location.replace(goal);
    return;
  }
  const shown = parts.flatMap(({ title, text, names }) => [
    element("h2", { textContent: title }),
    element("p", { textContent: text }),
    element("ul", {}, ...names.map((name) => element("li", {}, element("code", { textContent: name })))),
  ]);
  if (more > 0) {
    shown.push(element("p", { textContent: `And ${more} more: the list below has all.` }));
  }
  conclude("The repository is here, and some of your files need a word", shown, [way("Go on", goal, true)]);
}

function start() {
  const query = new URLSearchParams({ _xsrf: link.xsrf, repo: link.repo, targetpath: link.targetpath });
  for (const name of ["branch", "depth", "backup", "sparse"]) {
    if (link[name]) {
      query.set(name, link[name]);
    }
  }
  const stream = new EventSource(`${link.baseUrl}git-pull/api?${query}`);
  stream.onmessage = (message) => {
    const event = JSON.parse(message.data);
    if (event.output) {
      log.textContent += event.output.endsWith("\n") ? event.output : `${event.output}\n`;
      if (event.phase === "syncing") {
        at("line").textContent = event.output.trim().split("\r").pop().slice(0, 200);
      }
    }
    if (event.phase === "finished") {
      stream.close();
      finish();
    } else if (event.phase === "error") {
      stream.close();
      fail(event);
    }
  };
  stream.onerror = () => {
    stream.close();
    fail({ error: { code: "lost" }, message: "The connection to your server was lost." });
  };
  const copy = at("copy");
  copy.hidden = !navigator.clipboard;
  copy.onclick = async () => {
    await navigator.clipboard.writeText(log.textContent);
    copy.textContent = "Copied";
  };
}

start();
