"""A page that does with notebooks what openBIS' electronic notebook does (reference `openbis.md` 2.5), at openBIS' own address."""

from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Page, expect

ADDRESS = "/openbis/webapp/eln-lims/"

# As jQuery posts across origins: no header of its own but the content type, and a query that is put together by hand.
PAGE = """\
<!doctype html>
<meta charset="utf-8">
<title>ELN</title>
<button type="button">New Jupyter notebook</button>
<p role="status"></p>
<script>
  const told = __TOLD__;
  const say = (text) => { document.querySelector("[role=status]").textContent = text; };
  function post(test, body, then) {
    const request = new XMLHttpRequest();
    const query = "?token=" + told.token + "&folder=" + told.folder + "&filename=" + told.file + "&test=" + test;
    request.open("POST", told.integration + query);
    request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8");
    request.setRequestHeader("Accept", "*/*");
    request.onload = () => request.status === 200
      ? then(JSON.parse(request.responseText))
      : say("error: " + request.status + " " + request.responseText);
    request.onerror = () => say("error: nothing came back");
    request.send(body);
  }
  document.querySelector("button").onclick = () => post("True", "TEST", (named) => {
    const cell = { cell_type: "code", execution_count: null, metadata: {}, outputs: [],
                   source: ["fileName = '" + named.fileName + "'  # &filename=evil"] };
    const notebook = { cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 2 };
    post("False", JSON.stringify(notebook), (kept) => {
      const place = "/user/" + told.user + "/notebooks/" + told.folder + "/" + kept.fileName;
      window.open(told.hub + "hub/login?token=" + told.token + "&next=" + encodeURIComponent(place));
      say("opened " + kept.fileName);
    });
  });
</script>
"""


@dataclass
class Notebook:
    """What somebody types into the dialog, and how openBIS is configured."""

    user: str
    token: str
    folder: str
    file: str
    integration: str
    hub: str

    def shown(self, context: BrowserContext, openbis: str) -> Page:
        """The page of openBIS with its button."""
        told = {name: getattr(self, name) for name in ("user", "token", "folder", "file", "integration", "hub")}
        body = PAGE.replace("__TOLD__", repr(told))
        context.route(f"{openbis}{ADDRESS}", lambda route: route.fulfill(content_type="text/html", body=body))
        page = context.new_page()
        page.goto(f"{openbis}{ADDRESS}")
        return page

    def made(self, page: Page) -> Page:
        """Presses the button; the tab that opens."""
        with page.context.expect_page() as opened:
            page.get_by_role("button", name="New Jupyter notebook").click()
        expect(page.get_by_role("status")).to_contain_text("opened")
        return opened.value
