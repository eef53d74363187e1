import { inWords, sentence } from './description.js';

/** Past tenses of which the thing itself is the subject: a meeting "ended", and was not ended. */
const INTRANSITIVE =
  /^(?:aired|answered|arrived|bounced|cleared|closed|completed|ended|entered|expired|failed|finished|joined|left|logged|occurred|opted|passed|replied|signed (?:in|out|up)|started|stopped|succeeded|unsubscribed|waited)\b/;
const PAST = /^(?:\w{2,}ed|begun|bound|left|lost|made|paid|put|read|run|sent|set|shown|won|withdrawn)$/;
const ADVERB = /^(?:batch|permanently|soft)$/;
const ACRONYM = /\b(?:aic|api|ccs|id|jbh|ola|pr|rtms|sla|smb|sms|url)\b/g;
/** A thing in the plural, also with another one after "of". */
const PLURAL = /^(?:.* )?(?:\w{2,}[^su ]s|children)(?: of .*)?$/;

export interface Happening {
  /** The person or the program that did it. */
  readonly actor?: string | undefined;
  /** In the past tense, such as `created`. */
  readonly verb: string;
  readonly noun: string;
  readonly name?: string | undefined;
}

/** "Ada created board Roadmap", or without an actor "Board Roadmap was created" or "Meeting Standup started". */
export function tell({ actor, verb, noun, name }: Happening): string {
  if (actor) return sentence(actor, verb, noun, name);
  const auxiliary = PLURAL.test(noun) ? 'were' : 'was';
  return sentence(capitalized(sentence(noun, name)), INTRANSITIVE.test(verb) ? undefined : auxiliary, verb);
}

/**
 * A sentence for an event that the provider does not know better: `meeting.deleted` as "Meeting Standup was deleted",
 * and a name without a verb as "Zoom reported service alert".
 */
export function tellEvent(
  type: string,
  { by, actor, name }: Pick<Happening, 'actor' | 'name'> & { by: string },
): string {
  const parts = partsOf(type);
  return parts === undefined ? sentence(by, 'reported', wordsOf(type), name) : tell({ ...parts, actor, name });
}

/** `incident.priority_updated` as "priority of incident" and "updated"; undefined without a verb. */
export function partsOf(type: string): Pick<Happening, 'noun' | 'verb'> | undefined {
  const [thing = '', ...rest] = type.split(/[.:/]+/).map(wordsOf);
  const words = rest.length === 0 ? thing.split(' ') : [thing, ...rest.join(' ').split(' ')];
  const at = startOfVerb(words);
  if (at < 1) return undefined;
  const verb = words.slice(at).join(' ');
  const isPart = rest.length > 0 && at > 1;
  return { noun: isPart ? `${words.slice(1, at).join(' ')} of ${thing}` : words.slice(0, at).join(' '), verb };
}

/** `state_changed` ends with its verb; `moved_to_board` begins with it. */
function startOfVerb(words: readonly string[]): number {
  const last = words.length - 1;
  if (!PAST.test(words[last] ?? '')) return words.findIndex((word, i) => i > 0 && PAST.test(word));
  return ADVERB.test(words[last - 1] ?? '') ? last - 1 : last;
}

/** `createCheckItem` and `check_item.created` as words in lower case. */
export function wordsOf(name: string): string {
  return inWords(name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' '))
    .toLowerCase()
    .replaceAll(ACRONYM, (word) => word.toUpperCase());
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "and 2 more" after the first of several things that one request reports; empty for a single one. */
export function andMore(things: readonly unknown[]): string | undefined {
  return things.length > 1 ? `and ${things.length - 1} more` : undefined;
}
