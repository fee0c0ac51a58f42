// The link while one types: the hub makes it, so there is one place that knows how. Without this script the button does.

const form = document.getElementById("git-link");
const result = document.getElementById("result");
const button = document.getElementById("make-link");
const token = document.querySelector("meta[name=xsrf-token]").content;
let request = null;

function comfort() {
    for (const copy of document.querySelectorAll("button[data-copies]")) {
        copy.hidden = !navigator.clipboard;
        copy.onclick = async () => {
            await navigator.clipboard.writeText(document.getElementById(copy.dataset.copies).value);
            copy.textContent = "Copied";
            setTimeout(() => { copy.textContent = "Copy"; }, 2000);
        };
    }
    const part = form.querySelector("[data-app]");
    part.hidden = form.elements.app.value !== part.dataset.app;
}

async function remake() {
    request?.abort();
    request = new AbortController();
    const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
    try {
        const answer = await fetch(address, {
            headers: { Accept: "text/html", "X-XSRFToken": token },
            signal: request.signal,
        });
        if (!answer.ok) throw new Error(String(answer.status));
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const open = [...result.querySelectorAll("details")].map((part) => part.open);
        result.replaceChildren(...page.getElementById("result").childNodes);
        result.querySelectorAll("details").forEach((part, index) => { part.open = open[index] ?? false; });
        history.replaceState(null, "", address);
        comfort();
    } catch (error) {
        if (error.name !== "AbortError") button.hidden = false;
    }
}

let typing;
form.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(remake, 200);
    comfort();
});
button.hidden = true;
comfort();
