import { count, describeAs, firstLine, sentence } from './description.js';
import { parseObject, type Payload } from './parse-body.js';
import { firstTextAt, listAt, numberAt, textAt } from './payload.js';
import type { Description } from './provider.js';

/**
 * Describes a group of alerts in the format of Alertmanager, which Grafana extends.
 * @throws TidingsError `delivery.unreadable`
 */
export function describeAlerts(body: Buffer): Description {
  const payload = parseObject(body);
  const status = textAt(payload, 'status');
  return describeAs({
    eventType: status && `alert.${status}`,
    title: titleOf(status, payload),
    url: pageOf(payload),
  });
}

/** "Alert High latency is firing for 2 instances: Requests take 3 s" */
function titleOf(status: string | undefined, payload: Payload): string {
  const first = { alert: listAt(payload, 'alerts')[0] };
  const name = firstTextAt(payload, 'commonLabels.alertname', 'groupLabels.alertname');
  const alerts = listAt(payload, 'alerts').length + (numberAt(payload, 'truncatedAlerts') ?? 0);
  const summary = firstLine(
    firstTextAt(payload, 'commonAnnotations.summary') ??
      firstTextAt(first, 'alert.annotations.summary', 'alert.annotations.description'),
  );
  const told = sentence(
    name === undefined && alerts > 1 ? 'A group of alerts' : 'Alert',
    firstLine(name),
    status === 'resolved' ? 'is resolved' : `is ${status ?? 'reported'}`,
    alerts > 1 ? `for ${count(alerts, 'instance')}` : undefined,
  );
  return summary ? `${told}: ${summary}` : told;
}

function pageOf(payload: Payload): string | undefined {
  const first = { alert: listAt(payload, 'alerts')[0] };
  return (
    firstTextAt(first, 'alert.panelURL', 'alert.dashboardURL', 'alert.generatorURL') ?? textAt(payload, 'externalURL')
  );
}
