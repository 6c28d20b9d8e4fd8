// One operation of a history: asked, carried out, and told what became of it.

import { Code, RpcError } from '../../src/errors.js';
import type { Json } from '../history/types.js';
import type { Worker, World } from './types.js';

/** Codes of answers that say that nothing happened. */
const REFUSALS: ReadonlySet<Code> = new Set<Code>([
  Code.invalidArgument,
  Code.notFound,
  Code.alreadyExists,
  Code.permissionDenied,
  Code.resourceExhausted,
  Code.failedPrecondition,
  Code.outOfRange,
  Code.unimplemented,
  Code.unauthenticated,
]);

/** Thrown by a workload: the operation had no effect, for a reason of its own (a comparison did not hold, say). */
export class NoEffect extends Error {}

/** `read`: an error means that nothing is known and nothing happened. `write`: it may have happened. */
export type Effect = 'read' | 'write';

/**
 * Records `f` with `input`, runs `call`, and records its answer. Resolves to the answer, or undefined
 * when there is none. Rejects only for mistakes of our own.
 */
export async function operate(
  world: World,
  worker: Worker,
  f: string,
  input: Json,
  effect: Effect,
  call: () => Promise<Json>,
): Promise<Json | undefined> {
  const { process } = worker;
  world.recorder.add('invoke', process, f, input);
  try {
    const output = await call();
    world.recorder.add('ok', process, f, output);
    return output;
  } catch (error) {
    if (!(error instanceof RpcError || error instanceof NoEffect)) throw error;
    const known = effect === 'read' || hadNoEffect(error);
    world.recorder.add(known ? 'fail' : 'info', process, f, input, error.message);
    if (!known) worker.retire();
    return undefined;
  }
}

export function hadNoEffect(error: unknown): boolean {
  if (error instanceof NoEffect) return true;
  return error instanceof RpcError && (error.retryable || REFUSALS.has(error.code));
}

/** Something that was seen, rather than asked for: begins and ends at one moment. */
export function observed(world: World, process: number, f: string, value: Json): void {
  world.recorder.add('invoke', process, f, value);
  world.recorder.add('ok', process, f, value);
}
