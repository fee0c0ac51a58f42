// Reads a list of names from a file into the field, and saves a list of passwords as a file; without this script people
// copy and paste.

const file = document.getElementById("file");
const names = document.getElementById("names");
if (file && names) {
    document.getElementById("roster-file").hidden = false;
    file.addEventListener("change", async () => {
        const chosen = file.files[0];
        if (!chosen) return;
        const status = document.getElementById("file-status");
        if (chosen.size > 200_000) {
            status.textContent = "This file is larger than a list of 2,000 names.";
            return;
        }
        const bytes = new Uint8Array(await chosen.arrayBuffer());
        if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
            status.textContent = "This file is in UTF-16. Save it as “CSV UTF-8”.";
            return;
        }
        let words = "";
        try {
            names.value = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
        } catch {
            names.value = new TextDecoder("latin1").decode(bytes);
            words = " It isn’t UTF-8 and was read as Latin-1: check names with accents.";
        }
        status.textContent = `${chosen.name} is in the field below.${words}`;
        names.focus();
    });
}

const table = document.getElementById("table");
const actions = document.getElementById("table-actions");

function addAction(words, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words;
    button.addEventListener("click", act);
    actions.append(button);
}

if (table && actions) {
    addAction("Print", () => window.print());
    addAction("Save as a file", () => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([table.value + "\n"], { type: "text/csv" }));
        link.download = table.dataset.file;
        link.click();
        URL.revokeObjectURL(link.href);
    });
}

for (const field of document.querySelectorAll("[data-copies]")) field.select();
