import { words } from '../../words/words.js';
import { isScope } from '../../app/permission.js';
import type { RetentionRule } from './settings-queries.js';

/** A rule as it is typed. An empty text is no limit. */
export interface RuleDraft {
  readonly topics: string;
  readonly age: string;
  /** The seconds of one unit of `age`. */
  readonly unit: number;
  readonly events: string;
}

export const UNITS = [86_400, 3_600, 60] as const;
export const EMPTY: RuleDraft = { topics: '', age: '', unit: 86_400, events: '' };
const MIN_SECONDS = 60;
const MAX_SECONDS = 10 * 365 * 86_400;

/** The age in the largest unit that gives a whole number. */
export function draftOf({ topics, maxAgeSeconds, maxEvents }: RetentionRule): RuleDraft {
  const unit = UNITS.find((seconds) => maxAgeSeconds === undefined || maxAgeSeconds % seconds === 0) ?? 60;
  return {
    topics,
    age: maxAgeSeconds === undefined ? '' : String(maxAgeSeconds / unit),
    unit,
    events: maxEvents === undefined ? '' : String(maxEvents),
  };
}

export function ruleOf({ topics, age, unit, events }: RuleDraft): RetentionRule {
  return {
    topics: topics.trim(),
    ...(age !== '' && { maxAgeSeconds: Math.round(Number(age) * unit) }),
    ...(events !== '' && { maxEvents: Number(events) }),
  };
}

/** Why the server would refuse a rule; undefined when it accepts it. */
export function problemOfRule(draft: RuleDraft, drafts: readonly RuleDraft[]): string | undefined {
  const { problems } = words.settings.retention;
  const { topics, maxAgeSeconds, maxEvents } = ruleOf(draft);
  if (!isScope(topics)) return problems.topics;
  if (drafts.some((other) => other !== draft && other.topics.trim() === topics)) return problems.twice;
  if (maxAgeSeconds === undefined && maxEvents === undefined) return problems.limit;
  if (maxAgeSeconds !== undefined && !(maxAgeSeconds >= MIN_SECONDS && maxAgeSeconds <= MAX_SECONDS))
    return problems.age;
  return undefined;
}
