/** Bugs between the request of a sender and the event of its delivery. */
export const webhooks = [
  {
    name: 'answer-before-commit',
    breaks: 'A webhook is acknowledged only after its commit.',
    edits: [
      {
        file: 'src/webhooks/ingestion/ingest-delivery.ts',
        find: 'const stored = await this.queue.add(inboxItem(source, request, isTest));',
        replace: `const item = inboxItem(source, request, isTest);
    void this.queue.add(item).catch(() => undefined);
    const stored = { outcome: 'stored', deliveryId: item.id, duplicate: false } as const;`,
      },
    ],
    spec: 'test/webhooks/answer-after-commit.e2e-spec.ts',
    test: 'waits for the commit of the delivery',
  },
  {
    name: 'dedup-by-job-id',
    breaks: 'A delivery that is sent again is the same delivery, whichever job processes it.',
    edits: [
      {
        file: 'src/webhooks/ingestion/identify-delivery.ts',
        find: 'return { dedupKey: `id:${id}`,',
        replace: 'return { dedupKey: `job:${newId()}`,',
      },
    ],
    spec: 'test/webhooks/webhooks.e2e-spec.ts',
    test: 'that is sent twice is a duplicate with the same id, and makes no second event',
  },
  {
    name: 'key-without-tenant',
    breaks: 'The id of a delivery is known to its source only.',
    edits: [
      {
        file: 'src/webhooks/deliveries/dedup-keys.ts',
        find: `JOIN deliveries AS holder ON holder.source_id = lookup."sourceId"
    AND holder.dedup_key`,
        replace: `JOIN deliveries AS holder ON holder.dedup_key`,
      },
    ],
    spec: 'src/webhooks/deliveries/inbox.spec.ts',
    test: 'identifies no delivery of another source',
  },
  {
    name: 'signature-compared-early',
    breaks: 'The time of a comparison does not tell how much of a signature is right.',
    edits: [
      {
        file: 'src/webhooks/providers/signature.ts',
        find: 'timingSafeEqual(actual, expected);',
        replace: 'actual.equals(expected);',
      },
    ],
    spec: 'src/webhooks/providers/signature.spec.ts',
    test: 'takes as long to compare if the first byte is wrong as if the last one is',
  },
  {
    name: 'signature-of-any-length',
    breaks: 'A signature of the wrong length is refused like any other wrong one.',
    edits: [
      {
        file: 'src/webhooks/providers/signature.ts',
        find: 'actual.length === expected.length && timingSafeEqual',
        replace: 'timingSafeEqual',
      },
    ],
    spec: 'src/webhooks/providers/signature.spec.ts',
    test: 'of another length is wrong, and no error',
  },
  {
    name: 'json-before-verification',
    breaks: 'No byte of a body is parsed before its signature is verified.',
    edits: [
      {
        file: 'src/webhooks/ingestion/fitting-secret.ts',
        find: `import { verifyRequest }`,
        replace: `import { parseJson } from '../providers/parse-body.js';
import { verifyRequest }`,
      },
      {
        file: 'src/webhooks/ingestion/fitting-secret.ts',
        find: `  return tryFrom(0,`,
        replace: `  parseJson(request.body);
  return tryFrom(0,`,
      },
    ],
    spec: 'test/webhooks/webhooks.e2e-spec.ts',
    test: 'with an unreadable body is stored as failed and does not delay others',
  },
  {
    name: 'replay-makes-second-event',
    breaks: 'A delivery has one event, however often it is processed.',
    edits: [
      {
        file: 'src/webhooks/processing/process-deliveries.ts',
        find: 'if (delivery.hasEvent || delivery.isReplayed)',
        replace: 'if (delivery.isReplayed)',
      },
    ],
    spec: 'test/webhooks/delivery-replays.e2e-spec.ts',
    test: 'processes those of its filter again and makes no second event',
  },
  {
    name: 'replay-guard-without-effect',
    breaks: 'A captured request that is sent again under another id makes no event.',
    edits: [
      {
        file: 'src/webhooks/deliveries/insert-deliveries.ts',
        find: 'await lockBytes(tx, items);\n  const inserted',
        replace: 'const inserted',
      },
      {
        file: 'src/webhooks/deliveries/insert-deliveries.ts',
        find: 'const round = copies.get(bytes) ?? 0;',
        replace: 'const round = 0;',
      },
    ],
    spec: 'src/webhooks/deliveries/inbox.spec.ts',
    test: 'marks all but one delivery of the same bytes in one batch as duplicates',
  },
  {
    name: 'lost-job-is-lost',
    breaks: 'A stored delivery is processed although its job was lost.',
    edits: [
      {
        file: 'src/webhooks/processing/rescue-deliveries.ts',
        find: 'const lost = await this.deliveries.takeLost();',
        replace: "const lost = [] as Awaited<ReturnType<DeliveryStore['takeLost']>>;",
      },
    ],
    spec: 'test/webhooks/processing.e2e-spec.ts',
    test: 'whose job was lost gets a new one from the sweep',
  },
  {
    name: 'body-without-permission',
    breaks: 'The body of a delivery is shown only to callers with `webhooks:bodies`.',
    edits: [
      {
        file: 'src/webhooks/deliveries/read-deliveries.ts',
        find: 'return seesBody ? { ...shown, ...showBody(delivery.body) } : shown;',
        replace: 'return seesBody || true ? { ...shown, ...showBody(delivery.body) } : shown;',
      },
    ],
    spec: 'test/webhooks/body-permission.e2e-spec.ts',
    test: 'reads a delivery without its body',
  },
];
