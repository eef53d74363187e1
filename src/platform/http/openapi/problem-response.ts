import { PROBLEM_TYPE, type Problem } from '../api/problem.js';

/** The documented response of a failed call: the meaning of its codes and one example for each. */
export interface ProblemResponse {
  readonly description: string;
  readonly content: {
    readonly [PROBLEM_TYPE]: {
      readonly schema: { readonly $ref: string };
      readonly examples: Readonly<Record<string, { readonly value: Problem }>>;
    };
  };
}

const REQUEST_ID = '5f0c3f0e-6d0b-4d9c-8a51-1b6f5a1f7f0a';

export function problemResponse(problems: readonly Problem[]): ProblemResponse {
  return {
    description: problems.map(({ code, title }) => `\`${code}\`: ${title}`).join('\n\n'),
    content: {
      [PROBLEM_TYPE]: {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(
          problems.map((problem) => [problem.code, { value: { ...problem, requestId: REQUEST_ID } }]),
        ),
      },
    },
  };
}

/** Errors with the same status share one response in the document. */
export function groupByStatus(problems: readonly Problem[]): Map<number, Problem[]> {
  const groups = new Map<number, Problem[]>();
  for (const problem of problems) groups.set(problem.status, [...(groups.get(problem.status) ?? []), problem]);
  return groups;
}
