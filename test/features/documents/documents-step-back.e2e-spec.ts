import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import { DocumentLog } from '../../../src/features/documents/storage/document-log.js';
import { plainText } from '../../../src/features/documents/content/plain-text.js';
import { type Api, signUp } from '../../support/api.js';
import { type RunningTidings, startTidings } from '../../support/app.js';
import { DocumentHistory } from '../../support/document-history.js';
import { eventually } from '../../support/eventually.js';
import { Writer } from '../../support/writer.js';

const STATE_LOST = 4501;

describe('documents whose stored history goes back', () => {
  let one: RunningTidings;
  let two: RunningTidings;
  let member: Api;
  const open: Writer[] = [];
  const histories: DocumentHistory[] = [];

  beforeAll(async () => {
    one = await startTidings();
    two = await startTidings({
      DATABASE_URL: one.databaseUrl,
      JWT_SECRET: one.config.jwtSecret,
      REDIS_PREFIX: one.config.redisPrefix,
      ROLE: 'gateway',
    });
    member = await signUp(one.api, 'member@example.com');
    await one.api.put(`/v1/workspaces/${one.workspaceId}/members/${member.userId}`, { role: 'member' });
  });

  afterEach(async () => {
    for (const writer of open.splice(0)) writer.leave();
    for (const history of histories.splice(0)) await history.end();
  });

  afterAll(async () => {
    await two?.stop();
    await one?.stop();
  });

  const log = () => one.app.get(DocumentLog);
  const stored = async (id: string): Promise<string> => plainText(await log().content(id)).trim();

  async function create(): Promise<{ id: string; history: DocumentHistory }> {
    const { body } = await one.api.post<{ id: string }>(`/v1/workspaces/${one.workspaceId}/documents`, { title: 'M' });
    const history = await DocumentHistory.of(one.databaseUrl, body.id);
    histories.push(history);
    return { id: body.id, history };
  }

  async function join(url: string, id: string, api = one.api): Promise<Writer> {
    const writer = new Writer(() => url, id, api.token);
    open.push(writer);
    await eventually('it is open', () => writer.isSynced);
    return writer;
  }

  async function type(writer: Writer, text: string): Promise<void> {
    writer.text.insert(writer.text.length, text);
    await eventually('it is acknowledged', () => writer.isSynced);
  }

  const allHave = (writers: readonly Writer[], words: readonly string[]) =>
    eventually('every client has everything', () =>
      writers.every(
        ({ text, isSynced }) =>
          isSynced &&
          text.toString() === writers[0]?.text.toString() &&
          words.every((word) => text.toString().split(word).length === 2),
      ),
    );

  it('close every connection with 4501, and recover the content that any client or node still had', async () => {
    const { id, history } = await create();
    const [here, there] = [await join(one.url, id), await join(two.url, id, member)];
    await type(here, 'kept ');
    const saved = await history.save();
    await type(here, 'lost-here ');
    await type(there, 'lost-there ');
    await history.putBack(saved);
    await type(there, 'after ');
    await allHave([here, there], ['kept', 'lost-here', 'lost-there', 'after']);
    expect(await stored(id)).toBe(here.text.toString().trim());
    expect(there.closes[0]).toBe(STATE_LOST);
    await eventually('the other node has noticed it too', () => here.closes.length > 0);
    expect(here.closes[0]).toBe(STATE_LOST);
    const late = await join(one.url, id);
    expect(late.text.toString()).toBe(here.text.toString());
  });

  it('lose no acknowledged change when the number has grown past the known one with other content', async () => {
    const { id, history } = await create();
    const [here, there] = [await join(one.url, id), await join(two.url, id, member)];
    await type(here, 'kept ');
    const saved = await history.save();
    await type(here, 'lost ');
    const other = new Y.Doc();
    const later: Uint8Array[] = [];
    other.on('update', (update: Uint8Array) => later.push(update));
    for (const word of ['other-0 ', 'other-1 ', 'other-2 ', 'other-3 ']) other.getText('content').insert(0, word);
    await history.putBack(saved, later);
    const words = ['kept', 'lost', 'other-0', 'other-3'];
    await allHave([here, there], words);
    await type(there, 'after ');
    await allHave([here, there], [...words, 'after']);
    expect(await stored(id)).toBe(here.text.toString().trim());
  });

  it('keep every word that two users type on two nodes while the history goes back repeatedly', async () => {
    const { id, history } = await create();
    const [here, there] = [await join(one.url, id), await join(two.url, id, member)];
    here.startTyping('here');
    there.startTyping('there');
    for (let round = 1; round <= 3; round++) {
      const saved = await history.save();
      const [typedHere, typedThere] = [here.typed, there.typed];
      await eventually('more is typed', () => here.typed > typedHere + 40 && there.typed > typedThere + 40);
      await history.putBack(saved);
      await eventually('both were closed', () => here.closes.length >= round && there.closes.length >= round);
      await eventually('both have reconnected', () => here.provider.synced && there.provider.synced);
    }
    here.stopTyping();
    there.stopTyping();
    await eventually('all is acknowledged', () => here.isSynced && there.isSynced);
    await eventually('both see the same', () => here.text.toString() === there.text.toString());
    expect(await stored(id)).toBe(here.text.toString().trim());
    for (const [name, writer] of [['here', here] as const, ['there', there] as const]) {
      expect(here.numbersOf(name)).toEqual(Array.from({ length: writer.typed }, (_, number) => number));
    }
  }, 60_000);

  it('are compacted and kept as a version only by a process that knows their history', async () => {
    const { id } = await create();
    const doc = new Y.Doc();
    doc.getText('content').insert(0, 'stored');
    const bytes = Y.encodeStateAsUpdate(doc);
    const first = await log().append(id, { bytes, userIds: [] });
    const foreign = { seq: first.seq, mark: one.api.userId };
    await expect(log().append(id, { bytes, userIds: [], known: foreign })).rejects.toThrow('does not contain update 1');
    await expect(log().readFrom(id, foreign)).rejects.toThrow('does not contain update 1');
    await log().compact(id, foreign, new Uint8Array([0, 0]));
    await log().keepVersion(id, foreign, new Uint8Array([0, 0]));
    expect((await log().read(id, 0)).map(({ isWhole }) => isWhole)).toEqual([false]);
    const versions = `/v1/workspaces/${one.workspaceId}/documents/${id}/versions`;
    expect((await one.api.get<{ items: unknown[] }>(versions)).body.items).toEqual([]);
    await log().keepVersion(id, first, bytes);
    expect((await one.api.get<{ items: unknown[] }>(versions)).body.items).toHaveLength(1);
  });

  it('recognize a process that lags behind a compacted state', async () => {
    const { id } = await create();
    const doc = new Y.Doc();
    const appended = [];
    for (const word of ['one ', 'two ', 'three ']) {
      const before = Y.encodeStateVector(doc);
      doc.getText('content').insert(0, word);
      appended.push(await log().append(id, { bytes: Y.encodeStateAsUpdate(doc, before), userIds: [] }));
    }
    const [first, , last] = appended;
    if (first === undefined || last === undefined) throw new Error('Nothing was appended.');
    await log().compact(id, last, Y.encodeStateAsUpdate(doc));
    expect((await log().readFrom(id, first)).map(({ seq, mark, isWhole }) => ({ seq, mark, isWhole }))).toEqual([
      { seq: 3, mark: last.mark, isWhole: true },
    ]);
    for (const known of [first, last])
      expect((await log().positionStatuses(new Map([[id, known]]))).get(id)).toEqual({ head: 3, contains: true });
    const unknown = { seq: 2, mark: one.api.userId };
    expect((await log().positionStatuses(new Map([[id, unknown]]))).get(id)).toEqual({ head: 3, contains: false });
  });
});
