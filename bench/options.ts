// The command line.

import { Command, InvalidArgumentError } from 'commander';

export interface BenchOptions {
  /** Rows by name; undefined: all. */
  readonly rows: readonly string[] | undefined;
  readonly seconds: number;
  /** Measurements of each row; the median counts. */
  readonly repeat: number;
  readonly peer: 'etcd' | 'none';
  /** Only the peer: for looking at it alone. */
  readonly peerOnly: boolean;
  /** Markdown goes there too. */
  readonly out: string | undefined;
  readonly profile: boolean;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('must be a number above 0');
  return value;
}

function peer(text: string): 'etcd' | 'none' {
  if (text !== 'etcd' && text !== 'none') throw new InvalidArgumentError("must be 'etcd' or 'none'");
  return text;
}

export function parseOptions(argv: readonly string[]): BenchOptions {
  const options = new Command('bench')
    .description('Measures three nodes of ours, and of etcd, under the same load.')
    .option('--rows <names>', 'rows to measure, separated by commas (all)', (text: string) => text.split(','))
    .option('--seconds <n>', 'length of a measurement', positive, 5)
    .option('--repeat <n>', 'measurements of a row; the median counts', positive, 3)
    .option('--peer <name>', "'etcd' compares, 'none' measures ours alone", peer, 'etcd')
    .option('--peer-only', 'measure the peer alone', false)
    .option('--out <file>', 'write the table into this file as well')
    .option('--profile', 'record CPU profiles of our servers and tell where the time goes', false)
    .parse(['node', 'bench', ...argv])
    .opts<Omit<BenchOptions, 'rows' | 'out'> & { rows?: string[]; out?: string }>();
  return { ...options, rows: options.rows, out: options.out };
}
