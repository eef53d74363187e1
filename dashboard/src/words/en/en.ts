import { account } from './account.js';
import { channels } from './channels.js';
import { deliveries } from './deliveries.js';
import { documents } from './documents.js';
import { endpoints } from './endpoints.js';
import { entry } from './entry.js';
import { events } from './events.js';
import { frame } from './frame.js';
import { live } from './live.js';
import { notifications } from './notifications.js';
import { overview } from './overview.js';
import { people } from './people.js';
import { playground } from './playground.js';
import { sessions } from './sessions.js';
import { settings } from './settings.js';
import { signIn } from './sign-in.js';
import { sources } from './sources.js';
import { status } from './status.js';
import { system } from './system.js';
import { tasks } from './tasks.js';
import { ui } from './ui.js';

/** The words of the dashboard in English, by screen. */
export const en = {
  ...ui,
  ...frame,
  signIn,
  entry,
  account,
  overview,
  live,
  deliveries,
  sources,
  endpoints,
  events,
  channels,
  people,
  sessions,
  settings,
  tasks,
  status,
  documents,
  notifications,
  system,
  playground,
};
