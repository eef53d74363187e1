import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import type { Provider } from './provider.js';

/**
 * Loads every provider, one for each folder beside this file.
 * @throws Error that names a folder without a provider or with one of another name; the process does not start then
 */
export async function loadProviders(): Promise<ReadonlyMap<string, Provider>> {
  const entries = await readdir(fileURLToPath(new URL('.', import.meta.url)), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return collectProviders(folders.toSorted(), (folder) => import(`./${folder}/${folder}.provider.js`));
}

export async function collectProviders(
  folders: readonly string[],
  load: (folder: string) => Promise<object>,
): Promise<ReadonlyMap<string, Provider>> {
  const providers = new Map<string, Provider>();
  for (const folder of folders) {
    const provider = await load(folder).then(providerOf, (cause: unknown) => {
      throw new Error(`providers/${folder}/${folder}.provider can't be loaded.`, { cause });
    });
    if (!provider) throw new Error(`providers/${folder}/${folder}.provider exports no provider.`);
    if (provider.name !== folder) throw new Error(`providers/${folder} has a provider named ${provider.name}.`);
    providers.set(folder, provider);
  }
  return providers;
}

function providerOf(module: object): Provider | undefined {
  const provider = 'provider' in module ? module.provider : undefined;
  return isProvider(provider) ? provider : undefined;
}

function isProvider(value: unknown): value is Provider {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('secrets' in value)) return false;
  const { verify, deliveryId, describe } = value as Partial<Provider>;
  return [verify, deliveryId, describe].every((part) => typeof part === 'function');
}
