import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import { DocumentLog } from '../../../src/features/documents/storage/document-log.js';
import { Api, signUp } from '../../support/api.js';
import { type RunningTidings, startTidings } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { RowLock } from '../../support/row-lock.js';
import { TestSocket } from '../../support/socket.js';
import { Writer } from '../../support/writer.js';

describe('shared documents', () => {
  let one: RunningTidings;
  let two: RunningTidings;
  let member: Api;
  const open: Writer[] = [];

  beforeAll(async () => {
    one = await startTidings();
    two = await startTidings({
      DATABASE_URL: one.databaseUrl,
      JWT_SECRET: one.config.jwtSecret,
      REDIS_PREFIX: one.config.redisPrefix,
      ROLE: 'gateway',
    });
    member = await signUp(one.api, 'writer@example.com');
    await setDenied([]);
  });

  afterAll(async () => {
    for (const writer of open) writer.leave();
    await two?.stop();
    await one?.stop();
  });

  const setDenied = (deny: string[]) =>
    one.api.put(`/v1/workspaces/${one.workspaceId}/members/${member.userId}`, { role: 'member', grant: [], deny });
  const documents = () => `/v1/workspaces/${one.workspaceId}/documents`;
  const logInAgain = async (): Promise<Api> => {
    const again = new Api(one.url);
    await again.logIn('writer@example.com', 'password of writer@example.com');
    return again;
  };
  const create = async (): Promise<string> =>
    (await one.api.post<{ id: string }>(documents(), { title: 'Minutes' })).body.id;

  function join(url: string, api: Api, id: string, clientId?: number): Writer {
    const writer = new Writer(() => url, id, api.token, clientId);
    open.push(writer);
    return writer;
  }

  it('show the concurrent edits of two users on two nodes to both, and store them', async () => {
    const id = await create();
    const here = join(one.url, one.api, id);
    const there = join(two.url, member, id);
    await eventually('both have it open', () => here.isSynced && there.isSynced);
    here.text.insert(0, 'from here. ');
    there.text.insert(0, 'from there. ');
    await eventually('both see both', () => here.text.length === 23 && here.text.toString() === there.text.toString());
    const late = join(two.url, one.api, id);
    await eventually('a later client sees it', () => late.text.toString() === here.text.toString());
  });

  it('are compacted from many changes to one state, and a new client gets all of it', async () => {
    const id = await create();
    const log = one.app.get(DocumentLog);
    const doc = new Y.Doc();
    const changes: Uint8Array[] = [];
    doc.on('update', (change: Uint8Array) => changes.push(change));
    for (let word = 0; word < 250; word++) doc.getText('content').insert(0, `${word} `);
    for (const bytes of changes) await log.append(id, { bytes, userIds: [member.userId] });
    const first = join(one.url, member, id);
    const pieces = await eventually('they are compacted', async () => {
      const stored = await log.read(id, 0);
      return stored.length === 1 && stored;
    });
    expect(pieces[0]).toMatchObject({ seq: 250, isWhole: true });
    const text = doc.getText('content').toString();
    expect(first.text.toString()).toBe(text);
    first.text.insert(0, 'And on. ');
    const second = join(two.url, one.api, id);
    await eventually('both have it all', () => second.text.toString() === `And on. ${text}`);
    expect((await log.read(id, 0)).map(({ seq, isWhole }) => [seq, isWhole])).toEqual([
      [250, true],
      [251, false],
    ]);
  });

  it('stop and resume accepting changes when the right to write is revoked and granted', async () => {
    const id = await create();
    const owner = join(one.url, one.api, id);
    const writer = join(two.url, member, id);
    await eventually('both have it open', () => owner.isSynced && writer.isSynced);
    expect((await setDenied(['documents:write'])).status).toBe(200);
    writer.text.insert(0, 'secretly');
    owner.text.insert(0, 'x');
    await eventually('the reader sees the others', () => writer.text.toString().includes('x'));
    expect(owner.text.toString()).toBe('x');
    expect((await setDenied([])).status).toBe(200);
    await eventually('what was written meanwhile arrives', () => owner.text.toString().includes('secretly'));
  });

  it('show no further change to a user whose right to read was revoked', async () => {
    const id = await create();
    const owner = join(one.url, one.api, id);
    const reader = join(two.url, member, id);
    await eventually('both have it open', () => owner.isSynced && reader.isSynced);
    expect((await setDenied(['documents:read'])).status).toBe(200);
    owner.text.insert(0, 'not for you');
    await eventually('it is stored', () => owner.isSynced);
    expect(reader.text.toString()).toBe('');
    await setDenied([]);
    await eventually('a grant restores access', () => reader.text.toString() === 'not for you');
  });

  it('put the authenticated user into the awareness of a client', async () => {
    const id = await create();
    const owner = join(one.url, one.api, id);
    const liar = join(two.url, member, id);
    await eventually('both have it open', () => owner.isSynced && liar.isSynced);
    liar.provider.setAwarenessField('user', { id: one.api.userId, name: 'the owner' });
    const shown = () => owner.provider.awareness?.getStates().get(liar.provider.document.clientID);
    await eventually('the other sees it', () => shown()?.['user']?.name === 'the owner');
    expect(shown()?.['user']).toEqual({ id: member.userId, name: 'the owner' });
  });

  it('reject changes and awareness under the client id of another user', async () => {
    const id = await create();
    const owner = join(one.url, one.api, id);
    owner.provider.setAwarenessField('cursor', 'mine');
    const victim = owner.provider.document.clientID;
    const watcher = join(two.url, member, id);
    await eventually('the owner is seen', () => watcher.provider.awareness?.getStates().get(victim)?.['cursor']);
    const liar = join(two.url, member, id, victim);
    await eventually('the liar is connected', () => liar.isSynced);
    liar.provider.setAwarenessField('cursor', 'a lie');
    liar.text.insert(0, 'x');
    await eventually('the liar has read-only access', () => liar.provider.authorizedScope === 'readonly');
    watcher.text.insert(0, 'seen');
    await eventually('what others type arrives', () => owner.text.toString() === 'seen');
    expect(owner.provider.awareness?.getStates().get(victim)).toEqual({ cursor: 'mine' });
    const seen = watcher.provider.awareness?.getStates().get(victim);
    expect(seen).toEqual({ cursor: 'mine', user: { id: one.api.userId } });
  });

  it('accept another token of the same user while a document is open, and none of another user', async () => {
    const id = await create();
    const writer = join(two.url, member, id);
    await eventually('it is open', () => writer.isSynced);
    const again = await logInAgain();
    writer.provider.configuration.token = again.token;
    await writer.provider.sendToken();
    writer.text.insert(0, 'still here');
    await eventually('it still writes', () => writer.isSynced);
    writer.provider.configuration.token = one.api.token;
    await writer.provider.sendToken();
    await eventually('it is closed', () => writer.closes.length > 0);
    expect(writer.closes[0]).toBe(4003);
  });

  it('can be closed and opened again', async () => {
    const id = await create();
    const writer = join(two.url, member, id);
    await eventually('it is open', () => writer.isSynced);
    writer.provider.detach();
    writer.text.insert(0, 'alone');
    writer.provider.attach();
    await eventually('it is open again', () => writer.isSynced);
    const late = join(one.url, one.api, id);
    await eventually('what was typed alone arrives', () => late.text.toString() === 'alone');
  });

  it('survive malformed messages, and reject a page of a foreign origin', async () => {
    const socket = await TestSocket.open(one.url, { path: '/documents' });
    socket.sendRaw(Buffer.from([255, 1, 2, 3]));
    expect((await socket.waitForClose()).code).toBe(4400);
    const foreign = TestSocket.open(one.url, { path: '/documents', origin: 'https://evil.example' });
    await expect(foreign).rejects.toThrow('HTTP 403');
  });

  it('are listed with the position of their channel, renamed and deleted', async () => {
    const id = await create();
    expect((await one.api.patch(`${documents()}/${id}`, { title: 'Plan' })).body).toMatchObject({ id, title: 'Plan' });
    const { body } = await one.api.get<{ items: { id: string }[]; position: { channel: string } }>(documents());
    expect(body.items.map((item) => item.id)).toContain(id);
    expect(body.position.channel).toBe(`documents:${one.workspaceId}`);
    expect((await one.api.delete(`${documents()}/${id}`)).status).toBe(204);
    expect((await one.api.get(`${documents()}/${id}`)).status).toBe(404);
  });

  it('have their canonical ids in events, also when a request writes an id in upper case', async () => {
    const id = await create();
    const follower = await TestSocket.connect(one.url, one.api.token);
    const channel = `documents:${one.workspaceId}`;
    await follower.ask('subscribe', { channel });
    expect((await one.api.delete(`${documents()}/${id.toUpperCase()}`)).status).toBe(204);
    const event = await follower.waitFor(({ type }) => type === 'document:deleted', 'the event');
    expect(event.payload).toEqual({ id });
    follower.cut();
  });

  it.each<[string, (documents: string, id: string, version: string) => Promise<{ status: number }>]>([
    ['made', (documents) => member.post(documents, { title: 'In time' })],
    ['renamed', (documents, id) => member.patch(`${documents}/${id}`, { title: 'In time' })],
    ['deleted', (documents, id) => member.delete(`${documents}/${id}`)],
    ['kept', (documents, id) => member.post(`${documents}/${id}/versions`, {})],
    ['restored', (documents, id, version) => member.post(`${documents}/${id}/versions/${version}/restore`)],
  ])('are no longer %s once the change of rights that forbids it has been answered', async (what, write) => {
    const workspace = `/v1/workspaces/${(await one.api.post<{ id: string }>('/v1/workspaces', { name: what })).body.id}`;
    const setRole = (role: string) => one.api.put(`${workspace}/members/${member.userId}`, { role });
    expect((await setRole('member')).status).toBe(200);
    const { body } = await one.api.post<{ id: string }>(`${workspace}/documents`, { title: 'Minutes' });
    const { body: version } = await one.api.post<{ id: string }>(`${workspace}/documents/${body.id}/versions`, {});
    if (what === 'restored') {
      const writer = join(one.url, one.api, body.id);
      writer.text.insert(0, 'since then');
      await eventually('it is stored', () => writer.isSynced);
    }
    const row = new RowLock(one.databaseUrl);
    await (what === 'made'
      ? row.lock('SELECT FROM channels WHERE name = $1 FOR UPDATE', `documents:${workspace.split('/').at(-1)}`)
      : row.lock('SELECT FROM documents WHERE id = $1 FOR NO KEY UPDATE', body.id));
    try {
      const writing = write(`${workspace}/documents`, body.id, version.id);
      const writer = await eventually('the write has passed its check', () => row.waiterWith('members'));
      const change = setRole('viewer');
      const first = await Promise.race([
        change,
        eventually('the change of rights waits', () => row.isWaitedFor(writer)),
      ]);
      expect(first).toBe(true);
      await row.release();
      expect((await writing).status).toBeLessThan(300);
      expect((await change).status).toBe(200);
    } finally {
      await row.release();
    }
    expect((await write(`${workspace}/documents`, body.id, version.id)).status).toBe(403);
  });
});
