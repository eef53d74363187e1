import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: string[];
  readonly 'x-permission'?: string;
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly tags: { readonly name: string; readonly description: string }[];
}

// `npm run generate -- --check` keeps the file equal to the code.
const document = JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8')) as Document;
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => [`${method} ${path}`, operation] as const),
);

const wordsOf = (id: string): string => id.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

describe('an operation in openapi.json', () => {
  it.each(operations)('%s has a summary, a description and its required permission', (_name, operation) => {
    const { summary, description, operationId } = operation;
    expect(summary.split(' ').length).toBeGreaterThanOrEqual(2);
    expect(summary.toLowerCase()).not.toBe(wordsOf(operationId).toLowerCase());
    const permission = operation['x-permission'];
    const paragraphs = description.split('\n\n');
    expect(paragraphs.length).toBeGreaterThanOrEqual(2);
    const takes = paragraphs.at(-1);
    if (permission === undefined) expect(['Requires a valid token.', 'Requires no token.']).toContain(takes);
    else expect(takes).toContain(permission);
  });

  it('has a unique summary', () => {
    const summaries = operations.map(([, { summary }]) => summary);
    expect(summaries.filter((summary, place) => summaries.indexOf(summary) !== place)).toEqual([]);
  });

  it('has one documented tag, and the tags of webhooks come first', () => {
    const described = new Set(document.tags.map(({ name }) => name));
    for (const [, { tags }] of operations) {
      expect(tags).toHaveLength(1);
      expect(described).toContain(tags[0]);
    }
    expect(document.tags.slice(0, 4).map(({ name }) => name)).toEqual(['Sources', 'Deliveries', 'Endpoints', 'Events']);
    for (const { name, description } of document.tags) expect(description).not.toBe(name);
  });
});
