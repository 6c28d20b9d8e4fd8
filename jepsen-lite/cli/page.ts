import type { RunResult } from '../report/types.js';

/** The report of a run; what makes pages is loaded only when one is wanted. */
export async function page(result: RunResult): Promise<string> {
  const { renderReport } = await import('../report/html.js');
  return renderReport(result);
}
