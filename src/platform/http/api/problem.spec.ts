import { describe, expect, it } from '@jest/globals';
import { BadRequestException, ForbiddenException } from '@nestjs/common';
import { defineError } from '../../errors.js';
import { problemOf } from './problem.js';

const full = defineError({ code: 'test.full', kind: 'conflict', title: 'It is full.' });

describe('problemOf', () => {
  it('shows the code, the title and what is special about an error that is meant for the caller', () => {
    expect(problemOf(full('Seven are enough.'))).toEqual({
      type: 'urn:tidings:error:test.full',
      title: 'It is full.',
      status: 409,
      code: 'test.full',
      detail: 'Seven are enough.',
    });
  });

  it('shows nothing of what an error carries that is not', () => {
    const fault = Object.assign(new Error('duplicate key (email)=(a@example.com)'), { code: '23505', query: 'INSERT' });
    expect(problemOf(fault)).toEqual({
      type: 'urn:tidings:error:internal',
      title: 'Something went wrong on our side.',
      status: 500,
      code: 'internal',
    });
  });

  it.each([null, undefined, 'text', 7, { status: 200 }, { statusCode: 'many' }])(
    'takes %p for a fault of ours',
    (thrown) => {
      expect(problemOf(thrown)).toMatchObject({ status: 500, code: 'internal' });
    },
  );

  it('keeps the status but not the message of what the framework throws', () => {
    expect(problemOf(new BadRequestException('a secret'))).toMatchObject({ status: 400, code: 'request.invalid' });
    expect(problemOf(new ForbiddenException('a secret'))).toMatchObject({ status: 403 });
    expect(JSON.stringify(problemOf(new ForbiddenException('a secret')))).not.toContain('a secret');
  });

  it('tells the caller of a call that took too long to try again', () => {
    expect(problemOf(Object.assign(new Error(), { statusCode: 503 }))).toMatchObject({
      status: 503,
      code: 'request.timeout',
    });
  });
});
