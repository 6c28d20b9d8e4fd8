// A run in a few lines, for a terminal.

import Table from 'cli-table3';
import { counted } from './format.js';
import type { RunResult } from './types.js';
import { anomalyCount, type Overall, outcomes, outcomeText, overall, speed, statsText, verdictOf } from './verdict.js';

export interface SummaryOptions {
  /** Default false. */
  readonly colours?: boolean;
  /** Where long lines are broken. Default 100. */
  readonly width?: number;
}

const SIGNS: Readonly<Record<Overall, string>> = { valid: '✓ valid', anomaly: '✗ anomaly', unknown: '? unknown' };
/** Escape sequences (ECMA-48, "select graphic rendition"): green, red, yellow. */
const COLOURS: Readonly<Record<Overall, number>> = { valid: 32, anomaly: 31, unknown: 33 };

export function summary(result: RunResult, { colours = false, width = 100 }: SummaryOptions = {}): string {
  const paint = (text: string, code: number): string => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  const sign = (verdict: Overall): string => paint(SIGNS[verdict], COLOURS[verdict]);
  const bold = (text: string): string => paint(text, 1);
  const parts = [
    `${bold(oneLine(result.title))}  ${sign(overall(result))}`,
    facts(result),
    table(result, sign, width),
    ...findings(result, width, bold),
    ...(result.valid ? [] : [`again: ${bold(oneLine(result.again))}`]),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function facts(result: RunResult): string {
  const counts = outcomes(result);
  const kinds = new Set(result.faults.map((f) => f.kind)).size;
  return [
    speed(result),
    `${counted(counts.all, 'operation')} (${outcomeText(counts)}), ` +
      `${counted(result.faults.length, 'fault')} of ${counted(kinds, 'kind')}, ${counted(result.nodes.length, 'node')}`,
  ].join('\n');
}

const HEADS = ['workload', 'checker', 'verdict', 'operations', 'checked'];
/** Of the last column. */
const LEAST_WIDTH = 24;

function table(result: RunResult, sign: (verdict: Overall) => string, width: number): string {
  const rows = result.workloads.flatMap(({ name, verdicts }, i) =>
    verdicts.map((verdict) => [
      oneLine(name),
      oneLine(verdict.checker),
      sign(verdictOf(verdict)),
      outcomeText(outcomes(result, i)),
      statsText(verdict),
    ]),
  );
  if (rows.length === 0) return '';
  const widths = HEADS.slice(0, -1).map(
    (head, i) => 2 + Math.max(...[head, ...rows.map((r) => r[i] as string)].map(lengthOf)),
  );
  const rest = width - widths.reduce((sum, w) => sum + w + 1, 2);
  const made = new Table({
    head: HEADS,
    colWidths: [...widths, Math.max(LEAST_WIDTH, rest)],
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  });
  made.push(...rows);
  return made.toString();
}

/** Without colours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const lengthOf = (text: string): number => text.replace(/\u001b\[\d+m/g, '').length;

/** What is wrong, line by line. */
function findings(result: RunResult, width: number, bold: (text: string) => string): string[] {
  const lines = result.failures.flatMap((failure) => [bold('cluster'), indent(oneLine(failure), width)]);
  for (const { name, verdicts } of result.workloads) {
    for (const verdict of verdicts) {
      for (const anomaly of verdict.anomalies) {
        lines.push(
          bold(oneLine(`${name}, ${verdict.checker}: ${anomaly.name}`)),
          indent(oneLine(anomaly.message), width),
        );
      }
      const unlisted = anomalyCount(verdict) - verdict.anomalies.length;
      if (unlisted > 0) lines.push(`  and ${counted(unlisted, 'more anomaly', 'more anomalies')} of ${oneLine(name)}`);
    }
  }
  return lines.length === 0 ? [] : ['', ...lines, ''];
}

/** Control characters could do anything to a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get there
const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');

function indent(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 3 > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((l) => `  ${l}`).join('\n');
}
