import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type FormEvent, type ReactNode } from 'react';
import { answer, api, type Schemas } from '../../api/api.js';
import { Button } from '../../ui/button.js';
import { Field, Input } from '../../ui/field.js';
import { ErrorNotice, Loaded } from '../../ui/notice.js';
import { Facts, Page, Panel } from '../../ui/page.js';
import { useStep } from '../../ui/use-step.js';
import { words } from '../../words/words.js';

/** Approves or refuses the sign-in of a device, such as the command line, by the code that it shows. */
export function DeviceScreen(): ReactNode {
  const { code: given = '' }: { readonly code?: string } = useSearch({ strict: false });
  const code = plainCode(given);
  return <Page title={words.entry.device.heading}>{code === undefined ? <CodeForm /> : <Device code={code} />}</Page>;
}

/** A link may have other text around a code, which must not stand beside it; undefined: there is no code. */
function plainCode(given: string): string | undefined {
  const letters = /^[a-z]{4}[ -]?[a-z]{4}$/i.test(given.trim())
    ? given.trim().replaceAll(/[ -]/g, '').toUpperCase()
    : '';
  return letters === '' ? undefined : `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

function CodeForm(): ReactNode {
  const [code, setCode] = useState('');
  const navigate = useNavigate();
  const { device } = words.entry;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void navigate({ to: '/device', search: { code: code.trim() } });
  };
  return (
    <form onSubmit={submit} className="flex max-w-sm flex-col gap-3">
      <Field label={device.code} hint={device.codeHint}>
        {(control) => (
          <Input
            {...control}
            required
            autoComplete="off"
            maxLength={40}
            value={code}
            onChange={({ target }) => setCode(target.value)}
          />
        )}
      </Field>
      <Button type="submit" kind="primary">
        {device.next}
      </Button>
    </form>
  );
}

function Device({ code }: { readonly code: string }): ReactNode {
  const [outcome, setOutcome] = useState<string>();
  const query = useQuery({
    queryKey: ['device', code],
    queryFn: () => answer(api.POST('/v1/auth/device/look', { body: { userCode: code } })),
    // A wrong code counts as a guess.
    retry: false,
    staleTime: Infinity,
  });
  const { device } = words.entry;
  if (outcome !== undefined) return <p role="status">{outcome}</p>;
  return (
    <>
      <Loaded query={query} rows={4}>
        {(waiting) => <Decision code={code} waiting={waiting} onDone={setOutcome} />}
      </Loaded>
      {query.error !== null && (
        <>
          <p className="text-muted">{device.again}</p>
          <CodeForm />
        </>
      )}
    </>
  );
}

function Decision({
  code,
  waiting: { name, ip, userAgent },
  onDone,
}: {
  readonly code: string;
  readonly waiting: Schemas['WaitingDevice'];
  readonly onDone: (outcome: string) => void;
}): ReactNode {
  const { busy, error, run } = useStep();
  const { device } = words.entry;
  const body = { userCode: code };
  const approve = (): Promise<void> =>
    run(async () => {
      await answer(api.POST('/v1/auth/device/approve', { body }));
      onDone(device.approved);
    });
  const refuse = (): Promise<void> =>
    run(async () => {
      await answer(api.POST('/v1/auth/device/refuse', { body }));
      onDone(device.refused);
    });
  return (
    <Panel className="max-w-xl">
      <Facts
        facts={[
          [device.code, <code key="code">{code}</code>],
          [device.name, name ?? device.unknown],
          [device.address, ip ?? device.unknown],
          [device.program, userAgent ?? device.unknown],
        ]}
      />
      <div className="flex flex-col gap-3 p-3">
        <p>{device.warning}</p>
        <ErrorNotice error={error} />
        <div className="flex gap-2">
          <Button kind="primary" busy={busy} onClick={() => void approve()}>
            {device.approve}
          </Button>
          <Button busy={busy} onClick={() => void refuse()}>
            {device.refuse}
          </Button>
        </div>
      </div>
    </Panel>
  );
}
