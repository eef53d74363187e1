import { describe, expect, it } from '@jest/globals';
import { mergeMetrics } from './merge-metrics.js';

const of = (value: number): string =>
  [
    '# HELP tidings_things_total Things, "quoted".',
    '# TYPE tidings_things_total counter',
    `tidings_things_total{kind="a b",text="} 1"} ${value}`,
    '# HELP tidings_depth Depth.',
    '# TYPE tidings_depth gauge',
    `tidings_depth ${value}`,
    '',
  ].join('\n');

describe('merged metrics', () => {
  it('have the samples of a metric together below one head, with the number of their process', () => {
    expect(mergeMetrics(new Map([1, 2].map((process) => [process, of(process * 10)])))).toBe(
      [
        '# HELP tidings_things_total Things, "quoted".',
        '# TYPE tidings_things_total counter',
        'tidings_things_total{process="1",kind="a b",text="} 1"} 10',
        'tidings_things_total{process="2",kind="a b",text="} 1"} 20',
        '# HELP tidings_depth Depth.',
        '# TYPE tidings_depth gauge',
        'tidings_depth{process="1"} 10',
        'tidings_depth{process="2"} 20',
        '',
      ].join('\n'),
    );
  });

  it('include a metric that only one process has', () => {
    const merged = mergeMetrics(new Map([[1, of(1)], [2, '# HELP b B.\n# TYPE b gauge\nb 3\n']])); // prettier-ignore
    expect(merged).toContain('b{process="2"} 3');
  });
});
