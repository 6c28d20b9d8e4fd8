// Where our servers spend their time: V8 CPU profiles, summed up by function and by file.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../test/harness/paths.js';

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Node options that write a profile into `folder` when the process ends in an orderly way. */
export function profilingOptions(folder: string): string[] {
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=500'];
}

const NOT_WORK = new Set(['(idle)', '(root)']);

function shortUrl(url: string): string {
  return url
    .replace('file://', '')
    .replace(`${ROOT}/`, '')
    .replace(/^.*\/node_modules\//, '');
}

/** Self time of everything that was not idle, µs. */
function selfTimes(profile: CpuProfile): { byFunction: Map<string, number>; byFile: Map<string, number> } {
  const frames = new Map(profile.nodes.map((n) => [n.id, n.callFrame]));
  const byFunction = new Map<string, number>();
  const byFile = new Map<string, number>();
  const add = (map: Map<string, number>, name: string, us: number): void => {
    map.set(name, (map.get(name) ?? 0) + us);
  };
  profile.samples.forEach((id, i) => {
    const frame = frames.get(id);
    if (frame === undefined || NOT_WORK.has(frame.functionName)) return;
    const us = profile.timeDeltas[i] ?? 0;
    const file = shortUrl(frame.url) || frame.functionName;
    add(byFile, file, us);
    add(byFunction, `${frame.functionName || '(anonymous)'} ${shortUrl(frame.url)}:${frame.lineNumber + 1}`, us);
  });
  return { byFunction, byFile };
}

function top(map: ReadonlyMap<string, number>, count: number, total: number): string[] {
  return [...map]
    .sort((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([name, us]) => `${((100 * us) / total).toFixed(1).padStart(6)} %  ${name}`);
}

/** One summary for each profile in the folder, the busiest process (the leader, as a rule) first. */
export function summarizeProfiles(folder: string): string {
  const profiles = readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => {
      const times = selfTimes(JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile);
      const total = [...times.byFile.values()].reduce((a, b) => a + b, 0);
      return { name, total, ...times };
    })
    .sort((a, b) => b.total - a.total);
  return profiles
    .flatMap(({ name, total, byFunction, byFile }) => [
      `${name}: ${(total / 1e6).toFixed(2)} s busy`,
      ' by function',
      ...top(byFunction, 25, total),
      ' by file',
      ...top(byFile, 15, total),
      '',
    ])
    .join('\n');
}
