import { useState, type ReactNode } from 'react';
import { answer, api, type Schemas } from '../../api/api.js';
import { Checkbox, Select } from '../../ui/field.js';
import { Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { usePreferenceChange } from './notification-queries.js';

type Kind = Schemas['NotificationPreferences']['kinds'][number];

const EMAIL_CHOICES = ['off', 'immediately', 'hourly', 'daily'] as const;

/** The ways on which each kind of notification reaches the user. A choice counts at once. */
export function KindPreferences({
  preferences: { kinds, emailOffered },
}: {
  readonly preferences: Schemas['NotificationPreferences'];
}): ReactNode {
  const text = words.notifications.preferences;
  const [sent, setSent] = useState<Kind>();
  const change = usePreferenceChange(({ kind, ...body }: Kind) => {
    const { inApp, push, email } = body;
    return answer(
      api.PUT('/v1/notification-preferences/{kind}', {
        params: { path: { kind } },
        // Without a mail server the API takes no choice for e-mail.
        body: { inApp, push, ...(emailOffered && { email }) },
      }),
    );
  });
  const choose = (kind: Kind): void => {
    setSent(kind);
    change.mutate(kind, { onSettled: () => setSent(undefined) });
  };
  // A choice is shown before the server has answered.
  const shown = kinds.map((kind) => (kind.kind === sent?.kind ? sent : kind));
  return (
    <Panel title={text.heading} className="lg:col-span-2">
      {!emailOffered && <p className="px-3 pt-2 text-sm text-muted">{text.emailOff}</p>}
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={text.heading}>
        <table className="w-full text-sm">
          <thead>
            <tr className="border-b border-line text-left text-muted">
              <th className="h-8 px-3 font-medium">{text.kind}</th>
              <th className="px-3 font-medium whitespace-nowrap">{text.inApp}</th>
              <th className="px-3 font-medium">{text.push}</th>
              {emailOffered && <th className="px-3 font-medium">{text.email}</th>}
            </tr>
          </thead>
          <tbody>
            {shown.map((kind) => (
              <tr key={kind.kind} className="border-b border-line last:border-b-0">
                <th scope="row" className="min-w-40 px-3 py-1 text-left font-normal">
                  {kind.description}
                  <span className="block font-mono text-xs text-muted">{kind.kind}</span>
                </th>
                {(['inApp', 'push'] as const).map((way) => (
                  <td key={way} className="px-3">
                    <Checkbox
                      label={<span className="sr-only">{text.cell(text[way], kind.description)}</span>}
                      checked={kind[way]}
                      onChange={({ target }) => choose({ ...kind, [way]: target.checked })}
                    />
                  </td>
                ))}
                {emailOffered && (
                  <td className="min-w-36 px-3">
                    <Select
                      aria-label={text.cell(text.email, kind.description)}
                      value={kind.email}
                      onChange={({ target }) => choose({ ...kind, email: target.value as Kind['email'] })}
                    >
                      {EMAIL_CHOICES.map((choice) => (
                        <option key={choice} value={choice}>
                          {text.emailChoices[choice]}
                        </option>
                      ))}
                    </Select>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
