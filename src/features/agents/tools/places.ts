import { z } from 'zod';
import { bounded, boundedItems } from '../bounded.js';
import { pageAnswer, type Page } from '../page.js';
import { defineTool, limit, RESULT_CHARACTERS, workspace, type Tool } from '../tool.js';
import { ToolError } from '../tool-result.js';

interface Source {
  readonly key?: unknown;
  readonly url?: unknown;
}

interface Provider {
  readonly name: string;
  readonly label: string;
}

const listWorkspaces = defineTool({
  name: 'list_workspaces',
  title: 'List workspaces',
  description: "The caller's workspaces, with the role and the permissions in each.",
  input: z.strictObject({}),
  async run({ api }) {
    const { workspaces } = await api.get<{ workspaces: readonly unknown[] }>('/v1/me');
    const { items, isCut } = boundedItems(workspaces, RESULT_CHARACTERS);
    return { data: { items }, isTruncated: isCut };
  },
});

const listSources = defineTool({
  name: 'list_sources',
  title: 'List sources',
  description:
    'The sources of webhooks of a workspace, with their senders. Their URLs are left out: each contains the key with ' +
    'which anyone can send. Requires webhooks:read.',
  input: z.strictObject({ workspace, limit, cursor: z.uuid().optional() }),
  async run({ api, workspacePath }, { workspace: named, ...query }) {
    const page = await api.get<Page<Source>>(`${await workspacePath(named)}/sources`, query);
    return pageAnswer({ ...page, items: page.items.map(({ key: _key, url: _url, ...source }) => source) });
  },
});

const setUpSender = defineTool({
  name: 'set_up_sender',
  title: 'Set-up steps of a sender',
  description:
    'How to make a sender, such as github or stripe, send to Tidings: its steps, where its secret comes from and the ' +
    'options of a source. Without a name it lists the senders.',
  input: z.strictObject({ provider: z.string().min(1).max(100).optional().describe('name of the sender') }),
  async run({ api }, { provider }) {
    const { items } = await api.get<{ items: Provider[] }>('/v1/providers');
    if (provider === undefined) {
      return { data: { senders: items.map(({ name, label }) => ({ name, label })) }, isOwnText: true };
    }
    const found = items.find(({ name }) => name === provider);
    if (found === undefined) throw new ToolError('There is no such sender: call set_up_sender without a name.');
    const { value, isCut } = bounded(found, RESULT_CHARACTERS);
    return { data: { sender: value }, isTruncated: isCut, isOwnText: true };
  },
});

export const PLACE_TOOLS: readonly Tool[] = [listWorkspaces, listSources, setUpSender];
