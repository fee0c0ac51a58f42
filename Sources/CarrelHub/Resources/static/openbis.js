// Shows what fits while somebody types; without this script the button searches.

const form = document.querySelector("form[data-suggestions]");
const field = form.elements.text;
const list = document.getElementById("suggestions");
const status = document.getElementById("suggestions-status");
const token = document.querySelector("meta[name=xsrf-token]").content;
let request = null;
let typing;

function close() {
    clearTimeout(typing);
    request?.abort();
    list.hidden = true;
    list.replaceChildren();
    status.textContent = "";
}

function item({ kind, name, code, detail, url }) {
    const link = document.createElement("a");
    link.href = url;
    link.appendChild(document.createElement("bdi")).textContent = name;
    const about = document.createElement("span");
    about.className = "muted fine";
    about.appendChild(document.createElement("bdi")).textContent = [kind, code, detail].filter(Boolean).join(" · ");
    link.append(" ", about);
    const place = document.createElement("li");
    place.append(link);
    return place;
}

async function look(text) {
    request?.abort();
    request = new AbortController();
    try {
        const answer = await fetch(`${form.dataset.suggestions}?${new URLSearchParams({ text })}`, {
            headers: { Accept: "application/json", "X-XSRFToken": token },
            signal: request.signal,
        });
        if (!answer.ok) throw new Error(String(answer.status));
        const { suggestions, total } = await answer.json();
        list.replaceChildren(...suggestions.map(item));
        list.hidden = suggestions.length === 0;
        const more = total > suggestions.length ? ` of ${total}; Search shows all` : "";
        status.textContent = total ? `${suggestions.length} suggestions${more}.` : "No suggestions.";
    } catch (error) {
        if (error.name !== "AbortError") close();
    }
}

field.addEventListener("input", () => {
    clearTimeout(typing);
    const text = field.value.trim();
    if ([...text].length < 2) return close();
    typing = setTimeout(look, 300, text);
});
form.addEventListener("submit", close);
form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
        field.focus();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp" || list.hidden) return;
    event.preventDefault();
    const all = [field, ...list.querySelectorAll("a")];
    const step = event.key === "ArrowDown" ? 1 : all.length - 1;
    all[(all.indexOf(document.activeElement) + step) % all.length].focus();
});
