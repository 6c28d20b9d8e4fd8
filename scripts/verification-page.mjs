// docs/verification.md from the results of the parts.
import { join } from 'node:path';

const COVERED = ['raft', 'storage', 'mvcc', 'multiraft', 'lease', 'watch', 'coordination', 'client', 'api'];

const number = (value) => Math.round(value).toLocaleString('en-US');
const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
const sum = (values) => Object.values(values).reduce((a, b) => a + b, 0);
const operations = (counts, type) => sum(Object.fromEntries(Object.entries(counts).map(([k, v]) => [k, v[type]])));

function totals({ sim, core, real }) {
  const row = (what, runs, hours, r) => [
    what,
    runs,
    hours,
    number(operations(r.operations, 'ok') + operations(r.operations, 'fail') + operations(r.operations, 'info')),
    number(sum(r.faults)),
    number(r.failed),
  ];
  const rows = [];
  if (sim)
    rows.push(
      row('simulated clusters', `${number(sim.seeds)} seeds`, `${(sim.simulatedMs / 3.6e6).toFixed(1)} simulated`, sim),
    );
  if (core) rows.push(row('the consensus core alone', `${number(core.seeds)} seeds`, '–', core));
  if (real)
    rows.push(row('real processes', `${number(real.seeds)} rounds`, `${(real.minutes / 60).toFixed(1)} real`, real));
  return table(['what', 'runs', 'hours', 'operations', 'faults', 'runs with anomalies'], rows);
}

function faults({ sim, real }) {
  const kinds = [...new Set([...Object.keys(sim?.faults ?? {}), ...Object.keys(real?.faults ?? {})])].sort();
  const cell = (r, kind) => (r?.faults[kind] === undefined ? '–' : number(r.faults[kind]));
  return table(
    ['fault', 'simulated', 'real'],
    kinds.map((kind) => [`\`${kind}\``, cell(sim, kind), cell(real, kind)]),
  );
}

function workloads({ sim, real }) {
  const names = [...new Set([...Object.keys(sim?.operations ?? {}), ...Object.keys(real?.operations ?? {})])].sort();
  const cell = (r, name) => {
    const o = r?.operations[name];
    return o === undefined ? '–' : `${number(o.ok)} / ${number(o.fail)} / ${number(o.info)}`;
  };
  return table(
    ['workload', 'simulated: done / failed / outcome unknown', 'real'],
    names.map((name) => [name, cell(sim, name), cell(real, name)]),
  );
}

function coverage({ files }) {
  const rows = COVERED.map((folder) => {
    const lines = { covered: 0, total: 0 };
    for (const [file, { lines: l }] of Object.entries(files)) {
      if (!file.includes(`${join('src', folder)}/`) || file.includes('/testing/')) continue;
      lines.covered += l.covered;
      lines.total += l.total;
    }
    return [`src/${folder}`, number(lines.total), `${((100 * lines.covered) / Math.max(1, lines.total)).toFixed(1)} %`];
  });
  return table(['folder', 'lines', 'reached'], rows);
}

export function page(results) {
  const { sim } = results;
  const parts = [
    '# Verification',
    'Made by `npm run verify` ([how it works](jepsen-lite.md)). What it found has [a page of its own](bugs-found.md), and so have the\n[planted bugs](mutants.md).',
    '## What ran',
    totals(results),
  ];
  if (sim)
    parts.push(
      `One core simulates ${(sim.simulatedMs / sim.cpuMs).toFixed(0)} seconds in one, on the machine that made this page.`,
    );
  parts.push('## Faults, by kind', faults(results), '## Operations, by workload', workloads(results));
  if (results.coverage) {
    parts.push(
      '## What the simulation reaches',
      `Lines that ${number(results.coverage.seeds)} seeds of simulation alone execute, without any other test.`,
      coverage(results.coverage),
    );
  }
  return `${parts.join('\n\n')}\n`;
}
