// Comforts of every page; each page works without them.

// "Show" beside password fields; hidden until this script can serve it.
for (const button of document.querySelectorAll("button[data-shows]")) {
    const fields = button.dataset.shows.split(" ").map((id) => document.getElementById(id)).filter(Boolean);
    const show = (visible) => {
        for (const field of fields) field.type = visible ? "text" : "password";
        button.setAttribute("aria-pressed", String(visible));
        button.firstChild.textContent = visible ? "Hide" : "Show";
    };
    button.hidden = false;
    button.addEventListener("click", () => show(button.getAttribute("aria-pressed") !== "true"));
    button.form?.addEventListener("submit", () => show(false));
}

// A form is sent once, however often it is clicked; but for downloads (`data-again`), after which the page is still there.
document.addEventListener("submit", (event) => {
    if ("again" in event.target.dataset && !event.submitter?.hasAttribute("formaction")) return;
    if (event.target.dataset.sent) return event.preventDefault();
    event.target.dataset.sent = "true";
    for (const button of event.target.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
});

// Exact local time when a pointer rests on "3 minutes ago".
document.addEventListener("pointerover", (event) => {
    const time = event.target.closest?.("time");
    if (time && !time.title) time.title = new Date(time.dateTime).toLocaleString();
});

// Counts down until the next attempt to sign in may be made.
const throttled = document.querySelector("[data-seconds]");
if (throttled) {
    const end = Date.now() + Number(throttled.dataset.seconds) * 1000;
    const words = throttled.querySelector(".words");
    throttled.setAttribute("role", "group");
    const timer = setInterval(() => {
        const left = Math.ceil((end - Date.now()) / 1000);
        words.textContent = left > 0 ? `Try again in ${left} second${left === 1 ? "" : "s"}.` : "You can try again now.";
        if (left <= 0) clearInterval(timer);
    }, 1000);
}

// A log opens at its end.
const log = document.getElementById("log");
if (log) log.scrollTop = log.scrollHeight;
