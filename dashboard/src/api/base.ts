/** The address of the server without a trailing slash. The server sets it as the base of the page. */
export const base: string = document.baseURI.replace(/\/+$/, '');

/** The path below which the dashboard is served, e.g. `/` or `/tidings`. */
export const basePath: string = new URL(document.baseURI).pathname.replace(/\/+$/, '') || '/';
