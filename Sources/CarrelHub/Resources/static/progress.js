// Follows a start by its progress stream (JupyterHub's events) and goes to the server when it is ready.
// What the stream says is shown as text only; `html_message` is never used.

const page = document.getElementById("start");
if (page) follow(page);

function follow(page) {
    const bar = document.getElementById("bar");
    const list = document.getElementById("messages");
    const place = document.getElementById("place");
    const title = document.title;
    const stream = new EventSource(page.dataset.progressUrl);

    stream.onmessage = (message) => {
        let event;
        try {
            event = JSON.parse(message.data);
        } catch {
            return;
        }
        if (typeof event !== "object" || event === null) return;
        show(event);
        if (event.ready) {
            stream.close();
            location.replace(page.dataset.serverUrl);
        } else if (event.failed) {
            stream.close();
            location.reload();
        }
    };

    // The browser connects again by itself unless the hub refused; then the page itself knows more.
    stream.onerror = () => {
        if (stream.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 3000);
    };

    function show(event) {
        if (Number.isFinite(event.progress)) {
            bar.value = Math.min(Math.max(event.progress, 0), 100);
            document.title = `${Math.round(bar.value)} % · ${title}`;
        }
        const waits = Number.isInteger(event.place) && event.place > 0;
        place.hidden = !waits;
        if (waits) place.textContent = waitText(event.place, event.estimate);
        const text = typeof event.message === "string" ? event.message.trim() : "";
        if (!text || list.lastElementChild?.textContent === text) return;
        const item = document.createElement("li");
        item.textContent = text;
        list.append(item);
        while (list.childElementCount > 50) list.firstElementChild.remove();
        list.scrollTop = list.scrollHeight;
    }
}

// The words are those of StartPage.waitText.
function waitText(place, estimate) {
    const before = place === 1 ? "You are next" : `You are number ${place}: ${place - 1} before you`;
    const wait = typeof estimate === "string" ? ` Your wait is ${estimate}.` : "";
    return `${before}.${wait} It starts by itself as soon as there is room; you can leave this page.`;
}
