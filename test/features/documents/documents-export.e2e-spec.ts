import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { signUp } from '../../support/api.js';
import { type RunningTidings, startTidings } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';

describe('the export of a document', () => {
  let tidings: RunningTidings;
  let documents: string;

  beforeAll(async () => {
    tidings = await startTidings();
    documents = `/v1/workspaces/${tidings.workspaceId}/documents`;
  });
  afterAll(() => tidings.stop());

  const create = async (title: string): Promise<string> =>
    (await tidings.api.post<{ id: string }>(documents, { title })).body.id;

  async function write(id: string, edit: (doc: Y.Doc) => void): Promise<void> {
    const doc = new Y.Doc();
    const websocketProvider = new HocuspocusProviderWebsocket({
      url: `${tidings.url.replace(/^http/, 'ws')}/documents`,
      WebSocketPolyfill: WebSocket,
    });
    const provider = new HocuspocusProvider({ websocketProvider, name: id, document: doc, token: tidings.api.token });
    provider.attach();
    edit(doc);
    await eventually('it is stored', () => provider.synced && !provider.hasUnsyncedChanges);
    provider.destroy();
    websocketProvider.destroy();
  }

  it('contains the content that clients wrote, as markdown or text, in a file that is named after the document', async () => {
    const id = await create('Über / uns');
    await write(id, (doc) => {
      doc
        .getText('content')
        .applyDelta([
          { insert: 'Grüße' },
          { insert: '\n', attributes: { header: 1 } },
          { insert: 'at ' },
          { insert: 'last', attributes: { bold: true } },
          { insert: '\n' },
        ]);
      const paragraph = new Y.XmlElement('paragraph');
      paragraph.insert(0, [new Y.XmlText('* a paragraph')]);
      doc.getXmlFragment('default').insert(0, [paragraph]);
    });
    const asMarkdown = await tidings.api.get<string>(`${documents}/${id}/export?format=markdown`);
    expect(asMarkdown.body).toBe('# Grüße\n\nat **last**\n\n\\* a paragraph\n');
    expect(asMarkdown.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect(asMarkdown.headers.get('content-disposition')).toBe(
      `attachment; filename="-ber - uns.md"; filename*=UTF-8''%C3%9Cber%20-%20uns.md`,
    );
    const asText = await tidings.api.get<string>(`${documents}/${id}/export?format=text`);
    expect(asText.body).toBe('Grüße\nat last\n\n\n* a paragraph');
    expect(asText.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  it('is empty for an empty document, and is rejected for an unknown format or document', async () => {
    const id = await create('Nothing');
    expect(await tidings.api.get(`${documents}/${id}/export`)).toMatchObject({ status: 200, body: '' });
    expect((await tidings.api.get(`${documents}/${id}/export?format=pdf`)).status).toBe(400);
    expect((await tidings.api.get(`${documents}/${randomUUID()}/export`)).body).toMatchObject({
      code: 'document.not-found',
    });
  });

  it('requires membership and the permission to read documents', async () => {
    const id = await create('Secret');
    const guest = await signUp(tidings.api, 'guest@example.com');
    expect((await guest.get(`${documents}/${id}/export`)).status).toBe(404);
    const member = `/v1/workspaces/${tidings.workspaceId}/members/${guest.userId}`;
    await tidings.api.put(member, { role: 'viewer', grant: [], deny: ['documents:read'] });
    expect((await guest.get(`${documents}/${id}/export`)).status).toBe(403);
    await tidings.api.put(member, { role: 'viewer', grant: [], deny: [] });
    expect((await guest.get(`${documents}/${id}/export`)).status).toBe(200);
  });
});
