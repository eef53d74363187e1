import type { ReactNode } from 'react';

const WIDTH = 96;
const HEIGHT = 20;

/** Counts over time as bars. `label` says in words what they show. */
export function Sparkline({
  values,
  label,
  tone = 'accent',
}: {
  readonly values: readonly number[];
  readonly label: string;
  readonly tone?: 'accent' | 'bad';
}): ReactNode {
  const highest = Math.max(1, ...values);
  const step = WIDTH / Math.max(1, values.length);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      className={`h-5 w-24 ${tone === 'bad' ? 'fill-bad' : 'fill-accent'}`}
    >
      <rect x="0" y={HEIGHT - 0.5} width={WIDTH} height="0.5" className="fill-line" />
      {values.map((value, index) =>
        value === 0 ? null : (
          <rect
            key={index}
            x={index * step}
            width={Math.max(0.5, step - 0.5)}
            height={Math.max(1.5, (value / highest) * HEIGHT)}
            y={HEIGHT - Math.max(1.5, (value / highest) * HEIGHT)}
          />
        ),
      )}
    </svg>
  );
}
