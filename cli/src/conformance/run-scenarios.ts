import { ClientProcess } from './client-process.js';
import { Violation } from './expect.js';
import { LoopbackServer } from './loopback-server.js';
import type { Scenario } from './scenario.js';
import { CLOSE_CODES } from './scenarios/close-codes.js';
import { DELIVERY } from './scenarios/delivery.js';
import { LOSSES } from './scenarios/losses.js';
import { RIGHTS } from './scenarios/rights.js';

export const SCENARIOS: readonly Scenario[] = [...DELIVERY, ...LOSSES, ...CLOSE_CODES, ...RIGHTS];

export interface Verdict {
  readonly name: string;
  readonly passed: boolean;
  readonly reason: string;
  /** Where docs/protocol.md states the rule. */
  readonly link: string;
  readonly ms: number;
  /** The difference from the rule; null when it passed. */
  readonly violation: string | null;
}

/** Mostly they wait, so several run at a time. */
const AT_ONCE = 6;

/** Runs each scenario with a server and a client process of its own. @param report called as they end */
export async function runScenarios(
  scenarios: readonly Scenario[],
  command: readonly string[],
  report: (verdict: Verdict) => void,
): Promise<Verdict[]> {
  const waiting = [...scenarios];
  const verdicts: Verdict[] = [];
  const work = async () => {
    for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
      const verdict = await judge(scenario, command);
      verdicts.push(verdict);
      report(verdict);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return scenarios.flatMap(({ name }) => verdicts.filter((verdict) => verdict.name === name));
}

async function judge(scenario: Scenario, command: readonly string[]): Promise<Verdict> {
  const { name, reason, section } = scenario;
  const begin = performance.now();
  const violation = await violationOf(scenario, command);
  const ms = Math.round(performance.now() - begin);
  return { name, passed: violation === null, reason, link: `docs/protocol.md#${section}`, ms, violation };
}

async function violationOf(scenario: Scenario, command: readonly string[]): Promise<string | null> {
  const server = await LoopbackServer.start();
  let client: ClientProcess | undefined;
  try {
    scenario.prepare?.(server);
    client = await ClientProcess.start(command, server);
    const run = scenario.run({ server, client });
    await Promise.all([run, Promise.race([run, client.endedEarly()])]);
    client.checkOutput();
    return null;
  } catch (error) {
    if (error instanceof Violation) return error.message;
    throw error;
  } finally {
    await client?.stop();
    server.stop();
  }
}
