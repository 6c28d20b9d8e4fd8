import type { History, HistoryEvent, Operation } from './types.js';

/**
 * The operations of a history in the order of their invocations; events of the nemesis are left out.
 * Throws when a process asks twice without an answer, or is answered without asking.
 */
export function pair(history: History): Operation[] {
  const open = new Map<number, { readonly event: HistoryEvent; readonly at: number }>();
  const operations: Operation[] = [];
  for (const event of history) {
    const { process } = event;
    if (process === 'nemesis') continue;
    const begun = open.get(process);
    if (event.type === 'invoke') {
      if (begun !== undefined)
        throw new Error(`process ${process} asks at ${event.index} while ${begun.event.index} is open`);
      open.set(process, { event, at: operations.length });
      operations.push(operation(event, undefined));
      continue;
    }
    if (begun === undefined) throw new Error(`process ${process} is answered at ${event.index} and has not asked`);
    open.delete(process);
    operations[begun.at] = operation(begun.event, event);
  }
  return operations;
}

function operation(invoke: HistoryEvent, end: HistoryEvent | undefined): Operation {
  const known = end !== undefined && end.type !== 'info';
  return {
    process: invoke.process as number,
    f: invoke.f,
    type: end === undefined || end.type === 'invoke' ? 'info' : end.type,
    input: invoke.value,
    output: end === undefined ? invoke.value : end.value,
    index: invoke.index,
    endIndex: known ? end.index : Number.POSITIVE_INFINITY,
    startNs: invoke.timeNs,
    endNs: known ? end.timeNs : Number.POSITIVE_INFINITY,
    ...(end?.error === undefined ? {} : { error: end.error }),
  };
}
