// Finds datasets and owners while one types, and chooses all or none at once. Without this script the buttons do.

const form = document.getElementById("new-notebook");
const token = document.querySelector("meta[name=xsrf-token]").content;
const asked = new Map();

function count() {
    const words = document.getElementById("count");
    const boxes = [...document.querySelectorAll("#picks input[type=checkbox]")];
    if (words) words.textContent = `${boxes.filter((box) => box.checked).length} of ${boxes.length} chosen`;
}

// Puts what was found and ticked into the list, before the next search takes its place; the server has what was sent there too.
function keep(sent) {
    const active = document.activeElement;
    for (const box of document.querySelectorAll("#found input[type=checkbox]")) {
        if (!box.checked && !sent.includes(box.value)) continue;
        const listed = document.createElement("input");
        Object.assign(listed, { type: "hidden", name: "listed", value: box.value });
        document.getElementById("picks").append(listed, box.closest("label"));
        document.getElementById("picked").hidden = false;
        document.getElementById("unpicked").hidden = true;
        if (box === active) box.focus({ preventScroll: true });
    }
    count();
}

// Puts the new content of a part in the old one's place, but for what is in the list by now; choices and focus stay.
function replace(part, fresh) {
    const value = (box) => `[value="${CSS.escape(box.value)}"]`;
    for (const box of fresh.querySelectorAll("input[type=checkbox]")) {
        if (document.querySelector(`#picks ${value(box)}`)) box.closest("label").remove();
    }
    for (const box of part.querySelectorAll("input:checked")) {
        const same = fresh.querySelector(`input:not([type=hidden])${value(box)}`);
        if (same) same.checked = true;
    }
    const active = part.contains(document.activeElement) && document.activeElement;
    const same = active && fresh.querySelector(`input:not([type=hidden])${value(active)}`);
    part.replaceChildren(...fresh.childNodes);
    if (same) same.focus({ preventScroll: true });
}

// Sends the form as a button would, and takes over the named parts of the page that comes back.
async function ask(step, parts) {
    asked.get(step)?.abort();
    const request = new AbortController();
    asked.set(step, request);
    const fields = new URLSearchParams(new FormData(form));
    fields.set("do", step);
    try {
        const answer = await fetch(form.action, {
            method: "POST",
            body: fields,
            headers: { Accept: "text/html", "X-XSRFToken": token },
            signal: request.signal,
        });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const part of parts) {
            const fresh = page.getElementById(part);
            if (!fresh) throw new Error(part);
            if (part === "found") keep(fields.getAll("dataset"));
            replace(document.getElementById(part), fresh);
        }
    } catch {
        // The button still does, and its page says what is wrong.
    }
}

function whileTyping(field, step, parts) {
    let typing;
    field.addEventListener("input", () => {
        clearTimeout(typing);
        asked.get(step)?.abort();
        const text = field.value.trim();
        // A list of permIds, and a path that is whole, are for the button.
        if (text.length >= 2 && !/^[0-9]{14,}-/.test(text)) typing = setTimeout(() => ask(step, parts), 400);
    });
}

const find = document.getElementById("find");
if (find) {
    whileTyping(find, "find", ["found-text", "found"]);
    whileTyping(document.getElementById("owner"), "find-owner", ["owners-text", "owners"]);
}

form?.addEventListener("click", (event) => {
    const step = event.target.closest("button")?.value;
    if (step !== "all" && step !== "none") return;
    event.preventDefault();
    for (const box of document.querySelectorAll("#picks input[type=checkbox]")) box.checked = step === "all";
    count();
});
form?.addEventListener("change", count);
