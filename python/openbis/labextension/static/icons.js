// Pictures of the buttons, in JupyterLab's own colour of icons.

const picture = (paths) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><g class="jp-icon3" fill="none" stroke="#616161" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${paths}</g></svg>`;

// A store of data, and what happens to it.
const store = '<ellipse cx="9" cy="5" rx="6" ry="2.5"/><path d="M3 5v13c0 1.4 2.7 2.5 6 2.5M15 5v4M3 11.5C3 12.9 5.7 14 9 14"/>';

export const icons = {
  connect: picture(`${store}<path d="M13 17h3M21 17h-1"/><circle cx="18" cy="17" r="2"/><path d="M13 13h2M19 13h2"/><circle cx="16.5" cy="13" r="0.5"/>`),
  download: picture(`${store}<path d="M17.5 11.5v8.5M14 16.8l3.5 3.5 3.5-3.5"/>`),
  upload: picture(`${store}<path d="M17.5 20.5v-8.5M14 15.2l3.5-3.5 3.5 3.5"/>`),
  save: picture(`${store}<path d="M13.5 16.5l3 3 5-6"/>`),
};
