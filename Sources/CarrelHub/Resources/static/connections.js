// Keeps what is said about connections true; forms, and what somebody writes in them, are left alone.

const region = document.getElementById("connections");
const status = document.getElementById("connections-status");
const token = document.querySelector("meta[name=xsrf-token]").content;
const interval = 5000;
let failures = 0;

async function look() {
    const answer = await fetch(region.dataset.url, {
        headers: { Accept: "application/json", "X-XSRFToken": token },
        signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const { connections } = await answer.json();
    for (const connection of connections) {
        const card = region.querySelector(`[data-connection="${CSS.escape(connection.name)}"]`);
        if (card) show(card, connection.state);
    }
}

function show(card, state) {
    const part = (name) => card.querySelector(`[data-part="${name}"]`);
    const title = part("title");
    if (title.textContent !== state.title) {
        title.textContent = state.title;
        status.textContent = `${card.dataset.name}: ${state.title}. ${state.message}`;
    }
    const tones = ["good", "passing", "bad", "idle"].map((tone) => `is-${tone}`);
    card.classList.remove(...tones.filter((tone) => tone !== `is-${state.tone}`));
    card.classList.add(`is-${state.tone}`);
    part("icon").setAttribute("href", `${region.dataset.icons}#${state.icon}`);
    say(part("message"), state.message);
    say(part("remedy"), state.remedy);
    since(part("since"), state);
    say(part("fault").querySelector("span"), state.last_fault ?? "");
    part("fault").hidden = !state.last_fault;
    say(part("waiting"), state.waiting_words ?? "");
    part("waiting").hidden = !state.waiting_words;
    conflicts(part("conflicts"), state.conflicts);
}

function say(place, text) {
    if (place.textContent !== text) place.textContent = text;
}

function since(place, state) {
    if (!state.since) return place.replaceChildren();
    const time = place.querySelector("time") ?? place.appendChild(document.createElement("time"));
    time.dateTime = state.since;
    say(time, state.since_words ?? "");
}

function conflicts(place, paths) {
    place.hidden = paths.length === 0;
    const list = place.querySelector("ul");
    const before = [...list.children].map((item) => item.textContent);
    if (before.length === paths.length && before.every((path, index) => path === paths[index])) return;
    list.replaceChildren(...paths.map((path) => {
        const item = document.createElement("li");
        item.appendChild(document.createElement("bdi")).textContent = path;
        return item;
    }));
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
    setTimeout(round, interval * Math.min(2 ** failures, 16));
}

if (region.querySelector("[data-connection]")) setTimeout(round, interval);
