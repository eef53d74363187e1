/** Bugs between the log and the sockets. */
export const live = [
  {
    name: 'cursor-by-sequence',
    breaks: 'The offsets of a channel are dense and in the order of the commits.',
    edits: [
      {
        file: 'src/platform/events/event-log.ts',
        find: 'SELECT locked.id, locked.head + new.place,',
        replace: `SELECT locked.id, nextval(pg_get_serial_sequence('channels', 'id')),`,
      },
    ],
    spec: 'src/platform/events/event-log.spec.ts',
    test: 'continues the offsets of concurrent transactions, whichever channels they name first',
  },
  {
    name: 'wake-up-only-by-notify',
    breaks: 'An event whose notification was lost arrives within seconds.',
    edits: [
      {
        file: 'src/realtime/channels/channel-hub.ts',
        find: `this.closeIdle();
    await this.compareAll();`,
        replace: 'this.closeIdle();',
      },
    ],
    spec: 'test/realtime/realtime-resume.e2e-spec.ts',
    test: 'gets events whose hints were lost within 5 s',
  },
  {
    name: 'consumer-wakes-only-by-notify',
    breaks: 'A consumer of the log finds an event whose notification was lost.',
    edits: [
      {
        file: 'src/platform/events/consumers/consumer-runner.ts',
        find: '() => this.sweep(),',
        replace: 'async () => undefined,',
      },
    ],
    spec: 'src/platform/events/consumers/log-consumers.spec.ts',
    test: 'finds events without a hint, even in unknown channels',
  },
  {
    name: 'interest-dropped-early',
    breaks: 'A node receives the messages of a key until its last follower has left.',
    edits: [
      {
        file: 'src/platform/bus/followed-partitions.ts',
        find: 'if (found === undefined || --found.keys > 0) return;',
        replace: 'if (found === undefined) return;',
      },
    ],
    spec: 'src/platform/bus/bus.spec.ts',
    test: 'on LISTEN/NOTIFY delivers a message for a key to the processes that follow it',
  },
  {
    name: 'gap-is-written',
    breaks: 'No event reaches a subscriber before the one that precedes it.',
    edits: [
      {
        file: 'src/realtime/channels/subscription.ts',
        find: 'if (batch.first > this.#offset + 1) return false;',
        replace: '',
      },
    ],
    spec: 'src/realtime/channels/subscription.properties.spec.ts',
    test: 'takes a batch exactly if no event before it is missing',
  },
  {
    name: 'hint-while-opening-ignored',
    breaks: 'An event that is committed while a channel is opened is not missed.',
    edits: [
      {
        file: 'src/realtime/channels/channel-hub.ts',
        find: 'if (this.openings.get(name)?.hinted === true) this.mark(channel);',
        replace: '',
      },
    ],
    spec: 'src/realtime/channels/channel-hub.spec.ts',
    test: 'does not miss an event whose hint arrives while the channel is being opened',
  },
  {
    name: 'epoch-ignored-on-resume',
    breaks: 'A position of another epoch resumes nothing.',
    edits: [
      {
        file: 'src/realtime/commands/subscribe.ts',
        find: 'if (epoch !== channel.state.epoch) return false;',
        replace: '',
      },
      {
        file: 'src/realtime/commands/subscribe.ts',
        find: 'state.epoch === epoch && ',
        replace: '',
      },
    ],
    spec: 'test/realtime/realtime-resume.e2e-spec.ts',
    test: 'starts over at the head',
  },
  {
    name: 'resume-beyond-the-log',
    breaks: 'A position whose events were trimmed starts over instead of hiding a gap.',
    edits: [
      {
        file: 'src/realtime/commands/subscribe.ts',
        find: 'state.tail <= offset && ',
        replace: '',
      },
    ],
    spec: 'test/realtime/realtime-resume.e2e-spec.ts',
    test: 'with a trimmed position starts over at the head, and the oldest kept position still resumes',
  },
  {
    name: 'unbounded-send-buffer',
    breaks: 'A client that does not read is closed before it takes the memory of the node.',
    edits: [
      {
        file: 'src/realtime/connections/connection.ts',
        find: 'if (this.bufferedBytes <= MAX_BUFFERED_BYTES) return true;',
        replace: 'if (this.bufferedBytes <= MAX_BUFFERED_BYTES * 1_000) return true;',
      },
    ],
    spec: 'src/realtime/connections/connection.spec.ts',
    test: 'closes a client that does not read after 1 MiB of frames',
  },
  {
    name: 'no-high-water-mark',
    breaks: 'The events of a slow reader wait in the log, not in memory.',
    edits: [
      {
        file: 'src/realtime/channels/subscription.ts',
        find: 'if (batch.last > this.#offset && this.subscriber.bufferedBytes > HIGH_WATER_MARK_BYTES) return false;',
        replace: '',
      },
    ],
    spec: 'src/realtime/channels/channel-hub.spec.ts',
    test: 'lets a subscriber above the high-water mark catch up at its own pace and then continue live',
  },
  {
    name: 'echo-to-every-tab',
    breaks: 'Only the tab that caused an event gets a position instead of it.',
    edits: [
      {
        file: 'src/realtime/channels/event-batch.ts',
        find: 'const echoes = this.echoes?.get(to.sessionId);',
        replace: 'const echoes = this.echoes && [...this.echoes.values()].flat();',
      },
    ],
    spec: 'src/realtime/channels/event-batch.spec.ts',
    test: "keeps every event for the author's other connections",
  },
  {
    name: 'echo-hides-from-others',
    breaks: "An author cannot hide an event from another user's connection.",
    edits: [
      {
        file: 'src/realtime/channels/event-batch.ts',
        find: 'if (userId !== to.userId) continue;',
        replace: '',
      },
    ],
    spec: 'src/realtime/channels/event-batch.spec.ts',
    test: "keeps every event for another user's connection that the author named",
  },
  {
    name: 'presence-without-lease',
    breaks: 'The users of a node that died leave after its lease and the grace period.',
    edits: [
      {
        file: 'src/realtime/presence/presence.store.ts',
        find: 'SELECT id FROM presence_nodes WHERE lease_until < now() - make_interval(secs => $1)',
        replace: 'SELECT id FROM presence_nodes WHERE $1::float8 < 0',
      },
      {
        file: 'src/realtime/presence/presence.store.ts',
        find: 'SELECT id FROM presence_nodes WHERE lease_until > now() - make_interval(secs => $3)',
        replace: 'SELECT id FROM presence_nodes WHERE $3::float8 >= 0',
      },
    ],
    spec: 'src/realtime/presence/presence.store.spec.ts',
    test: 'leave with the lease of their node and the grace period',
  },
];
