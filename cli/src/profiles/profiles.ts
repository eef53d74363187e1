import { join } from 'node:path';
import { environment } from '../environment.js';
import { CliError, EXIT } from '../errors.js';
import { readIfPresent, writePrivateFile } from './private-file.js';

/** A server and how this user signs in to it: an API key, or the tokens of a login. Never a password. */
export interface Profile {
  readonly url: string;
  readonly email?: string | undefined;
  readonly workspaceId?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly refreshToken?: string | undefined;
  readonly accessToken?: string | undefined;
  /** In milliseconds since 1970, by the clock of this machine. */
  readonly accessTokenEndsAt?: number | undefined;
}

interface ProfileFile {
  current: string;
  profiles: Record<string, Profile>;
}

export const profilesPath = (): string => join(environment.configDirectory, 'profiles.json');

function read(): ProfileFile {
  const text = readIfPresent(profilesPath());
  if (text === undefined) return { current: 'default', profiles: {} };
  try {
    return JSON.parse(text) as ProfileFile;
  } catch {
    throw new CliError('profiles.unreadable', `${profilesPath()} is not valid JSON.`, EXIT.failed, {
      hint: 'Correct or delete the file, then run `tidings login`.',
    });
  }
}

/** The profile of an option or of TIDINGS_PROFILE, or else the chosen one. */
export const profileName = (option: string | undefined): string => option ?? environment.profile ?? read().current;

export const findProfile = (name: string): Profile | undefined => read().profiles[name];

export function allProfiles(): Array<{ name: string; profile: Profile; isCurrent: boolean }> {
  const { current, profiles } = read();
  return Object.entries(profiles).map(([name, profile]) => ({ name, profile, isCurrent: name === current }));
}

export function saveProfile(name: string, profile: Profile): void {
  const file = read();
  const isFirst = Object.keys(file.profiles).length === 0;
  write({ current: isFirst ? name : file.current, profiles: { ...file.profiles, [name]: profile } });
}

export function chooseProfile(name: string): void {
  write({ ...read(), current: name });
}

export function removeProfile(name: string): void {
  const { current, profiles } = read();
  const { [name]: _removed, ...rest } = profiles;
  write({ current: current === name ? (Object.keys(rest)[0] ?? 'default') : current, profiles: rest });
}

const write = (file: ProfileFile): void => writePrivateFile(profilesPath(), `${JSON.stringify(file, null, 2)}\n`);
