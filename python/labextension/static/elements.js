// Elements of a page. Texts are set as texts, never as HTML.

/** An element with properties, and what is in it. */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** A link to a page that opens beside JupyterLab and looks like a button; null if it leads nowhere. */
export function linkButton({ label, href }, addresses) {
  const url = addresses.resolve(href);
  const how = { className: "carrel-Button", href: url, target: "_blank", rel: "noopener noreferrer", textContent: label };
  return url && element("a", how);
}
