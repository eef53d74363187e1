import { homedir } from 'node:os';
import { join } from 'node:path';

const value = (name: string): string | undefined => {
  const text = process.env[name]?.trim();
  return text === '' ? undefined : text;
};

/** Where programs and their files are, on Windows too, and the language. */
const KEPT_FOR_PROGRAMS = new Set(
  'PATH HOME TMPDIR LANG LC_ALL TZ PATHEXT SYSTEMROOT COMSPEC USERPROFILE APPDATA LOCALAPPDATA TEMP TMP'.split(' '),
);

/** Settings from the environment. They take precedence over the profile. */
export const environment = {
  get url() {
    return value('TIDINGS_URL');
  },
  get apiKey() {
    return value('TIDINGS_API_KEY');
  },
  get workspace() {
    return value('TIDINGS_WORKSPACE');
  },
  get profile() {
    return value('TIDINGS_PROFILE');
  },
  /** For `verify` and `set-secret`. */
  get secret() {
    return value('TIDINGS_SECRET');
  },
  /** For the client that `conformance` starts, which needs no secret of this environment. */
  get ofPrograms() {
    const kept = Object.entries(process.env).filter(([name]) => KEPT_FOR_PROGRAMS.has(name.toUpperCase()));
    return Object.fromEntries(kept);
  },
  /** Whether the user of the terminal sees the screen of this machine. */
  get hasScreen() {
    if (value('SSH_CONNECTION') !== undefined) return false;
    if (process.platform === 'darwin' || process.platform === 'win32') return true;
    return value('DISPLAY') !== undefined || value('WAYLAND_DISPLAY') !== undefined;
  },
  get configDirectory() {
    return directory('XDG_CONFIG_HOME', 'APPDATA', '.config');
  },
  get stateDirectory() {
    return directory('XDG_STATE_HOME', 'LOCALAPPDATA', '.local/state');
  },
};

/** The directory of the operating system for files of this kind: XDG on Linux, Library on macOS, AppData on Windows. */
function directory(ofXdg: string, ofWindows: string, ofHome: string): string {
  const chosen = value(ofXdg);
  if (chosen !== undefined) return join(chosen, 'tidings');
  if (process.platform === 'win32') return join(value(ofWindows) ?? join(homedir(), 'AppData'), 'tidings');
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support/tidings');
  return join(homedir(), ofHome, 'tidings');
}
