import { parser } from '@prometheus-io/lezer-promql';

/** Metrics that Prometheus makes itself, or that come from elsewhere. */
const OF_PROMETHEUS = ['up'];

/**
 * The metrics that an expression of PromQL reads.
 * @throws Error when the expression is invalid
 */
export function metricsIn(expression: string): string[] {
  // Variables of Grafana, which stand where a duration or a label's value does.
  const text = expression.replaceAll('$__rate_interval', '1m').replaceAll('$role', '.*');
  const names: string[] = [];
  parser.parse(text).iterate({
    enter: (node) => {
      if (node.type.isError) throw new Error(`invalid at ${node.from}: ${text}`);
      if (node.name === 'Identifier' && node.node.parent?.name === 'VectorSelector') {
        names.push(text.slice(node.from, node.to));
      }
    },
  });
  return names;
}

/** The names under which the metrics in a response of `GET /metrics` can be queried. */
export function exportedNames(metrics: string): Set<string> {
  const types = [...metrics.matchAll(/^# TYPE (\S+) (\S+)/gm)].map(([, name = '', type = '']) => ({ name, type }));
  const names = types.flatMap(({ name, type }) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
  return new Set([...OF_PROMETHEUS, ...names]);
}
