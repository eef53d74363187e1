import { useEffect, useRef, type ReactNode } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface Series {
  readonly label: string;
  /** A CSS variable, e.g. `--good`. */
  readonly color: string;
  readonly values: readonly (number | null)[];
}

/** Values over time. `times` are seconds since 1970; `label` says in words what the chart shows. */
export function TimeSeries({
  times,
  series,
  label,
  height = 180,
  unit = '',
}: {
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly label: string;
  readonly height?: number;
  readonly unit?: string;
}): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const styles = getComputedStyle(document.documentElement);
    const colorOf = (name: string) => styles.getPropertyValue(name).trim();
    const axis = {
      stroke: colorOf('--muted'),
      grid: { stroke: colorOf('--line'), width: 1 },
      ticks: { show: false },
      font: '12px ui-sans-serif, system-ui',
    };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        legend: { show: true, live: true },
        cursor: { y: false },
        axes: [
          axis,
          { ...axis, size: 56, values: (_plot, ticks) => ticks.map((tick) => `${tick.toLocaleString('en')}${unit}`) },
        ],
        series: [
          {},
          ...series.map(({ label: name, color }) => ({
            label: name,
            stroke: colorOf(color),
            width: 1.5,
            points: { show: false },
            value: (_plot: uPlot, value: number | null) =>
              value === null ? '' : `${value.toLocaleString('en')}${unit}`,
          })),
        ],
      },
      [[...times], ...series.map(({ values }) => [...values])],
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [times, series, height, unit]);
  return <div ref={place} role="img" aria-label={label} className="min-w-0 overflow-hidden p-2 text-xs" />;
}
