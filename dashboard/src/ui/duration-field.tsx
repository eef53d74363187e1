import { useState, type ReactNode } from 'react';
import { words } from '../words/words.js';
import { Field, Input, Select } from './field.js';

const UNITS = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const;
type Unit = keyof typeof UNITS;

/** The largest unit in which a time is a whole number. */
const unitOf = (seconds: number): Unit =>
  (['days', 'hours', 'minutes'] as const).find((unit) => seconds > 0 && seconds % UNITS[unit] === 0) ?? 'seconds';

/** A length of time in a unit of the user's choice. Undefined: the control is empty. */
export function DurationField({
  label,
  hint,
  seconds,
  onChange,
  min,
  max,
}: {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly seconds: number | undefined;
  readonly onChange: (seconds: number | undefined) => void;
  readonly min?: number;
  readonly max?: number;
}): ReactNode {
  const [unit, setUnit] = useState<Unit>(() => unitOf(seconds ?? 60));
  const { durations } = words;
  const outside = seconds !== undefined && (seconds < (min ?? 0) || seconds > (max ?? Infinity));
  return (
    <Field label={label} hint={hint} error={outside ? durations.between(min ?? 0, max ?? 0) : undefined}>
      {(control) => (
        <span className="flex gap-2">
          <Input
            {...control}
            type="number"
            min={0}
            value={seconds === undefined ? '' : seconds / UNITS[unit]}
            onChange={({ target }) =>
              onChange(target.value === '' ? undefined : Math.round(Number(target.value) * UNITS[unit]))
            }
            className="!w-28"
          />
          <Select
            aria-label={durations.unitOf(label)}
            value={unit}
            onChange={({ target }) => {
              const next = target.value as Unit;
              setUnit(next);
              if (seconds !== undefined) onChange(Math.round((seconds / UNITS[unit]) * UNITS[next]));
            }}
            className="!w-auto"
          >
            {Object.keys(UNITS).map((name) => (
              <option key={name} value={name}>
                {durations.units[name as Unit]}
              </option>
            ))}
          </Select>
        </span>
      )}
    </Field>
  );
}
