/** Bugs of what the database keeps: retention, audit, keys, timers and messages. */
export const records = [
  {
    name: 'retention-past-consumer',
    breaks: 'Retention deletes no event that a consumer has yet to read.',
    edits: [
      {
        file: 'src/platform/events/log-retention.ts',
        find: `SELECT LEAST(
           GREATEST(head - $3::bigint, COALESCE((SELECT tail FROM recent), head)),
           (SELECT after FROM unread)) AS tail`,
        replace: `SELECT LEAST(
           GREATEST(head - $3::bigint, COALESCE((SELECT tail FROM recent), head)),
           (SELECT after + 1000000 FROM unread)) AS tail`,
      },
    ],
    spec: 'src/platform/events/consumers/log-consumers.spec.ts',
    test: 'protects unread events from being trimmed while a worker runs regularly',
  },
  {
    name: 'consumer-without-claim',
    breaks: 'Several workers of a consumer handle each event once.',
    edits: [
      {
        file: 'src/platform/events/consumers/cursors.ts',
        find: ' FOR NO KEY UPDATE OF cursors SKIP LOCKED',
        replace: '',
      },
    ],
    spec: 'src/platform/events/consumers/log-consumers.spec.ts',
    test: 'receives each event once with several workers',
  },
  {
    name: 'timer-without-lock',
    breaks: 'A timer fires once, also when several workers find it.',
    edits: [
      {
        file: 'src/features/status/activate-due.ts',
        find: 'ORDER BY activate_at LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED',
        replace: 'ORDER BY activate_at LIMIT $1',
      },
    ],
    spec: 'src/features/status/activate-due.spec.ts',
    test: 'becomes active once when two workers find its timer at the same time',
  },
  {
    name: 'audit-outside-transaction',
    breaks: 'A change without its audit entry is not committed.',
    edits: [
      {
        file: 'src/platform/audit/audit.ts',
        find: 'await this.append(tx, row, hashOf(chain.hash, row));',
        replace: `await tx.query('SAVEPOINT audit');
    await this.append(tx, row, hashOf(chain.hash, row)).catch(() => tx.query('ROLLBACK TO SAVEPOINT audit'));`,
      },
    ],
    spec: 'test/access/audit.e2e-spec.ts',
    test: 'records every session: no session begins when its entry cannot be written',
  },
  {
    name: 'idempotency-key-ignored',
    breaks: 'A call that is repeated with its Idempotency-Key writes nothing.',
    edits: [
      {
        file: 'src/features/topics/key-ledger.ts',
        find: `key === undefined
      ? []`,
        replace: `key !== null
      ? []`,
      },
    ],
    spec: 'test/features/topics/topics.e2e-spec.ts',
    test: 'with its Idempotency-Key gets its first answer and writes nothing',
  },
  {
    name: 'ordered-relay-goes-on',
    breaks: 'In an ordered endpoint a failed message stops those behind it.',
    edits: [
      {
        file: 'src/features/outbound-webhooks/message.store.ts',
        find: 'AND (NOT (SELECT ordered FROM endpoint) OR id = (',
        replace: 'AND (true OR id = (',
      },
    ],
    spec: 'test/features/outbound-webhooks/endpoint-options.e2e-spec.ts',
    test: 'sends the events in their order, and a failed one stops the others until it is accepted',
  },
];
