import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Api, signUp } from '../../support/api.js';
import { type RunningTidings, startTidings } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { Writer } from '../../support/writer.js';

const ACCESS_TOKEN_SECONDS = 4;

describe('the limits of shared documents', () => {
  let tidings: RunningTidings;
  let shortLived: RunningTidings;
  const open: Writer[] = [];

  beforeAll(async () => {
    tidings = await startTidings();
    shortLived = await startTidings({
      DATABASE_URL: tidings.databaseUrl,
      JWT_SECRET: tidings.config.jwtSecret,
      REDIS_PREFIX: tidings.config.redisPrefix,
      ACCESS_TOKEN_SECONDS: String(ACCESS_TOKEN_SECONDS),
    });
  });

  afterEach(() => {
    for (const writer of open.splice(0)) writer.leave();
  });

  afterAll(async () => {
    await shortLived?.stop();
    await tidings?.stop();
  });

  const documents = () => `/v1/workspaces/${tidings.workspaceId}/documents`;
  const create = async (): Promise<string> =>
    (await tidings.api.post<{ id: string }>(documents(), { title: 'Minutes' })).body.id;

  async function join(id: string, api: Api): Promise<Writer> {
    const writer = new Writer(() => tidings.url, id, api.token);
    open.push(writer);
    await eventually('it is open', () => writer.isSynced);
    return writer;
  }

  async function member(email: string): Promise<Api> {
    const user = await signUp(tidings.api, email);
    await tidings.api.put(`/v1/workspaces/${tidings.workspaceId}/members/${user.userId}`, { role: 'member' });
    return user;
  }

  /** The codes of the errors that the server sent this client. */
  function errorsOf(writer: Writer): string[] {
    const codes: string[] = [];
    writer.provider.on('stateless', ({ payload }: { payload: string }) => {
      codes.push((JSON.parse(payload) as { payload: { code: string } }).payload.code);
    });
    return codes;
  }

  const isWritable = (writer: Writer) => writer.provider.authorizedScope === 'read-write';

  it('drop a paste of 1,500,000 characters, send its author one error, and accept later changes', async () => {
    const id = await create();
    const [writer, other] = [await join(id, tidings.api), await join(id, tidings.api)];
    const errors = errorsOf(writer);
    let keptByApp = 0;
    writer.provider.on('stateless', () => (keptByApp = writer.text.length));
    writer.text.insert(0, 'before ');
    writer.text.insert(7, 'x'.repeat(1_500_000));
    for (const letter of ' after') writer.text.insert(writer.text.length, letter);
    await eventually('it is acknowledged', () => writer.isSynced);
    for (const { text } of [writer, other])
      await eventually('the rest is there', () => text.toString() === 'before  after');
    writer.reconnect();
    await eventually('it has reconnected', () => writer.closes.length > 0 && writer.isSynced);
    writer.text.insert(writer.text.length, ' all');
    await eventually('later changes arrive', () => other.text.toString() === 'before  after all');
    expect(errors).toEqual(['document.update-too-large']);
    expect(keptByApp).toBeGreaterThan(1_500_000);
    expect(writer.closes).toHaveLength(1);
    expect(isWritable(writer)).toBe(true);
  });

  it('accept a large offline paste with the words around it, and drop one that is larger than a document', async () => {
    const id = await create();
    const writer = await join(id, tidings.api);
    const errors = errorsOf(writer);
    writer.provider.detach();
    writer.text.insert(0, 'before ');
    writer.text.insert(7, 'x'.repeat(3_000_000));
    writer.text.insert(writer.text.length, ' after');
    writer.provider.attach();
    const late = await join(id, tidings.api);
    await eventually(
      'it is there',
      () => late.text.toString() === writer.text.toString() && late.text.length > 3_000_000,
    );
    expect(errors).toEqual([]);
    writer.provider.detach();
    writer.doc.getText('other').insert(0, 'x'.repeat(5_000_000));
    writer.doc.getMap('small').set('key', 'value');
    writer.provider.attach();
    await eventually('the rest is there', () => late.doc.getMap('small').get('key') === 'value');
    await eventually('the paste is dropped', () => writer.isSynced && writer.doc.getText('other').length === 0);
    expect(errors).toEqual(['document.update-too-large']);
  });

  it('drop content that makes a document larger than 4 MiB with an error, and keep the rest', async () => {
    const id = await create();
    const writer = await join(id, tidings.api);
    const errors = errorsOf(writer);
    const piece = 'x'.repeat(900 * 1024);
    for (let pieces = 1; pieces <= 4; pieces++) {
      writer.text.insert(0, piece);
      await eventually('it is stored', () => writer.isSynced);
    }
    writer.text.insert(0, piece);
    await eventually('it is dropped', () => errors.length > 0 && writer.text.length === 4 * piece.length);
    expect(errors).toEqual(['document.too-large']);
    writer.text.delete(0, piece.length);
    writer.text.insert(0, 'room again');
    await eventually('it is stored', () => writer.isSynced);
    const late = await join(id, tidings.api);
    expect(late.text.length).toBe(3 * piece.length + 'room again'.length);
    expect(errors).toHaveLength(1);
  });

  it('send an error to a client whose message is too large, without closing its connection again and again', async () => {
    const id = await create();
    const writer = await join(id, tidings.api);
    const errors = errorsOf(writer);
    writer.provider.setAwarenessField('cursor', 1);
    await eventually('it is known', () => writer.isSynced);
    writer.text.insert(0, 'x'.repeat(9_000_000));
    await eventually('it gets the error', () => errors.length > 0);
    expect(errors).toEqual(['document.update-too-large']);
    expect(isWritable(writer)).toBe(false);
    expect(writer.closes).toEqual([1009]);
    writer.reconnect();
    await eventually('it gets the error again', () => errors.length > 1);
    expect(writer.closes).toHaveLength(2);
    const anew = await join(id, tidings.api);
    anew.text.insert(0, 'loaded anew');
    await eventually('it writes', () => anew.isSynced && writer.text.length === 9_000_011);
  });

  it('tell a reader at once that it has read-only access', async () => {
    const id = await create();
    const viewer = await signUp(tidings.api, 'viewer@example.com');
    await tidings.api.put(`/v1/workspaces/${tidings.workspaceId}/members/${viewer.userId}`, { role: 'viewer' });
    const reader = await join(id, viewer);
    await eventually('it has read-only access', () => reader.provider.authorizedScope === 'readonly');
  });

  it('close a connection when its token expires', async () => {
    const id = await create();
    const user = await member('expiring@example.com');
    const again = new Api(shortLived.url);
    await again.logIn('expiring@example.com', 'password of expiring@example.com');
    const [writer, lasting] = [await join(id, again), await join(id, user)];
    await eventually('it is closed', () => writer.closes.length > 0, (ACCESS_TOKEN_SECONDS + 3) * 1_000);
    expect(writer.closes[0]).toBe(4401);
    expect(lasting.closes).toEqual([]);
  });

  it('close a connection when its user logs out', async () => {
    const user = await member('leaving@example.com');
    const writer = await join(await create(), user);
    expect((await user.post('/v1/auth/logout-everywhere')).status).toBe(204);
    await eventually('it is closed', () => writer.closes.length > 0);
    expect(writer.closes[0]).toBe(4001);
  });

  it('close a connection when its document is deleted, and admit no client again', async () => {
    const id = await create();
    const writer = await join(id, tidings.api);
    expect((await tidings.api.delete(`${documents()}/${id}`)).status).toBe(204);
    await eventually('it is closed', () => writer.closes.length > 0);
    expect(writer.closes[0]).toBe(4003);
    await eventually('it is rejected', () => writer.closes.length > 1);
    writer.text.insert(0, 'into the void');
    expect(writer.isSynced).toBe(false);
  });
});
