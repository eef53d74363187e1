import { ui } from './ui.js';

export const live = {
  label: 'Events, newest first',
  empty: 'No event yet. Send a webhook to a source, or change a task: it appears here at once.',
  emptyFiltered: 'No event fits the filters yet.',
  sources: 'Go to the sources',
  missed: (count: number) => `${ui.plural(count, 'event', 'events')} came while the connection was away`,
  kept: (count: number) => `The newest ${count.toLocaleString('en')} events are kept.`,
  following: (count: number) => `${ui.plural(count, 'channel', 'channels')} followed`,
};
