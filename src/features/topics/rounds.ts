import type { Publication } from './publication.js';

/** Divides publications into groups in which each key occurs once, so that a repeat finds the first call committed. */
export function roundsOf(publications: readonly Publication[]): Publication[][] {
  const rounds: Array<{ readonly members: Publication[]; readonly keys: Set<string> }> = [];
  // Every later publication stays behind an earlier one that shares a key with it.
  for (const publication of publications) {
    const keys = keysOf(publication);
    const last = rounds.findLastIndex((round) => keys.some((key) => round.keys.has(key)));
    const round = (rounds[last + 1] ??= { members: [], keys: new Set() });
    round.members.push(publication);
    for (const key of keys) round.keys.add(key);
  }
  return rounds.map(({ members }) => members);
}

const keysOf = ({ workspaceId, principal: { userId }, drafts }: Publication): string[] =>
  drafts.flatMap(({ key }) => (key === undefined ? [] : `${workspaceId} ${userId} ${key.key}`));
