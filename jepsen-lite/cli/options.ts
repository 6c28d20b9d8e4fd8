import { InvalidArgumentError } from 'commander';
import { FAULT_KINDS } from '../nemesis/generate.js';
import type { FaultKind } from '../nemesis/types.js';
import type { PlanOptions } from '../sim/plan.js';
import { workloadNamed } from '../workloads/index.js';

/** It can not run: wrong arguments, something missing. Exit code 2. */
export class CannotRun extends Error {}

export function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`A whole number of at least ${least} is needed.`);
  };
}

export function workloadList(text: string): string[] {
  try {
    return text.split(',').map((name) => workloadNamed(name.trim()).name);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}

export function faultList(text: string): FaultKind[] {
  return text.split(',').map((name) => {
    const kind = FAULT_KINDS.find((k) => k === name.trim());
    if (kind !== undefined) return kind;
    throw new InvalidArgumentError(`there is no fault "${name}": choose from ${FAULT_KINDS.join(', ')}.`);
  });
}

export interface PlanFlags {
  readonly workloads?: string[];
  readonly faults?: FaultKind[];
  readonly nodes?: number;
  readonly partitions: number;
  readonly safety?: number;
  readonly shortLog?: boolean;
}

export function planOptions(flags: PlanFlags): PlanOptions {
  return {
    partitions: flags.partitions,
    ...(flags.workloads !== undefined && { workloads: flags.workloads }),
    ...(flags.faults !== undefined && { faults: flags.faults }),
    ...(flags.nodes !== undefined && { nodes: flags.nodes }),
    ...(flags.safety !== undefined && { safetyMs: flags.safety * 1_000 }),
    ...(flags.shortLog === true && { shortLog: true }),
  };
}
