import { describe, expect, it } from '@jest/globals';
import { BadRequestException, ForbiddenException } from '@nestjs/common';
import { defineError } from '../../errors.js';
import { problemOf } from './problem.js';

const full = defineError({ code: 'test.full', kind: 'conflict', title: 'It is full.' });

describe('problemOf', () => {
  it('shows the code, title and detail of a TidingsError', () => {
    expect(problemOf(full('Seven are enough.'))).toEqual({
      type: 'urn:tidings:error:test.full',
      title: 'It is full.',
      status: 409,
      code: 'test.full',
      detail: 'Seven are enough.',
    });
  });

  it('shows nothing of an unexpected error', () => {
    const fault = Object.assign(new Error('duplicate key (email)=(a@example.com)'), { code: '23505', query: 'INSERT' });
    expect(problemOf(fault)).toEqual({
      type: 'urn:tidings:error:internal',
      title: 'An internal error occurred.',
      status: 500,
      code: 'internal',
    });
  });

  it.each([null, undefined, 'text', 7, { status: 200 }, { statusCode: 'many' }])(
    'treats %p as an internal error',
    (thrown) => {
      expect(problemOf(thrown)).toMatchObject({ status: 500, code: 'internal' });
    },
  );

  it('keeps the status but not the message of a framework error', () => {
    expect(problemOf(new BadRequestException('a secret'))).toMatchObject({ status: 400, code: 'request.invalid' });
    expect(problemOf(new ForbiddenException('a secret'))).toMatchObject({ status: 403 });
    expect(JSON.stringify(problemOf(new ForbiddenException('a secret')))).not.toContain('a secret');
  });

  it('reports a call that timed out as unavailable', () => {
    expect(problemOf(Object.assign(new Error(), { statusCode: 503 }))).toMatchObject({
      status: 503,
      code: 'request.timeout',
    });
  });
});
