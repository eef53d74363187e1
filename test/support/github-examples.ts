import { createRequire } from 'node:module';

export interface GithubExample {
  readonly event: string;
  readonly body: string;
}

interface EventExamples {
  readonly name: string;
  readonly examples: readonly unknown[];
}

/** Real deliveries of GitHub, from @octokit/webhooks-examples. */
export function githubExamples(): GithubExample[] {
  const events: EventExamples[] = createRequire(import.meta.url)('@octokit/webhooks-examples');
  return events.flatMap(({ name, examples }) =>
    examples.map((example) => ({ event: name, body: JSON.stringify(example) })),
  );
}
