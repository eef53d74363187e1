import { useState, type ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { Select } from '../../ui/field.js';
import { toast, toastProblem } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { testSource, type Provider, type Source } from '../../queries/sources-queries.js';

/** Sends a simulated delivery through the whole path of a source. */
export function SendTest({
  ws,
  source,
  provider,
}: {
  readonly ws: string;
  readonly source: Source;
  readonly provider: Provider | undefined;
}): ReactNode {
  const { test } = words.sources;
  const [event, setEvent] = useState('');
  const [busy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    setBusy(true);
    try {
      const { title, signedWith } = await testSource(ws, source.id, event === '' ? undefined : event);
      toast(test.sent, { description: `${title} · ${test.signedWith[signedWith]}` });
    } catch (error) {
      toastProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      {provider !== undefined && provider.eventTypes.length > 1 && (
        <Select
          aria-label={test.event}
          value={event}
          onChange={({ target }) => setEvent(target.value)}
          className="!w-auto max-w-56"
        >
          <option value="">{test.anyEvent}</option>
          {provider.eventTypes.map((type) => (
            <option key={type}>{type}</option>
          ))}
        </Select>
      )}
      <Button busy={busy} disabled={!source.enabled} onClick={() => void send()}>
        {test.send}
      </Button>
    </div>
  );
}
