import type { Browser, Page } from 'playwright-core';

/** An event of a Chromium trace. Times are in microseconds; `tdur` is the time of the processor. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly name?: string };
}

const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'toplevel', 'v8'];
/** JavaScript, with the style and layout that it forces, and its garbage collection. */
const SCRIPTS = new Set(['FunctionCall', 'EvaluateScript', 'RunMicrotasks', 'MinorGC', 'MajorGC']);

/**
 * Measures the scripting of a page while `work` runs. Processor time does not count what other processes of the machine
 * take, nor what painting in software takes.
 * @returns milliseconds of each task of the page's main thread that ran any script
 */
export async function scriptingOf(browser: Browser, page: Page, work: () => Promise<void>): Promise<number[]> {
  await browser.startTracing(page, { categories: CATEGORIES });
  await work().catch(async (error: unknown) => {
    await browser.stopTracing();
    throw error;
  });
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: readonly TraceEvent[] };
  const threads = new Set(
    trace.traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(threadOf),
  );
  const events = trace.traceEvents
    .filter((event) => event.ph === 'X' && threads.has(threadOf(event)))
    .toSorted((one, other) => one.ts - other.ts);
  return [...threads].flatMap((thread) => perTask(events.filter((event) => threadOf(event) === thread)));
}

const threadOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
const endOf = ({ ts, dur = 0 }: TraceEvent): number => ts + dur;

/** @param events of one thread, in their order */
function perTask(events: readonly TraceEvent[]): number[] {
  const spans: number[] = [];
  let [taskEnd, scriptEnd] = [0, 0];
  for (const event of events) {
    if (event.name === 'RunTask' && event.ts >= taskEnd) {
      taskEnd = endOf(event);
      spans.push(0);
    } else if (SCRIPTS.has(event.name) && event.ts >= scriptEnd && spans.length > 0) {
      scriptEnd = endOf(event);
      spans.push((spans.pop() ?? 0) + (event.tdur ?? event.dur ?? 0) / 1_000);
    }
  }
  return spans.filter((span) => span > 0);
}
