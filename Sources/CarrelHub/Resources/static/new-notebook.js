// Finds datasets and owners while one types, and chooses all or none at once. Without this script the buttons do.

const form = document.getElementById("new-notebook");
const token = document.querySelector("meta[name=xsrf-token]").content;
const asked = new Map();

function count() {
    const words = document.getElementById("count");
    const boxes = [...document.querySelectorAll("#picks input[type=checkbox]")];
    if (words) words.textContent = `${boxes.filter((box) => box.checked).length} of ${boxes.length} chosen`;
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
            document.getElementById(part).replaceChildren(...fresh.childNodes);
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
