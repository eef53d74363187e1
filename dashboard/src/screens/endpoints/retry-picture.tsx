import type { ReactNode } from 'react';
import { spanOf } from '../../ui/moment.js';
import { words } from '../../words/words.js';
import { attemptTimes } from './retry-schedule.js';

const WIDTH = 640;
const MARGIN = 24;
const LINE_Y = 30;

/** On a scale where equal steps are equal factors, so that seconds and days both have room. */
function placeOf(seconds: number, last: number): number {
  if (last === 0) return MARGIN;
  return MARGIN + (Math.log1p(seconds) / Math.log1p(last)) * (WIDTH - 2 * MARGIN);
}

/** The attempts of a message on a line of time, and in words. */
export function RetryPicture({ pauses }: { readonly pauses: readonly number[] }): ReactNode {
  const { retry } = words.endpoints;
  const times = attemptTimes(pauses);
  const last = times.at(-1) ?? 0;
  const text = retry.inWords(times.length, spanOf(last), pauses.map(spanOf));
  let labelled = -Infinity;
  return (
    <figure className="flex flex-col gap-1 overflow-x-auto">
      <svg role="img" aria-label={text} viewBox={`0 0 ${WIDTH} 56`} className="w-full max-w-2xl min-w-80">
        <line x1={MARGIN} x2={WIDTH - MARGIN} y1={LINE_Y} y2={LINE_Y} className="stroke-control" strokeWidth="1" />
        {times.map((seconds, index) => {
          const x = placeOf(seconds, last);
          const hasRoom = x - labelled >= 44;
          if (hasRoom) labelled = x;
          return (
            <g key={index}>
              <circle
                cx={x}
                cy={LINE_Y}
                r="5"
                className={index === 0 ? 'fill-accent' : 'fill-surface stroke-accent'}
                strokeWidth="2"
              />
              <text x={x} y={LINE_Y - 12} textAnchor="middle" className="fill-muted text-[11px]">
                {index + 1}
              </text>
              {hasRoom && (
                <text x={x} y={LINE_Y + 20} textAnchor="middle" className="fill-muted text-[11px]">
                  {index === 0 ? retry.atOnce : spanOf(seconds)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <figcaption className="text-sm text-muted">{text}</figcaption>
    </figure>
  );
}
