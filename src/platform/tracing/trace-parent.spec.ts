import { describe, expect, it } from '@jest/globals';
import { parseTraceParent, writeTraceParent } from './trace-parent.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('parseTraceParent', () => {
  it('reads the ids and the flag', () => {
    expect(parseTraceParent(`00-${TRACE}-${SPAN}-01`)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled: true });
    expect(parseTraceParent(`00-${TRACE}-${SPAN}-00`)).toMatchObject({ isSampled: false });
  });

  it('reads only the sampled flag of the flags', () => {
    expect(parseTraceParent(`00-${TRACE}-${SPAN}-03`)).toMatchObject({ isSampled: true });
    expect(parseTraceParent(`00-${TRACE}-${SPAN}-02`)).toMatchObject({ isSampled: false });
  });

  it('reads later versions, which may append fields', () => {
    expect(parseTraceParent(`01-${TRACE}-${SPAN}-01-more`)).toMatchObject({ traceId: TRACE, isSampled: true });
    expect(parseTraceParent(`01-${TRACE}-${SPAN}-01`)).toMatchObject({ traceId: TRACE });
  });

  it.each([
    undefined,
    ['a list'],
    '',
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `01-${TRACE}-${SPAN}-01-${'x'.repeat(200)}`,
  ])('ignores %p', (text) => {
    expect(parseTraceParent(text)).toBeUndefined();
  });

  it('reads what writeTraceParent writes', () => {
    const text = writeTraceParent({ traceId: TRACE, spanId: SPAN });
    expect(text).toHaveLength(55);
    expect(parseTraceParent(text)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled: true });
  });
});
