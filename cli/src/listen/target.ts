import { usageError } from '../errors.js';

/** The URL that webhooks are forwarded to: a port of this machine or a URL, with the path of `--path` at its end. */
export function targetUrl(target: string, path: string | undefined): URL {
  const isPort = /^\d{1,5}$/.test(target);
  if (isPort && (Number(target) < 1 || Number(target) > 65_535)) throw usageError(`${target} is not a port.`);
  const text = isPort ? `http://localhost:${target}` : /^https?:\/\//.test(target) ? target : `http://${target}`;
  if (!URL.canParse(text)) {
    throw usageError(`${target} is neither a port nor a URL.`, 'Write `tidings listen 3000` or a URL.');
  }
  const url = new URL(text);
  if (path !== undefined) {
    const [before = '', query = ''] = path.split('?', 2);
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${before.replace(/^\//, '')}`;
    if (query !== '') url.search = query;
  }
  return url;
}
