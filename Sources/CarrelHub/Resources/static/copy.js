// Buttons that copy the text of a field.

for (const copy of document.querySelectorAll("button[data-copies]")) {
    copy.hidden = !navigator.clipboard;
    copy.addEventListener("click", async () => {
        await navigator.clipboard.writeText(document.getElementById(copy.dataset.copies).value);
        copy.textContent = "Copied";
        setTimeout(() => { copy.textContent = "Copy"; }, 2000);
    });
}
