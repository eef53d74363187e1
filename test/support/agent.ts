import { Client, StreamableHTTPClientTransport, type CallToolResult } from '@modelcontextprotocol/client';
import type { Transport } from '@modelcontextprotocol/client';

/** The content of a result with `structuredContent`. */
export interface Told {
  readonly origin: string;
  readonly notice: string;
  readonly truncated: boolean;
  readonly nextCursor: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A client of the Model Context Protocol, from its official SDK. */
export class Agent {
  private constructor(readonly client: Client) {}

  /** @param mode `auto` finds the newest version of the protocol, `legacy` uses those that begin with `initialize` */
  static async over(transport: Transport, mode: 'auto' | 'legacy' = 'auto'): Promise<Agent> {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
    await client.connect(transport);
    return new Agent(client);
  }

  static overHttp(
    url: string,
    token: string,
    mode: 'auto' | 'legacy' = 'auto',
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Agent> {
    const requestInit = { headers: { authorization: `Bearer ${token}`, ...headers } };
    return Agent.over(new StreamableHTTPClientTransport(new URL(url), { requestInit }), mode);
  }

  result(name: string, args: Record<string, unknown> = {}): Promise<CallToolResult> {
    return this.client.callTool({ name, arguments: args });
  }

  /** @throws Error when the tool failed */
  async call(name: string, args: Record<string, unknown> = {}): Promise<Told> {
    const { isError, content, structuredContent } = await this.result(name, args);
    if (isError === true) throw new Error(textOf(content));
    return structuredContent as Told;
  }

  /** The text of the error of a call that fails. */
  async failure(name: string, args: Record<string, unknown> = {}): Promise<string> {
    const { isError, content } = await this.result(name, args);
    if (isError !== true) throw new Error(`${name} did not fail.`);
    return textOf(content);
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

export const textOf = (content: CallToolResult['content']): string =>
  content.map((part) => (part.type === 'text' ? part.text : '')).join('');
