import colors from 'picocolors';
import type { GlobalOptions } from '../api/connect.js';
import { runScenarios, SCENARIOS, type Verdict } from '../conformance/run-scenarios.js';
import { EXIT, usageError } from '../errors.js';
import { clean, print, printJson } from '../terminal/output.js';

export interface ConformanceOptions extends GlobalOptions {
  readonly only?: readonly string[];
}

export async function conformance([command]: readonly [readonly string[]], options: ConformanceOptions): Promise<void> {
  const { only, json } = options;
  const names = SCENARIOS.map(({ name }) => name);
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw usageError(`There is no scenario ${unknown}.`, `Scenarios: ${names.join(', ')}.`);
  const wanted = SCENARIOS.filter(({ name }) => only?.includes(name) ?? true);
  const verdicts = await runScenarios(wanted, command, (verdict) => {
    if (json !== true) print(textOf(verdict));
  });
  const failed = verdicts.filter(({ passed }) => !passed);
  if (failed.length > 0) process.exitCode = EXIT.failed;
  if (json === true) return printJson({ passed: failed.length === 0, scenarios: verdicts });
  print(`${verdicts.length - failed.length} of ${verdicts.length} scenarios passed.`);
}

function textOf({ name, passed, reason, link, ms, violation }: Verdict): string {
  if (passed) return `${colors.green('ok    ')}  ${name} ${colors.dim(`(${ms} ms)`)}`;
  return [
    `${colors.red('failed')}  ${name}`,
    `        ${clean(violation ?? '')}`,
    `        ${reason}`,
    `        ${link}`,
  ].join('\n');
}
