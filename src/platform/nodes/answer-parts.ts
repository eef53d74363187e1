import { BUS_MESSAGE_BYTES } from '../bus/bus.js';

/** Ids, numbers and spaces in front of the text of a part. */
const HEAD_BYTES = 120;
const PART_BYTES = BUS_MESSAGE_BYTES - HEAD_BYTES;
const MAX_PARTS = 64;

/** The longest answer of one process. */
export const MAX_ANSWER_BYTES = MAX_PARTS * PART_BYTES;

/** JSON with one byte for each character, so that it can be cut anywhere. */
const ascii = (json: string): string =>
  json.replaceAll(/[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

/**
 * Cuts an answer into bus messages `<question> <node> <index> <count> <text>`.
 * @param json empty where the question does not apply to the process
 * @throws Error for an answer of more than MAX_ANSWER_BYTES
 */
export function partsOf(questionId: string, nodeId: string, json: string): string[] {
  const text = ascii(json);
  if (text.length > MAX_ANSWER_BYTES) throw new Error(`An answer of ${text.length} bytes is too long for the bus.`);
  const count = Math.max(1, Math.ceil(text.length / PART_BYTES));
  return Array.from({ length: count }, (_, index) => {
    const part = text.slice(index * PART_BYTES, (index + 1) * PART_BYTES);
    return `${questionId} ${nodeId} ${index} ${count} ${part}`;
  });
}

export const questionOf = (part: string): string => part.slice(0, part.indexOf(' '));

/** Joins the parts of the answers to one question. The bus may lose, repeat or reorder them. */
export class AnswerParts {
  private readonly byNode = new Map<string, Map<number, string>>();

  /** @returns the answer of a process when its last part arrives */
  add(message: string): { readonly nodeId: string; readonly text: string } | undefined {
    const [, nodeId = '', index, count, text = ''] = /^\S+ (\S+) (\d+) (\d+) ([^]*)$/.exec(message) ?? [];
    if (count === undefined || Number(count) > MAX_PARTS) return undefined;
    const parts = this.byNode.get(nodeId) ?? new Map<number, string>();
    this.byNode.set(nodeId, parts.set(Number(index), text));
    if (parts.size < Number(count)) return undefined;
    const ordered = [...parts].toSorted(([one], [other]) => one - other);
    return { nodeId, text: ordered.map(([, part]) => part).join('') };
  }
}
