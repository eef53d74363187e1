import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { setTimeout as delay } from 'node:timers/promises';
import { problemOf } from '../api/problem.js';
import { limitAnswerTimes } from './answer-times.js';

const ANSWER_MS = 50;

describe('the longest time to an answer', () => {
  let server: FastifyInstance;

  beforeEach(() => {
    server = fastify();
    limitAnswerTimes(server, ANSWER_MS);
    server.setErrorHandler((error, _request, reply) => reply.status(problemOf(error).status).send(problemOf(error)));
  });
  afterEach(() => server.close());

  it('answers a call that takes longer with `request.timeout`', async () => {
    server.get('/v1/tasks', () => new Promise(() => undefined));
    const answer = await server.inject('/v1/tasks');
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'request.timeout']);
  });

  it('does not apply to webhooks, which have a deadline of their own', async () => {
    server.get('/webhooks/:key', () => delay(2 * ANSWER_MS, 'late'));
    expect((await server.inject('/webhooks/one')).body).toBe('late');
  });

  it('cuts an answer off that has begun and does not end', async () => {
    server.get('/v1/export', (_request, reply) => {
      reply.raw.writeHead(200).write('begun');
      return new Promise(() => undefined);
    });
    const address = await server.listen({ host: '127.0.0.1', port: 0 });
    await expect((await fetch(`${address}/v1/export`)).text()).rejects.toThrow('terminated');
  });
});
