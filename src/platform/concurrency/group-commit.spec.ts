import { describe, expect, it } from '@jest/globals';
import { GroupCommit, type GroupCommitLimits } from './group-commit.js';

const LIMITS: GroupCommitLimits = {
  slots: 2,
  itemsPerCommit: 10,
  bytesPerCommit: 1_000,
  itemsWaiting: 100,
  bytesWaiting: 10_000,
  waitMs: 1_000,
};

/** A database whose commits finish on command. */
function scripted(limits: Partial<GroupCommitLimits> = {}, keysOf?: (item: number) => readonly string[]) {
  const commits: Array<{ items: readonly number[]; finish(): void; fail(error: Error): void }> = [];
  const group = new GroupCommit<number, string>(
    (items) =>
      new Promise((resolve, reject) => {
        commits.push({ items, finish: () => resolve(items.map((item) => `done ${item}`)), fail: reject });
      }),
    () => new Error('overloaded'),
    { ...LIMITS, ...limits },
    keysOf,
  );
  return { group, commits };
}

const turn = () => new Promise(setImmediate);

describe('GroupCommit', () => {
  it('commits a lone item at once', async () => {
    const { group, commits } = scripted();
    const answer = group.add(1, 1);
    expect(commits.map(({ items }) => items)).toEqual([[1]]);
    commits[0]?.finish();
    expect(await answer).toBe('done 1');
  });

  it('combines items that arrive while all slots are busy into one commit, in order', async () => {
    const { group, commits } = scripted();
    const answers = [1, 2, 3, 4, 5].map((item) => group.add(item, 1));
    expect(commits.map(({ items }) => items)).toEqual([[1], [2]]);
    commits[0]?.finish();
    await turn();
    expect(commits[2]?.items).toEqual([3, 4, 5]);
    commits[1]?.finish();
    commits[2]?.finish();
    expect(await Promise.all(answers)).toEqual(['done 1', 'done 2', 'done 3', 'done 4', 'done 5']);
  });

  it('limits items and bytes per commit, but always commits at least one item', async () => {
    const { group, commits } = scripted({ slots: 1, itemsPerCommit: 3, bytesPerCommit: 100 });
    const sizes = [1, 60, 60, 10, 10, 10, 500, 1];
    const answers = sizes.map((bytes, item) => group.add(item, bytes));
    for (let i = 0; i < commits.length; i++) {
      commits[i]?.finish();
      await turn();
    }
    expect(commits.map(({ items }) => items)).toEqual([[0], [1], [2, 3, 4], [5], [6], [7]]);
    await Promise.all(answers);
  });

  it('fails every item of a failed commit and continues with the next', async () => {
    const { group, commits } = scripted({ slots: 1 });
    const first = group.add(1, 1);
    const second = group.add(2, 1);
    commits[0]?.fail(new Error('disk full'));
    await expect(first).rejects.toThrow('disk full');
    commits[1]?.finish();
    expect(await second).toBe('done 2');
  });

  it('rejects items that have waited too long', async () => {
    const { group, commits } = scripted({ slots: 1, waitMs: 20 });
    const first = group.add(1, 1);
    const late = group.add(2, 1);
    const tooLate = performance.now() + 21;
    while (performance.now() < tooLate) await turn();
    commits[0]?.finish();
    expect(await first).toBe('done 1');
    await expect(late).rejects.toThrow('overloaded');
    expect(commits).toHaveLength(1);
  });

  it('rejects items above the memory limits at once and accepts more when there is room', async () => {
    const { group, commits } = scripted({ slots: 1, itemsWaiting: 2, bytesWaiting: 50 });
    const answers = [group.add(1, 1), group.add(2, 40)];
    await expect(group.add(3, 20)).rejects.toThrow('overloaded');
    answers.push(group.add(4, 1));
    await expect(group.add(5, 1)).rejects.toThrow('overloaded');
    for (let i = 0; i < commits.length; i++) {
      commits[i]?.finish();
      await turn();
    }
    await Promise.all(answers);
    expect(commits.map(({ items }) => items)).toEqual([[1], [2, 4]]);
    const afterwards = group.add(6, 50);
    commits[2]?.finish();
    expect(await afterwards).toBe('done 6');
  });

  describe('with keys', () => {
    /** The tens of a number and its units: 21 shares a key with 22 and with 31. */
    const keysOf = (item: number) => [`tens ${Math.floor(item / 10)}`, `units ${item % 10}`];
    const itemsOf = ({ commits }: ReturnType<typeof scripted>) => commits.map(({ items }) => items);

    it('commits items that share a key one after the other, and others at the same time', async () => {
      const script = scripted({}, keysOf);
      for (const item of [11, 12, 13, 24, 55]) void script.group.add(item, 1);
      expect(itemsOf(script)).toEqual([[11], [24]]);
      script.commits[1]?.finish();
      await turn();
      expect(itemsOf(script)).toEqual([[11], [24], [55]]);
      script.commits[0]?.finish();
      await turn();
      expect(itemsOf(script)).toEqual([[11], [24], [55], [12, 13]]);
    });

    it('lets no item overtake one that shares a key with it', async () => {
      const script = scripted({ slots: 3 }, keysOf);
      for (const item of [11, 12, 22, 23]) void script.group.add(item, 1);
      // 22 waits for 12 and 23 for 22, although neither shares a key with 11.
      expect(itemsOf(script)).toEqual([[11]]);
      script.commits[0]?.finish();
      await turn();
      expect(itemsOf(script)).toEqual([[11], [12, 22, 23]]);
    });

    it('holds back the next batch too while a key is taken', async () => {
      const script = scripted({ itemsPerCommit: 2 }, keysOf);
      for (const item of [11, 12, 13, 14, 15]) void script.group.add(item, 1);
      script.commits[0]?.finish();
      await turn();
      expect(itemsOf(script)).toEqual([[11], [12, 13]]);
      script.commits[1]?.finish();
      await turn();
      expect(itemsOf(script)).toEqual([[11], [12, 13], [14, 15]]);
    });
  });
});
