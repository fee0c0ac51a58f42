// Follows a launch by its event stream (BinderHub's events) and goes to the server when it is ready.
// All that the stream says is shown as text.

const page = document.getElementById("launch");
const steps = ["waiting", "building", "launching"];
const stepOf = { waiting: 0, fetching: 1, building: 1, pushing: 1, built: 2, launching: 2, ready: 2 };
const words = {
    waiting: "Waiting", fetching: "Fetching the repository", building: "Building its environment",
    pushing: "Keeping its environment", built: "Its environment is there", launching: "Starting the server",
    ready: "Ready: going there",
};
// The log keeps this many characters.
const longest = 500000;

let build = "";
let replaces = false;
// How often the hub is asked again that doesn't answer.
const most = 10;
let tries = most;
// A hub that is there says something at once.
const patience = 30000;

if (page) {
    document.getElementById("begin")?.addEventListener("click", () => {
        document.getElementById("ask").hidden = true;
        document.getElementById("under-way").hidden = false;
        follow();
    });
    document.getElementById("retry").addEventListener("click", () => location.reload());
    document.getElementById("cancel").addEventListener("submit", cancel);
    if ("begins" in page.dataset) follow();
}

function follow() {
    const stream = new EventSource(page.dataset.stream);
    // A hub that is restarted ends the stream; the build goes on, and asking again finds it.
    const askAgain = () => {
        clearTimeout(silence);
        stream.close();
        tries -= 1;
        if (tries <= 0) return fail({ message: "The connection to the hub was lost." });
        document.getElementById("phase").textContent = "The connection to the hub was lost. Trying again…";
        setTimeout(follow, 3000);
    };
    const silence = setTimeout(askAgain, patience);
    stream.onerror = askAgain;
    stream.onmessage = (message) => {
        clearTimeout(silence);
        let event;
        try {
            event = JSON.parse(message.data);
        } catch {
            return;
        }
        if (typeof event !== "object" || event === null) return;
        tries = most;
        show(event);
        if (event.phase === "ready") {
            stream.close();
            leave(event.url);
        } else if (event.phase === "failed") {
            stream.close();
            fail(event);
        }
    };
}

function show(event) {
    const step = stepOf[event.phase];
    if (step !== undefined) {
        document.getElementById("phase").textContent = words[event.phase];
        for (const [index, name] of steps.entries()) {
            const item = page.querySelector(`[data-step="${name}"]`);
            item.classList.toggle("done", index < step || event.phase === "ready");
            if (index === step) item.setAttribute("aria-current", "step");
            else item.removeAttribute("aria-current");
        }
    }
    if (typeof event.imageName === "string") build = event.imageName;
    document.getElementById("cancel").hidden = !build || !["waiting", "fetching", "building"].includes(event.phase);
    if (typeof event.message === "string") write(event.message);
}

// A message that ends with a carriage return is replaced by the next one.
function write(message) {
    const log = document.getElementById("log");
    const isAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
    let text = log.textContent;
    if (replaces) text = text.slice(0, text.lastIndexOf("\n") + 1);
    replaces = message.endsWith("\r");
    log.textContent = (text + message.replace(/\r$/, "")).slice(-longest);
    if (isAtEnd) log.scrollTop = log.scrollHeight;
}

function fail(event) {
    const problem = document.getElementById("problem");
    problem.textContent = typeof event.message === "string" ? event.message.trim() : "The launch failed.";
    problem.hidden = false;
    document.getElementById("phase").textContent = "Not launched";
    document.getElementById("cancel").hidden = true;
    const open = typeof event.carrel_open === "string" && event.carrel_open.startsWith("/user/") ? event.carrel_open : "";
    document.getElementById("choices").hidden = !open;
    document.getElementById("again").hidden = Boolean(open);
    if (open) document.getElementById("open").href = open;
    else document.getElementById("log-box").open = true;
}

function leave(url) {
    const target = new URL(url, location.href);
    const base = target.pathname.endsWith("/") ? target.pathname : `${target.pathname}/`;
    const place = new URL(base + page.dataset.place, location.origin);
    location.replace(place.pathname.startsWith(base) ? place.href : location.origin + base);
}

async function cancel(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    form.set("build", build);
    const answer = await fetch(page.dataset.cancel, {
        method: "POST",
        headers: { "X-XSRFToken": form.get("_xsrf") },
        body: new URLSearchParams(form),
    });
    if (answer.ok) return;
    write("The build goes on: others wait for it too, or it is over.\n");
}
