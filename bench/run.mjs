/** Measures Tidings side by side with its peers. See README.md; `--quick` takes minutes and proves little. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { startPostgres, startRedis } from './backends.mjs';
import { benchFanout, fanoutContenders } from './fanout.mjs';
import { benchWebhooks, webhookContenders } from './webhooks.mjs';

const parts = [
  { name: 'webhooks', run: benchWebhooks, contenders: webhookContenders },
  { name: 'fanout', run: benchFanout, contenders: fanoutContenders },
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
// Parts and contenders are named in one list: `fanout` alone is all of that part, `tidings,floor` is two in each part.
const wantedParts = parts.filter(({ name }) => only.includes(name));
const wantedContenders = only.filter((name) => !parts.some((part) => part.name === name));
const unknown = [...wantedContenders, ...skip].filter(
  (name) => !parts.some((part) => part.name === name || part.contenders.includes(name)),
);
if (unknown.length > 0) throw new Error(`There is neither a part nor a contender of this name: ${unknown.join(', ')}`);

const rounds = options.rounds === undefined ? undefined : Number(options.rounds);
const subscribers = options.subscribers?.split(',').map(Number);

const postgres = await startPostgres();
const redis = await startRedis();
// An interrupted run must not leave its servers behind.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void stopBackends().finally(() => process.exit(1)));
try {
  console.log(`${cpus().length} cores, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`);
  for (const part of wantedParts.length > 0 ? wantedParts : parts) {
    if (skip.includes(part.name)) continue;
    const takesPart = (name) =>
      (wantedContenders.length === 0 || wantedContenders.includes(name)) && !skip.includes(name);
    if (!part.contenders.some(takesPart)) continue;
    await part.run({ postgres, redis, quick: options.quick, rounds, subscribers, takesPart });
  }
} finally {
  await stopBackends();
}

async function stopBackends() {
  await redis?.stop();
  await postgres.stop();
}
