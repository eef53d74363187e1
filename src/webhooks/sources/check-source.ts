import type { z } from 'zod';
import { isScopeSegment } from '../../access/public/scoped-permissions.js';
import type { Options, Provider } from '../providers/provider.js';
import { readSecret, warningOf } from '../providers/secret-forms.js';
import type { Source } from './source.entity.js';
import { sourceChannelInvalid, sourceOptionsInvalid, sourceSecretsInvalid } from './source.errors.js';

/**
 * A sender that shows its secret may do so only after it has the URL; the source refuses every request until then.
 * @throws TidingsError `source.invalid-secrets` if a secret is missing, or could never verify a signature
 */
export function requireSecrets(provider: Provider, secrets: readonly string[], options: Options): void {
  const takesNone = provider.secrets === 'none' || provider.secrets === 'published';
  if (takesNone && secrets.length > 0) throw sourceSecretsInvalid(`secrets: ${provider.name} takes none`);
  if (provider.secretFrom === 'receiver' && secrets.length === 0)
    throw sourceSecretsInvalid(`secrets: ${provider.name} needs one or two`);
  const problems = secrets.flatMap((secret, i) => {
    const reading = readSecret(provider, secret, options);
    return 'problem' in reading ? `secrets[${i}]: ${reading.problem}` : [];
  });
  if (problems.length > 0) throw sourceSecretsInvalid(problems.join('; '));
}

/** Warnings about secrets that are accepted. */
export const warningsOf = (secrets: readonly string[]): string[] =>
  secrets.flatMap((secret, i) => {
    const warning = warningOf(secret);
    return warning === undefined ? [] : `secrets[${i}]: ${warning}`;
  });

/** @throws TidingsError `source.invalid-channel-name` if the name cannot be that of the source's channel */
export function requireChannelName({ name, ownChannel }: Pick<Source, 'name' | 'ownChannel'>): void {
  if (ownChannel && !isScopeSegment(name)) throw sourceChannelInvalid();
}

/** @throws TidingsError `source.invalid-options` that names each missing, unknown or invalid option */
export function checkedOptions(provider: Provider, options: Record<string, unknown>): Record<string, unknown> {
  const names = Object.keys(options);
  if (provider.options === undefined) {
    if (names.length > 0) throw sourceOptionsInvalid(`options: ${provider.name} takes none`);
    return {};
  }
  const parsed = provider.options.safeParse(options);
  if (parsed.success) return parsed.data;
  throw sourceOptionsInvalid(parsed.error.issues.map((issue) => problemOf(provider.name, options, issue)).join('; '));
}

function problemOf(provider: string, options: Record<string, unknown>, issue: z.core.$ZodIssue): string {
  const name = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    // A key that does not look like an option name may be a misplaced secret: the error must not repeat it.
    const unknown = issue.keys.filter((key) => /^[a-z][A-Za-z]{0,39}$/.test(key)).map((key) => `\`${key}\``);
    return `options: ${provider} takes no option ${unknown.join(', ') || 'with this name'}`;
  }
  const isMissing = issue.path.length === 1 && options[name] === undefined;
  return isMissing ? `options: ${provider} needs the option \`${name}\`` : `options.${name}: ${issue.message}`;
}
