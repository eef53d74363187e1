import { ui } from './ui.js';

export const overview = {
  noPermission:
    'This screen shows webhooks, which takes the permission webhooks:read. Open a screen on the left, or ask a person who manages members.',
  rangeLabel: 'Range',
  ranges: {
    '1h': 'the last hour',
    '24h': 'the last 24 hours',
    '7d': 'the last 7 days',
    '30d': 'the last 30 days',
    short: { '1h': '1 h', '24h': '24 h', '7d': '7 d', '30d': '30 d' },
  },
  chart: (range: string) => `Deliveries by status over ${range}`,
  stopped: 'There are more than 200,000 deliveries in this range: only the newest are counted.',
  atLeast: (count: number) => `${count.toLocaleString('en')}+`,
  all: 'Show all',
  figures: {
    received: 'Received',
    processed: 'Processed',
    failed: 'Failed',
    refused: 'Refused',
    waiting: 'Waiting',
    oldest: 'the oldest from',
    noBacklog: 'no backlog',
    latency: 'Webhook to event',
    p99: (time: string) => `p50; p99 ${time}`,
    perSecond: 'per second',
    perMinute: 'per minute',
    perHour: 'per hour',
  },
  traffic: {
    heading: 'Traffic',
    webhooks: 'Webhooks',
    events: 'Events',
    sent: 'Sent to clients',
    backlog: 'Backlog',
    latency: 'Webhook to client',
    installation: 'whole installation',
    total: (count: number) => `${count.toLocaleString('en')} in all`,
    chart: (range: string) => `Webhooks, events and writes to clients per second over ${range}`,
    unit: '/s',
  },
  attention: {
    heading: 'Needs attention',
    nothing: 'Nothing needs attention.',
    fine: 'all well',
    mend: 'Mend',
    failed: (count: number, shown: string) =>
      `${shown} ${count === 1 ? 'delivery has' : 'deliveries have'} no attempts left and can be replayed`,
    waiting: (count: number, shown: string, age: string) =>
      `${shown} ${count === 1 ? 'delivery waits' : 'deliveries wait'} to be processed, the oldest for ${age}`,
    silent: (name: string, last: string | undefined, expected: string) =>
      `${name}: ${last === undefined ? 'no webhook yet' : `the last webhook came ${last} ago`}, one is expected every ${expected}`,
    refused: (name: string, ago: string) => `${name} refused its newest webhook, ${ago} ago`,
    disabled: (name: string, reason: string) => `${name} is disabled: ${reason}`,
    failing: (name: string, span: string) => `${name} has accepted no message for ${span}`,
    reasons: {
      failing: 'it accepted no message for three days',
      gone: 'it answered 410',
      'maker-deleted': 'its maker was deleted',
      'maker-disabled': 'its maker is disabled',
      'maker-removed': 'its maker is no longer a member',
      'maker-lost-rights': 'its maker may no longer read its events',
    },
  },
  noSources: 'There is no source yet. A source is the address that a sender posts its webhooks to.',
  makeSource: 'Create a source',
  sourceDay: (name: string, count: number) =>
    `${name}: ${ui.plural(count, 'delivery', 'deliveries')} in the last 24 hours`,
  noEndpoints: 'There is no endpoint. An endpoint receives the events of the workspace at its own URL.',
  noAttempts: 'no attempts in 24 h',
  accepted: (rate: number, attempts: number, p50Ms: number | null) =>
    `${(rate * 100).toLocaleString('en', { maximumFractionDigits: 1 })} % of ${attempts.toLocaleString('en')}${p50Ms === null ? '' : ` · ${Math.round(p50Ms)} ms`}`,
  steps: {
    heading: 'First steps',
    done: (done: number, all: number) => `${done} of ${all} done`,
    dismiss: 'Hide the first steps',
    ticked: 'done',
    open: 'not done yet',
    webhook: { title: 'Send a webhook', hint: 'Run this in a terminal. It appears on the screen Live at once.' },
    noOpenSource: 'Create a source, and send it a webhook or a simulated one.',
    command: 'Command that sends a webhook',
    window: {
      title: 'Open a second window',
      hint: 'Put it beside this one, and change something in one of them.',
      action: 'Open a window',
    },
    right: {
      title: 'Deny yourself a right',
      hint: 'On the screen People, deny yourself documents:read: the screen Documents closes at once. Then grant it again.',
      action: 'Go to People',
    },
    document: {
      title: 'Edit a document together',
      hint: 'Open the same document in both windows, and type in both.',
      action: 'Go to Documents',
    },
    server: {
      title: 'Kill the server',
      hint: 'Stop its process and start it again. This page reconnects by itself and loads what it missed.',
    },
  },
};
