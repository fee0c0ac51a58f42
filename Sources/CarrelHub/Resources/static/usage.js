// Keeps the figures of use on the home page true; the page shows them as they were when it was loaded anyway.

const region = document.querySelector("[data-usage-url]");
const token = document.querySelector("meta[name=xsrf-token]").content;
const interval = 3000;

function size(bytes) {
    if (bytes < 1000) return `${bytes} byte${bytes === 1 ? "" : "s"}`;
    const units = ["kB", "MB", "GB", "TB", "PB"];
    let value = bytes / 1000;
    while (value >= 999.5 && units.length > 1) {
        value /= 1000;
        units.shift();
    }
    return `${value >= 99.95 ? Math.round(value) : Math.round(value * 10) / 10} ${units[0]}`;
}

const decimal = (number) => String(Math.round(number * 10) / 10);

// The figures of an answer: key, label, use, limit, and how both are written.
function figures(server) {
    return [
        ["memory", "Memory", server.memory, server.memory_limit, size],
        ["processors", "Processors", server.processors, server.processor_limit, decimal],
        ["processes", "Processes", server.processes, server.process_limit, String],
    ].filter(([, , used]) => used !== undefined);
}

function show(list, [key, label, used, limit, words]) {
    const part = list.querySelector(`[data-use="${key}"]`) ?? list.appendChild(made(key, label, limit !== undefined));
    const meter = part.querySelector("meter");
    if (meter && limit !== undefined) meter.value = limit > 0 ? Math.min((used / limit) * 100, 100) : 100;
    part.classList.toggle("high", key !== "processors" && limit !== undefined && used > 0.9 * limit);
    const text = limit === undefined ? words(used) : `${words(used)} of ${words(limit)}`;
    const place = part.querySelector(".words");
    if (place.textContent !== text) place.textContent = text;
}

function made(key, label, hasLimit) {
    const part = document.createElement("div");
    part.className = "use";
    part.dataset.use = key;
    const [title, value, words] = ["dt", "dd", "span"].map((name) => document.createElement(name));
    title.textContent = label;
    words.className = "words";
    if (hasLimit) {
        const meter = document.createElement("meter");
        Object.assign(meter, { min: 0, max: 100 });
        if (key !== "processors") Object.assign(meter, { low: 75, high: 90, optimum: 0 });
        meter.setAttribute("aria-label", label);
        value.append(meter, " ");
    }
    value.append(words);
    part.append(title, value);
    return part;
}

function update(answer) {
    for (const card of document.querySelectorAll("[data-server]")) {
        const server = answer.servers[card.dataset.server];
        if (!server) continue;
        const shown = figures(server);
        if (shown.length) card.querySelector(":scope > .muted")?.remove();
        for (const figure of shown) show(card.querySelector(".uses"), figure);
        const note = card.querySelector(".kills");
        const limit = server.memory_limit === undefined ? "too much memory" : `more than ${size(server.memory_limit)} of memory`;
        const text = server.memory_kills > 0 ? `A program in this server was stopped: it used ${limit}.` : "";
        if (note.textContent !== text) note.textContent = text;
        note.hidden = !text;
    }
    const home = document.querySelector("[data-home]");
    if (home && answer.home) show(home, ["home", "Home", answer.home.used, answer.home.quota, size]);
}

async function round() {
    if (!document.hidden && document.querySelector("[data-server], [data-home]")) {
        try {
            const answer = await fetch(region.dataset.usageUrl, {
                headers: { Accept: "application/json", "X-XSRFToken": token },
                signal: AbortSignal.timeout(10_000),
            });
            if (answer.ok) update(await answer.json());
        } catch {
            // The next round may do better; until then the last figures stand.
        }
    }
    setTimeout(round, interval);
}

if (region) setTimeout(round, 1000);
