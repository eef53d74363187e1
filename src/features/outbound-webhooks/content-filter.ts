// Node finds no names in this CommonJS package: its default export has all of them as properties.
import sift from 'sift';
import type { EventFields } from '../../platform/events/logged-event.js';

/** A query in the form of MongoDB (https://www.mongodb.com/docs/manual/reference/operator/query). */
export type ContentFilter = Readonly<Record<string, unknown>>;

const MAX_BYTES = 4_096;
const MAX_DEPTH = 8;

/** Without `$regex` and `$where`: a pattern can take exponential time, and `$where` runs code. */
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

/** Whether a value is a filter of a bounded size that uses only the operators above. */
export function isContentFilter(filter: ContentFilter): boolean {
  if (Buffer.byteLength(JSON.stringify(filter)) > MAX_BYTES || !isBounded(filter, MAX_DEPTH)) return false;
  try {
    testerOf(filter)({ type: '', channel: '', actor: null, payload: {} });
    return true;
  } catch {
    return false;
  }
}

/** @returns whether an event matches the filter; true without a filter */
export function matcherOf(filter: ContentFilter | null): (event: EventFields) => boolean {
  if (filter === null) return () => true;
  const test = testerOf(filter);
  return ({ type, channel, actor, payload }) => test({ type, channel, actor, payload: JSON.parse(payload) as unknown });
}

const testerOf = (filter: ContentFilter) => sift.createQueryTester({ ...filter }, { operations: OPERATIONS });

/** Whether the value nests at most `depth` levels, and each `$name` in it is an operator above. */
function isBounded(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  return Object.entries(value).every(
    ([name, inner]) => (!name.startsWith('$') || Object.hasOwn(OPERATIONS, name)) && isBounded(inner, depth - 1),
  );
}
