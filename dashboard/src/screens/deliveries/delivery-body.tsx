import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState, type ReactNode } from 'react';
import { useMay } from '../../app/workspace.js';
import { Button } from '../../ui/button.js';
import { classes } from '../../ui/classes.js';
import { JsonTree, RawText } from '../../ui/json-view.js';
import { words } from '../../words/words.js';
import { BodyDiff } from './body-diff.js';
import { bodySize } from './body-size.js';
import type { DeliveryDetail } from './delivery-queries.js';

const { detail, way } = words.deliveries;
const LARGE = 200 * 1_024;
const FORMS = ['tree', 'raw', 'diff'] as const;

/** The value of a JSON body; undefined for other bodies. */
function jsonOf({ body, bodyEncoding }: DeliveryDetail): unknown {
  if (body === undefined || bodyEncoding === 'base64') return undefined;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

function Tree({ delivery, body }: { readonly delivery: DeliveryDetail; readonly body: string }): ReactNode {
  const isLarge = body.length > LARGE;
  const [isAsked, setAsked] = useState(false);
  const value = useMemo(() => (isLarge && !isAsked ? null : jsonOf(delivery)), [delivery, isLarge, isAsked]);
  if (isLarge && !isAsked) {
    return (
      <p className="flex flex-wrap items-center gap-2 p-3">
        {detail.large(way.bytes(bodySize(delivery) ?? 0))}
        <Button size="small" onClick={() => setAsked(true)}>
          {detail.showTree}
        </Button>
      </p>
    );
  }
  if (value !== undefined) return <JsonTree value={value} />;
  return (
    <>
      <p className="px-3 pt-3 text-sm text-muted">
        {delivery.bodyEncoding === 'base64' ? detail.binary : delivery.method === 'GET' ? detail.query : detail.notJson}
      </p>
      <RawText text={body} label={detail.tabs.body} />
    </>
  );
}

/** The body as a tree, as it is, or compared with another delivery. */
export function DeliveryBody({ delivery }: { readonly delivery: DeliveryDetail }): ReactNode {
  const navigate = useNavigate();
  const { form = 'tree' } = useSearch({ from: '/w/$ws/deliveries/$id' });
  const mayRead = useMay('webhooks:bodies');
  const { body } = delivery;
  if (!mayRead || body === undefined) return <p className="p-4 text-muted">{detail.bodyHidden}</p>;
  if (body === '') return <p className="p-4 text-muted">{detail.bodyEmpty}</p>;
  const choose = (next: (typeof FORMS)[number]): void =>
    void navigate({
      to: '.',
      search: (before: object) => ({ ...before, form: next === 'tree' ? undefined : next, with: undefined }),
      replace: true,
    } as never);
  return (
    <div className="flex flex-col">
      <div role="group" aria-label={detail.forms.label} className="flex gap-1 px-3 pt-2">
        {FORMS.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={form === name}
            onClick={() => choose(name)}
            className={classes('h-7 rounded border px-2 text-sm', form === name ? 'border-accent' : 'border-line')}
          >
            {detail.forms[name]}
          </button>
        ))}
      </div>
      {form === 'tree' && <Tree key={delivery.id} delivery={delivery} body={body} />}
      {form === 'raw' && <RawText text={body} label={detail.tabs.body} />}
      {form === 'diff' && <BodyDiff delivery={delivery} />}
    </div>
  );
}
