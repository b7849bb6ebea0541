// Tasks of a page's own main thread, out of a trace of Chromium. Their length is CPU time of the thread, because other processes disturb the wall's.

export const CATEGORIES = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'];

/** Returns the tasks of the main thread of the process that shows a page, in milliseconds: the longest one, and their sum. */
export function tasks(trace, url) {
  const events = JSON.parse(trace).traceEvents;
  const frames = (event) => [event.args?.data, ...(event.args?.data?.frames ?? [])];
  const shown = events.filter((event) => /^(FrameCommittedInBrowser|TracingStartedInBrowser)$/.test(event.name)).flatMap(frames);
  const process = shown.findLast((frame) => frame?.url?.startsWith(url))?.processId;
  const main = events.find((event) => event.name === 'thread_name' && event.pid === process && event.args.name === 'CrRendererMain')?.tid;
  const own = events.filter((event) => event.name === 'RunTask' && event.pid === process && event.tid === main && event.tdur !== undefined);
  if (!own.length) throw new Error(`the trace has no task of ${url}`);
  return { longest: Math.max(...own.map((event) => event.tdur)) / 1000, sum: own.reduce((sum, event) => sum + event.tdur, 0) / 1000 };
}
