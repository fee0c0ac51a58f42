// Counts the largest folders after the page is there; without this script a link does it.

const place = document.getElementById("folders");
const token = document.querySelector("meta[name=xsrf-token]").content;

async function count() {
    const link = place.querySelector("a").cloneNode(true);
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", "Counting your files");
    place.replaceChildren(bar);
    try {
        const answer = await fetch(place.dataset.url, { headers: { Accept: "text/html", "X-XSRFToken": token } });
        if (!answer.ok) throw new Error(String(answer.status));
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        place.replaceChildren(...page.getElementById("folders").childNodes);
    } catch {
        const note = document.createElement("p");
        link.textContent = "Try again";
        note.append("The folders couldn’t be counted. ", link);
        place.replaceChildren(note);
    }
}

if (place?.dataset.url) count();
