// The command line of the demo.

import { Command, InvalidArgumentError } from 'commander';

export interface Options {
  readonly seconds: number;
  readonly seed: number;
  readonly cells: number;
  readonly dispatchers: number;
  readonly rate: number;
  readonly nodes: number;
  readonly endpoints?: string;
}

const between =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`write a whole number from ${min} to ${max}`);
  };

/** Ends the process with a message when the arguments are wrong. */
export function parseOptions(argv: readonly string[]): Options {
  return new Command('dispatch')
    .description('Leads the H3 cells of a city under faults, and proves that no ride was assigned twice')
    .option('--seconds <n>', 'how long rides are asked for', between(5, 3_600), 45)
    .option('--seed <n>', 'seed of rides and faults', between(0, 2 ** 32 - 1), 1)
    .option('--cells <n>', 'cells of the city, the inner ones first', between(1, 500), 80)
    .option('--dispatchers <n>', 'dispatcher processes', between(2, 20), 5)
    .option('--rate <n>', 'rides a second', between(1, 200), 25)
    .option('--nodes <n>', 'nodes of the cluster that it starts', between(1, 9), 3)
    .option('--endpoints <list>', 'use this empty cluster, and break no node of it')
    .parse(argv)
    .opts<Options>();
}
