// The command as its users call it: real processes, exit codes, and what they print. The seeds here are
// the simulation of every test run.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FAULT_KINDS } from '../nemesis/generate.js';
import { REAL_FAULT_KINDS } from '../real/faults.js';
import type { Totals } from '../sim/summary.js';
import { ALL_WORKLOADS } from '../workloads/index.js';

const COMMAND = 'dist/jepsen-lite/main.js';
const SEEDS = Number(process.env['HEXKEEP_SIM_SEEDS'] ?? 200);
/** A cluster of four takes five times as long: groups, and claims about them. */
const PARTITION_SEEDS = Math.ceil(SEEDS / 5);
const FIRST = Number(process.env['HEXKEEP_SIM_FIRST'] ?? 1);

const folder = mkdtempSync(join(tmpdir(), 'jepsen-lite-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function call(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { code: status, out: stdout, err: stderr };
}

describe('sim', () => {
  it(`finds nothing in ${SEEDS} seeds, and tells what it did`, { timeout: 600_000 }, () => {
    const { code, out } = call('sim', '--first', String(FIRST), '--seeds', String(SEEDS), '--json');
    expect(out.match(/^seed \d+ failed[\s\S]*?again: .*$/gm) ?? []).toEqual([]);
    expect(code).toBe(0);
    const totals = JSON.parse(out.trim().split('\n').at(-1) ?? '') as Totals & { realMs: number };
    expect(totals).toMatchObject({ seeds: SEEDS, failed: 0, anomalies: [] });
    // Much happened, of every kind, and faster than in real time.
    expect(Object.keys(totals.faults).length).toBeGreaterThan(20);
    expect(Object.values(totals.operations).reduce((sum, o) => sum + o.ok, 0)).toBeGreaterThan(SEEDS * 100);
    expect(totals.simulatedMs).toBeGreaterThan(totals.realMs);
    expect(out).toMatch(/ simulated in .*: [\d.,]+ times as fast as real time/);
  });

  it(`finds nothing in ${PARTITION_SEEDS} seeds with four partitions`, { timeout: 600_000 }, () => {
    const seeds = String(PARTITION_SEEDS);
    const { code, out } = call('sim', '--first', String(FIRST), '--seeds', seeds, '--partitions', '4', '--json');
    expect(out.match(/^seed \d+ failed[\s\S]*?again: .*$/gm) ?? []).toEqual([]);
    expect(code).toBe(0);
  });

  it('finds nothing in the consensus core either, with changes of membership', { timeout: 120_000 }, () => {
    const { code, out } = call('sim', '--world', 'core', '--seeds', '500', '--json');
    expect(code, out).toBe(0);
    expect(JSON.parse(out.trim().split('\n').at(-1) ?? '').faults.membership).toBeGreaterThan(200);
  });

  it('finds nothing in a group that goes quiet and wakes', { timeout: 120_000 }, () => {
    const { code, out } = call('sim', '--world', 'quiet', '--seeds', '500', '--json');
    expect(code, out).toBe(0);
    expect(JSON.parse(out.trim().split('\n').at(-1) ?? '').seeds).toBe(500);
  });

  it('writes the same trace in another process', { timeout: 60_000 }, () => {
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    for (const file of [one, two]) {
      expect(call('sim', '--first', '11', '--seeds', '1', '--trace', file).code).toBe(0);
    }
    const trace = readFileSync(one);
    expect(trace.length).toBeGreaterThan(100_000);
    expect(trace.equals(readFileSync(two))).toBe(true);
  });
});

describe('an anomaly', () => {
  // Locks without tokens are expected to fail.
  const failing = ['--workloads', 'lock-unfenced', '--faults', 'freezeClient', '--nodes', '3', '--safety', '8'];

  it('ends with 1, and replay shrinks it and makes a page', { timeout: 300_000 }, () => {
    const found = call('sim', '--seeds', '40', '--stop', ...failing);
    expect(found.code, found.out).toBe(1);
    const seed = /^seed (\d+) failed/m.exec(found.out)?.[1] as string;
    expect(found.out).toContain(`npx jepsen-lite replay ${seed} --workloads lock-unfenced`);
    const [html, stored, edn] = [join(folder, 'r.html'), join(folder, 'r.json'), join(folder, 'r.edn')];
    const [plan, log] = [join(folder, 'plan.json'), join(folder, 'r.log')];
    const files = ['--html', html, '--store', stored, '--history', edn, '--save-plan', plan];
    const replayed = call('replay', seed, ...failing, ...files);
    expect(replayed.code, replayed.err).toBe(1);
    expect(replayed.out).toMatch(/shrunk in \d+ runs: \d+ faults to \d+/);
    expect(replayed.out).toMatch(/fault freezeClient/);
    for (const file of [html, stored, edn, plan]) expect(replayed.out).toContain(`: ${file}\n`);
    expect(readFileSync(html, 'utf8')).toContain('unfenced-overwrite');
    expect(readFileSync(edn, 'utf8')).toMatch(/^\{:index 0, :type :invoke, :process/);
    const again = call('report', stored, '--html', join(folder, 'again.html'));
    expect(again.code, again.err).toBe(0);
    expect(readFileSync(join(folder, 'again.html'), 'utf8')).toBe(readFileSync(html, 'utf8'));
    const planned = call('replay', '--plan', plan, '--no-shrink', '--history', log);
    expect(planned.code, planned.err).toBe(1);
    expect(planned.out).toContain(`again: npx jepsen-lite replay --plan ${plan}`);
    expect(planned.err).toContain('logs for porcupine are of registers');
  });
});

describe('mistakes in the call', () => {
  it.each([
    [['sim', '--seeds', '0'], /whole number of at least 1/],
    [['sim', '--workloads', 'regster'], /no workload "regster": choose from register/],
    [['sim', '--faults', 'earthquake'], /no fault "earthquake": choose from isolate/],
    [['sim', '--partitions', '0'], /whole number of at least 1/],
    [['sim', '--world', 'core', '--faults', 'crash'], /--faults is of whole clusters/],
    [['sim', '--world', 'core', '--reports', 'x'], /--reports is of whole clusters/],
    [['sim', '--world', 'quiet', '--faults', 'crash'], /with --world quiet only the seeds/],
    [['sim', '--trace', '/tmp/x', '--seeds', '2'], /--seeds 1/],
    [['sim', '--seeds', '1', '--trace', '/nowhere/x'], /no such file or directory/],
    [['replay'], /which seed/],
    [['replay', 'seven'], /whole number/],
    [['replay', '--plan', '/nowhere/plan.json'], /no such file/],
    [['replay', '--plan', 'package.json'], /this is no plan: its "seed" is no number/],
    [['replay', '--plan', 'README.md'], /README.md: this is no JSON/],
    [['replay', '7', '--plan', 'package.json'], /give no seed/],
    // Before the run, which may take hours.
    [['replay', '7', '--html', '/nowhere/x.html'], /^jepsen-lite: --html \/nowhere\/x.html: .*no such file/],
    [['run', '--history', '/nowhere/x.edn'], /^jepsen-lite: --history .*no such file/],
    [['run', '--services', 'node1'], /name the endpoints/],
    [['run', '--endpoints', '127.0.0.1:1,127.0.0.1:2', '--services', 'node1'], /2 endpoints need as many services/],
    [['report', 'README.md'], /holds no run/],
    [['report', '/nowhere/run.json'], /no such file/],
    [['mutants', 'no-such-bug'], /no mutant "no-such-bug"/],
    [['run', '--faults', 'earthquake'], /no fault "earthquake"/],
    [['simulate'], /unknown command/],
  ])('%s: ends with 2 and says what is wrong', { timeout: 60_000 }, (args, says) => {
    const { code, err } = call(...args);
    expect(code).toBe(2);
    expect(err).toMatch(says);
  });

  it('a file that holds no run', () => {
    const file = join(folder, 'other.json');
    writeFileSync(file, '{"hello":1}');
    const { code, err } = call('report', file);
    expect([code, err]).toEqual([2, expect.stringContaining('holds no run')]);
  });

  it.each(['sim', 'run', 'replay', 'mutants', 'report'])('%s explains itself', (name) => {
    const { code, out } = call(name, '--help');
    expect(code).toBe(0);
    expect(out.length).toBeGreaterThan(300);
  });

  it.each([
    ['sim', FAULT_KINDS],
    ['replay', FAULT_KINDS],
    ['run', REAL_FAULT_KINDS],
  ])('%s tells which workloads and faults can be named', (name, kinds) => {
    const { out } = call(name, '--help');
    for (const word of [...ALL_WORKLOADS.map((w) => w.name), ...kinds]) {
      expect(out).toMatch(new RegExp(`^  ${word} +\\w`, 'm'));
    }
  });
});
