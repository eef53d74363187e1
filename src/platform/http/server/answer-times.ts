import type { FastifyInstance, FastifyReply } from 'fastify';
import { answerTooLate } from '../api/problem.js';
import { isWebhook } from '../api/webhook-route.js';

const ANSWER_MS = 30_000;

/**
 * Answers `request.timeout` to a call that takes longer than 30 s. Webhooks have a shorter deadline of their own. Not
 * Fastify's `handlerTimeout`, which makes and aborts a signal for each request: 5 % of the CPU of an API call.
 * @param answerMs the longest time to the answer, in milliseconds
 */
export function limitAnswerTimes(fastify: FastifyInstance, answerMs = ANSWER_MS): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!isWebhook(request)) {
      const timer = setTimeout(() => giveUp(reply), answerMs).unref();
      reply.raw.once('close', () => clearTimeout(timer));
    }
    done();
  });
}

function giveUp(reply: FastifyReply): void {
  // A stream that has taken over its connection ends by itself.
  if (reply.sent) return;
  // An answer that has begun cannot become another one.
  if (reply.raw.headersSent) reply.raw.destroy();
  else void reply.send(answerTooLate());
}
