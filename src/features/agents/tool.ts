import { z } from 'zod';
import { ToolError, type ToolAnswer } from './tool-result.js';
import type { OwnApi } from './own-api.js';

/** The most characters of one result, as JSON. */
export const RESULT_CHARACTERS = 60_000;
const MAX_ITEMS = 50;

export interface ToolCall {
  readonly api: OwnApi;
  /** The path of the workspace that the arguments or the URL of the endpoint name, or of the caller's only one. */
  readonly workspacePath: (named: string | undefined) => Promise<string>;
}

export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  /** Whether it changes anything. */
  readonly isWrite?: true;
  run(call: ToolCall, input: unknown): Promise<ToolAnswer>;
}

interface TypedTool<Input extends z.ZodObject> extends Omit<Tool, 'run'> {
  readonly input: Input;
  /** `input` has passed the schema. */
  run(call: ToolCall, input: z.output<Input>): Promise<ToolAnswer>;
}

/** The SDK checks the arguments of a call against `input`. */
export const defineTool = <Input extends z.ZodObject>(tool: TypedTool<Input>): Tool => ({
  ...tool,
  run: (call, input) => tool.run(call, input as z.output<Input>),
});

export const workspace = z
  .uuid()
  .optional()
  .describe('id of the workspace; needed when the caller has several, see list_workspaces');
export const limit = z.int().min(1).max(MAX_ITEMS).default(20).describe('maximum number of items');
export const moment = z.iso.datetime({ offset: true });

interface Me {
  readonly workspaces: ReadonlyArray<{ readonly id: string }>;
}

/** @param byDefault the workspace that the URL of the endpoint names */
export function toolCall(api: OwnApi, byDefault: string | undefined): ToolCall {
  return {
    api,
    workspacePath: async (named) => {
      const id = named ?? byDefault;
      if (id !== undefined) return `/v1/workspaces/${id}`;
      const { workspaces } = await api.get<Me>('/v1/me');
      const [only] = workspaces;
      if (only !== undefined && workspaces.length === 1) return `/v1/workspaces/${only.id}`;
      throw new ToolError(`The caller has ${workspaces.length} workspaces: name one, list_workspaces lists them.`);
    },
  };
}
