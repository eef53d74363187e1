/** Measures Tidings side by side with its peers: see README.md. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { startPostgres, startRedis } from './backends.mjs';
import { benchDeliveries, deliveryCompetitors } from './deliveries.mjs';
import { benchFanout, fanoutCompetitors } from './fanout.mjs';
import { benchPublish, publishCompetitors } from './publish.mjs';
import { benchScale, scaleCompetitors } from './scale.mjs';
import { benchWebhooks, webhookCompetitors } from './webhooks.mjs';

const parts = [
  { name: 'webhooks', run: benchWebhooks, competitors: webhookCompetitors },
  { name: 'publish', run: benchPublish, competitors: publishCompetitors },
  { name: 'fanout', run: benchFanout, competitors: fanoutCompetitors },
  { name: 'deliveries', run: benchDeliveries, competitors: deliveryCompetitors },
  { name: 'scale', run: benchScale, competitors: scaleCompetitors },
];

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    skip: { type: 'string' },
    rounds: { type: 'string' },
    subscribers: { type: 'string' },
  },
});
const only = options.only?.split(',') ?? [];
const skip = options.skip?.split(',') ?? [];
// One list names parts and competitors: `fanout` selects a whole part, `tidings,baseline` those two in each part.
const selectedParts = parts.filter(({ name }) => only.includes(name));
const selectedCompetitors = only.filter((name) => !parts.some((part) => part.name === name));
const unknown = [...selectedCompetitors, ...skip].filter(
  (name) => !parts.some((part) => part.name === name || part.competitors.includes(name)),
);
if (unknown.length > 0) throw new Error(`No part and no competitor has this name: ${unknown.join(', ')}`);

const rounds = options.rounds === undefined ? undefined : Number(options.rounds);
const subscribers = options.subscribers?.split(',').map(Number);

const postgres = await startPostgres();
const redis = await startRedis();
// An interrupted run must not leave its servers behind.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void stopBackends().finally(() => process.exit(1)));
try {
  console.log(`${cpus().length} cores, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`);
  for (const part of selectedParts.length > 0 ? selectedParts : parts) {
    if (skip.includes(part.name)) continue;
    const takesPart = (name) =>
      (selectedCompetitors.length === 0 || selectedCompetitors.includes(name)) && !skip.includes(name);
    if (!part.competitors.some(takesPart)) continue;
    await part.run({ postgres, redis, quick: options.quick, rounds, subscribers, takesPart });
  }
} finally {
  await stopBackends();
}

async function stopBackends() {
  await redis?.stop();
  await postgres.stop();
}
