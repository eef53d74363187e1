import { session } from '../session/session.js';
import { base } from './base.js';
import { problemIn, problemOf } from './problem.js';

const RELEASE_AFTER_MS = 60_000;

/**
 * Loads a file without the time limit of other calls: a large one may take minutes.
 * @param path of the API, from `/v1`
 * @throws Problem
 */
export async function download(path: string): Promise<Blob> {
  try {
    const token = await session.token();
    const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` });
    const response = await fetch(`${base}${path}`, { headers });
    if (!response.ok) throw problemIn(response, await response.json().catch(() => undefined));
    return await response.blob();
  } catch (error) {
    throw problemOf(error);
  }
}

/** Saves a file that a call with a token has answered, which a plain link could not load. */
export function saveFile(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), RELEASE_AFTER_MS);
}
