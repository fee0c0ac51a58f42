// Sends the secret that follows # in a link; what follows # never reaches a server by itself.

const form = document.getElementById("invitation");
const secret = location.hash.slice(1);
if (form && secret) {
    history.replaceState(null, "", location.pathname);
    document.getElementById("secret").value = secret;
    form.requestSubmit();
}
