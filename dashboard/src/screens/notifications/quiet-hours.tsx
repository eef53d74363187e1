import { useState, type ReactNode } from 'react';
import { answer, api, type Schemas } from '../../api/api.js';
import { Button } from '../../ui/button.js';
import { Field, Input, Select } from '../../ui/field.js';
import { Panel } from '../../ui/page.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { usePreferenceChange } from './notification-queries.js';

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const DEFAULT: Schemas['QuietHours'] = { timeZone: here, from: '22:00', until: '07:00' };

/** The hours in which nothing is pushed or mailed, in a time zone. */
export function QuietHours({ preferences }: { readonly preferences: Schemas['NotificationPreferences'] }): ReactNode {
  const { quietHours } = preferences;
  const [hours, setHours] = useState(quietHours ?? DEFAULT);
  const { quiet, preferences: texts } = words.notifications;
  const zones = [...new Set([hours.timeZone, here, ...Intl.supportedValuesOf('timeZone')])];
  const save = usePreferenceChange(
    (body: Schemas['QuietHours']) => answer(api.PUT('/v1/notification-preferences/quiet-hours', { body })),
    () => toast(texts.saved),
  );
  const remove = usePreferenceChange(
    async () => {
      await answer(api.DELETE('/v1/notification-preferences/quiet-hours'));
      return { ...preferences, quietHours: null };
    },
    () => toast(quiet.removed),
  );
  return (
    <Panel title={quiet.heading}>
      <form
        className="flex flex-col gap-3 p-3"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(hours);
        }}
      >
        <p className="text-sm text-muted">{quiet.hint}</p>
        {quietHours === null && <p className="text-sm">{quiet.off}</p>}
        <div className="flex flex-wrap gap-3">
          {(['from', 'until'] as const).map((end) => (
            <Field key={end} label={quiet[end]}>
              {(control) => (
                <Input
                  {...control}
                  type="time"
                  required
                  value={hours[end]}
                  onChange={({ target }) => setHours({ ...hours, [end]: target.value })}
                  className="!w-36"
                />
              )}
            </Field>
          ))}
          <Field label={quiet.timeZone}>
            {(control) => (
              <Select
                {...control}
                value={hours.timeZone}
                onChange={({ target }) => setHours({ ...hours, timeZone: target.value })}
              >
                {zones.map((zone) => (
                  <option key={zone}>{zone}</option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        <div className="flex gap-2">
          <Button type="submit" busy={save.isPending}>
            {quiet.save}
          </Button>
          {quietHours !== null && (
            <Button kind="quiet" busy={remove.isPending} onClick={() => remove.mutate(undefined)}>
              {quiet.remove}
            </Button>
          )}
        </div>
      </form>
    </Panel>
  );
}
