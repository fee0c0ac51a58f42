// Keeps the part of a page with id "live" as it would be if the page were loaded again; and lists marked `data-live`, whose
// entries come and go, and texts marked `data-live-text`.

const region = document.getElementById("live");
const status = document.getElementById("live-status");
const token = document.querySelector("meta[name=xsrf-token]").content;
let failures = 0;

async function look() {
    const answer = await fetch(location.href, {
        headers: { Accept: "text/html", "X-XSRFToken": token },
        signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    // Led elsewhere: what the page waited for has happened, or the session has ended.
    if (answer.redirected) return location.reload();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("live");
    if (!fresh || page.body.className !== document.body.className) return location.reload();
    for (const list of document.querySelectorAll("[data-live]")) updateList(list, page.getElementById(list.id));
    for (const text of document.querySelectorAll("[data-live-text]")) {
        const said = page.getElementById(text.id)?.textContent ?? "";
        if (said !== text.textContent) text.textContent = said;
    }
    update(fresh);
}

// New entries are put in, and those that are gone are taken out; none is replaced, as somebody may be writing in it.
function updateList(list, fresh) {
    const after = [...(fresh?.children ?? [])];
    const ids = new Set(after.map((entry) => entry.id));
    for (const entry of [...list.children]) {
        if (!ids.has(entry.id) && !isInUse(entry)) entry.remove();
    }
    let last = null;
    for (const entry of after) {
        const old = [...list.children].find((other) => other.id === entry.id);
        if (!old) {
            if (last) last.after(entry);
            else list.prepend(entry);
        }
        last = old ?? entry;
    }
}

function isInUse(entry) {
    const fields = [...entry.querySelectorAll("input, textarea")];
    return entry.contains(document.activeElement) || fields.some((field) => field.value !== field.defaultValue);
}

function update(fresh) {
    // Nothing is taken away from under a person who fills a form in.
    if (region.querySelector("details[open] input")) return;
    region.dataset.poll = fresh.dataset.poll;
    const before = new Map([...region.children].map((card) => [card.id, card]));
    const after = [...fresh.children];
    for (const card of after) {
        const old = before.get(card.id);
        if (old && card.dataset.state !== old.dataset.state) say(`${card.dataset.name}: ${card.dataset.state}`);
    }
    const sameOrder = after.length === before.size && after.every((card, index) => card.id === region.children[index].id);
    if (!sameOrder) return region.replaceChildren(...after);
    for (const card of after) replace(before.get(card.id), card);
}

// Replaces a card only when it says something else, and keeps the focus and open details.
function replace(old, card) {
    const details = card.querySelector("details");
    if (details) details.open = old.querySelector("details")?.open ?? false;
    const oldTimes = old.querySelectorAll("time");
    card.querySelectorAll("time").forEach((time, index) => {
        const oldTime = oldTimes[index];
        if (old.dataset.state !== card.dataset.state || !oldTime) return;
        oldTime.removeAttribute("title");
        oldTime.dateTime = time.dateTime;
        if (oldTime.textContent !== time.textContent) oldTime.textContent = time.textContent;
    });
    if (old.isEqualNode(card) || old.querySelector("form[data-sent]")) return;
    const key = old.contains(document.activeElement) ? document.activeElement.dataset.key ?? "" : null;
    old.replaceWith(card);
    if (key === null) return;
    const target = [...card.querySelectorAll("[data-key]")].find((part) => part.dataset.key === key);
    (target ?? card.querySelector("[data-key]"))?.focus();
}

function say(text) {
    if (status) status.textContent = text;
}

function schedule() {
    const seconds = Number(region.dataset.poll) * Math.min(2 ** failures, 16);
    setTimeout(round, seconds * 1000);
}

async function round() {
    if (!document.hidden) {
        try {
            await look();
            failures = 0;
        } catch {
            failures += 1;
        }
    }
    schedule();
}

document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look().catch(() => {});
});
schedule();
