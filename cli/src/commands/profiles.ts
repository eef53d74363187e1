import type { GlobalOptions } from '../api/connect.js';
import { CliError, EXIT } from '../errors.js';
import { allProfiles, chooseProfile } from '../profiles/profiles.js';
import { note, print, printJson, table } from '../terminal/output.js';

export async function profiles([name]: readonly string[], options: GlobalOptions): Promise<void> {
  const all = allProfiles();
  if (name !== undefined) {
    if (!all.some((one) => one.name === name)) {
      throw new CliError('profile.missing', `There is no profile \`${name}\`.`, EXIT.notFound, {
        hint: `Profiles: ${all.map((one) => one.name).join(', ') || 'none'}.`,
      });
    }
    chooseProfile(name);
  }
  const items = allProfiles().map(({ name, profile, isCurrent }) => {
    const { url, email = null, workspaceId = null } = profile;
    return {
      name,
      url,
      email,
      workspaceId,
      signsInWith: profile.apiKey === undefined ? 'login' : 'api-key',
      isCurrent,
    };
  });
  if (options.json === true) return printJson({ items });
  if (items.length === 0) return note('There is no profile: run `tidings login <url>`.');
  const rows = items.map((one) => [one.isCurrent ? '*' : '', one.name, one.url, one.email ?? 'API key']);
  print(table(['', 'PROFILE', 'SERVER', 'USER'], rows));
}
