import * as sift from 'sift';

/** The fields of an event that a filter sees. */
export interface FilteredEvent {
  readonly type: string;
  readonly channel: string;
  readonly actor: string | null;
  readonly payload: unknown;
}

export type FilterProblem = 'not-json' | 'not-object' | 'too-large' | 'too-deep' | 'unknown-operator' | 'invalid';

export interface CheckedFilter {
  /** Absent with a problem; null: no filter, so that everything matches. */
  readonly filter?: Readonly<Record<string, unknown>> | null;
  readonly problem?: FilterProblem;
  /** The operator that there is not. */
  readonly operator?: string;
  readonly matches: (event: FilteredEvent) => boolean;
}

const MAX_BYTES = 4_096;
const MAX_DEPTH = 8;

/** The operators of the server's filters, with the library that evaluates them there. */
const OPERATIONS = {
  $eq: sift.$eq,
  $ne: sift.$ne,
  $gt: sift.$gt,
  $gte: sift.$gte,
  $lt: sift.$lt,
  $lte: sift.$lte,
  $in: sift.$in,
  $nin: sift.$nin,
  $exists: sift.$exists,
  $size: sift.$size,
  $all: sift.$all,
  $and: sift.$and,
  $or: sift.$or,
  $nor: sift.$nor,
  $not: sift.$not,
  $elemMatch: sift.$elemMatch,
};

export const OPERATORS = Object.keys(OPERATIONS);

const nothing = (): boolean => false;
const refused = (problem: FilterProblem, operator?: string): CheckedFilter => ({
  problem,
  matches: nothing,
  ...(operator !== undefined && { operator }),
});

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first `$name` that is no operator, or `depth` if the value nests too deep. */
function faultIn(value: unknown, depth: number): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === 0) return 'depth';
  for (const [name, inner] of Object.entries(value)) {
    if (name.startsWith('$') && !Object.hasOwn(OPERATIONS, name)) return name;
    const fault = faultIn(inner, depth - 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Reads a filter by the rules of the server, and tells which events it lets through. Empty text: no filter. */
export function checkFilter(text: string): CheckedFilter {
  if (text.trim() === '') return { filter: null, matches: () => true };
  let filter: unknown;
  try {
    filter = JSON.parse(text);
  } catch {
    return refused('not-json');
  }
  if (filter === null) return { filter: null, matches: () => true };
  if (!isObject(filter)) return refused('not-object');
  if (new TextEncoder().encode(JSON.stringify(filter)).length > MAX_BYTES) return refused('too-large');
  const fault = faultIn(filter, MAX_DEPTH);
  if (fault !== undefined) return fault === 'depth' ? refused('too-deep') : refused('unknown-operator', fault);
  try {
    const test = sift.createQueryTester({ ...filter }, { operations: OPERATIONS });
    test({ type: '', channel: '', actor: null, payload: {} });
    const matches = ({ type, channel, actor, payload }: FilteredEvent): boolean =>
      test({ type, channel, actor, payload });
    return { filter, matches };
  } catch {
    return refused('invalid');
  }
}
