import type { Source } from '../../sources/source.entity.js';
import type { Candidate } from './find-candidates.js';
import type { ShownCandidate } from './identify.schemas.js';

export interface Findings {
  readonly candidates: readonly ShownCandidate[];
  readonly scheme: Readonly<Record<string, unknown>> | undefined;
  readonly isConfirmed: boolean;
  readonly source: Source | undefined;
  readonly secret: string | undefined;
  /** The candidate whose signature the secret made. */
  readonly fitting: Candidate | undefined;
}

/** Tells a user in sentences what the findings mean. */
export function adviceFor(findings: Findings): string[] {
  const { candidates, scheme, source, secret, fitting } = findings;
  const [best] = candidates;
  if (best === undefined || best.confidence === 'low')
    return [...unknownSender(best), ...schemeAdvice(scheme, findings)];
  const secretAdvice =
    secret === undefined || fitting !== undefined ? [] : [`The secret did not make the signature of ${best.label}.`];
  if (source === undefined)
    return [`This looks like ${best.label}.`, `Use the provider \`${best.provider}\`.`, ...secretAdvice];
  return [`This looks like ${best.label}.`, ...comparison(best, source), ...secretAdvice];
}

function comparison({ provider }: ShownCandidate, source: Source): string[] {
  if (source.provider === provider)
    return [`Your source has the provider \`${provider}\`, too. \`GET .../refused\` says why a request was refused.`];
  return [`Your source is \`${source.provider}\`: create one with the provider \`${provider}\`.`];
}

const unknownSender = (best: ShownCandidate | undefined): string[] =>
  best === undefined
    ? ['No known sender is recognized.']
    : [`No known sender is recognized for sure; ${best.label} is possible.`];

function schemeAdvice(scheme: Findings['scheme'], { isConfirmed, secret, source }: Findings): string[] {
  if (scheme === undefined)
    return ['No header looks like a signature. If the sender can sign, switch that on; else use the provider `open`.'];
  const use = `Use the provider \`hmac\` with the options in \`scheme\`${source?.provider === 'hmac' ? ' for your source' : ''}.`;
  if (isConfirmed) return [use, 'The secret made the signature with these options.'];
  const unsure = scheme['timestamp'] === undefined ? [] : ['Whether the time is signed, and how, is a guess.'];
  if (secret === undefined) return [use, ...unsure, 'With `secret`, this call confirms them.'];
  return [use, ...unsure, 'The secret did not make the signature with any of the usual signed texts.'];
}
