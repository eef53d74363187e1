import type { OpenAPIObject } from '@nestjs/swagger';
import { STATUS_CODES } from 'node:http';
import { definedErrors } from '../../errors.js';
import {
  answerTooLate,
  bodyTooLarge,
  INTERNAL,
  mediaTypeUnsupported,
  problemOfDefinition,
  problemOfStatus,
  PROBLEM_TYPE,
  requestInvalid,
  serviceUnavailable,
  type Problem,
} from '../api/problem.js';
import { isApiRoute } from '../api/api-route.js';
import { tooManyRequests } from '../rate-limit/rate-limit.js';
import { OPEN_TO_ALL, PERMISSION } from '../api/public.js';
import { summary } from './operation-names.js';
import { groupByStatus, problemResponse, type ProblemResponse } from './problem-response.js';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;
const UUID_PARAMETERS = new Set(['ws', 'id', 'userId']);

/**
 * Adds the parts that all operations share, so that controllers do not repeat them: the security scheme, the common
 * errors and a summary.
 * @throws Error when two operations have the same id
 */
export function completeOperations(document: OpenAPIObject): void {
  const common = commonFailures();
  const shared: Record<string, ProblemResponse> = {};
  const ids = new Set<string>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of METHODS.flatMap((name) => entryOf(item, name))) {
      const { operationId: id = '' } = operation;
      if (ids.has(id)) throw new Error(`Two operations have the id ${id}: rename one of the methods.`);
      ids.add(id);
      operation.summary ||= summary(id);
      secure(operation);
      describePermission(path, operation);
      declarePathParameters(path, operation);
      for (const [status, problems] of applying(path, method, operation, common))
        addFailure(operation, status, problems, shared);
    }
  }
  document.components = { ...document.components, responses: shared };
}

type Method = (typeof METHODS)[number];

function entryOf(item: PathItem, method: Method): Array<readonly [Method, Operation]> {
  const operation = item[method];
  return operation === undefined ? [] : [[method, operation]];
}

interface CommonFailures {
  readonly malformed: Problem;
  readonly unauthenticated: readonly Problem[];
  readonly body: readonly Problem[];
  /** For the API only: webhooks and probes have their own deadlines and limits. */
  readonly api: readonly Problem[];
  readonly internal: Problem;
}

function commonFailures(): CommonFailures {
  return {
    malformed: problemOfDefinition(requestInvalid.definition),
    unauthenticated: definedErrors().flatMap((error) => (error.onEveryCall ? problemOfDefinition(error) : [])),
    body: [bodyTooLarge, mediaTypeUnsupported].map(({ definition }) => problemOfDefinition(definition)),
    api: [tooManyRequests, answerTooLate, serviceUnavailable].map(({ definition }) => problemOfDefinition(definition)),
    internal: problemOfStatus(INTERNAL.status),
  };
}

function applying(path: string, method: Method, operation: Operation, common: CommonFailures) {
  const isPublic = operation.security?.length === 0;
  const problems = [
    // Applies even without input: the headers or the URL can be too long.
    common.malformed,
    ...(isPublic ? [] : common.unauthenticated),
    // Applies even without a documented body: an unexpected body is rejected before the call.
    ...(method === 'get' ? [] : common.body),
    ...(isApiRoute(path) ? common.api : []),
    common.internal,
  ];
  return groupByStatus(problems);
}

function secure(operation: Operation): void {
  const extended = operation as Operation & Record<string, unknown>;
  if (extended[OPEN_TO_ALL] === true) operation.security = [];
  delete extended[OPEN_TO_ALL];
}

/** Uses the metadata of the guards, so that the documented permission is the one they check. */
function describePermission(path: string, operation: Operation): void {
  const permission = (operation as Operation & Record<string, unknown>)[PERMISSION];
  const requirement = operation.security?.length === 0 ? OPEN : requirementText(path, permission);
  operation.description = [operation.description, requirement].filter(Boolean).join('\n\n');
}

const OPEN = 'Requires no token.';

function requirementText(path: string, permission: unknown): string {
  if (permission === undefined) return 'Requires a valid token.';
  if (permission === 'administrator') return 'Requires an administrator; API keys are not accepted.';
  return `Requires \`${String(permission)}\`${path.includes('{ws}') ? ' in the workspace' : ''}.`;
}

/** Includes parameters that only a guard reads. */
function declarePathParameters(path: string, operation: Operation): void {
  operation.parameters ??= [];
  for (const [, name = ''] of path.matchAll(/\{(\w+)\}/g)) {
    const schema = UUID_PARAMETERS.has(name) ? { type: 'string', format: 'uuid' } : { type: 'string' };
    const declared = operation.parameters.find((parameter) => 'in' in parameter && parameter.name === name);
    if (declared === undefined) operation.parameters.unshift({ in: 'path', name, required: true, schema });
    else Object.assign(declared, { schema });
  }
}

/** Other media types are those of a protocol with errors of its own. */
interface DeclaredResponse {
  readonly description: string;
  readonly content: Partial<ProblemResponse['content']>;
}

type Responses = Record<string, DeclaredResponse | { readonly $ref: string } | undefined>;

/** A response that a controller declared with this status keeps its codes and gets these in addition. */
function addFailure(
  operation: Operation,
  status: number,
  problems: readonly Problem[],
  shared: Record<string, ProblemResponse>,
): void {
  const responses = operation.responses as Responses;
  const declared = responses[status];
  if (declared === undefined || !('content' in declared)) {
    const name = (STATUS_CODES[status] ?? '').replaceAll(' ', '');
    shared[name] ??= problemResponse(problems);
    responses[status] = { $ref: `#/components/responses/${name}` };
    return;
  }
  const own = Object.values(declared.content[PROBLEM_TYPE]?.examples ?? {}).map(({ value }) => value);
  const added = problems.filter(({ code }) => !own.some((problem) => problem.code === code));
  const { description, content } = problemResponse([...own, ...added]);
  const { [PROBLEM_TYPE]: _replaced, ...otherForms } = declared.content;
  const isMixed = Object.keys(otherForms).length > 0;
  responses[status] = {
    description: isMixed ? `${declared.description}\n\n${description}` : description,
    content: { ...otherForms, ...content },
  };
}
