import { describe, expect, it } from 'vitest';
import { fixture } from './fixture.js';
import { summary } from './terminal.js';

const broken = fixture({ seed: 4, broken: true });

describe('summary', () => {
  it('of a run without anomalies says so, how much was done, and nothing else', () => {
    const text = summary(fixture({ seed: 4, broken: false }));
    expect(text.split('\n')[0]).toBe('seed 4  ✓ valid');
    expect(text).toContain('30 s, simulated in 1.23 s: 24.4 times as fast as real time');
    expect(text).toMatch(/\d+ operations \(\d+ ok, \d+ fail, \d+ unknown\), 7 faults of 7 kinds, 3 nodes/);
    for (const name of ['register', 'append', 'set'])
      expect(text).toMatch(new RegExp(`│ ${name} +│ ${name} +│ ✓ valid`));
    expect(text).not.toMatch(/again|cluster|anomal/);
  });

  it('names every anomaly, every failure of the cluster, and the command that runs it again', () => {
    const text = summary(broken);
    expect(text.split('\n')[0]).toBe('seed 4  ✗ anomaly');
    expect(text).toContain('cluster\n  members differ at revision 512');
    for (const { verdicts, name } of broken.workloads) {
      for (const { anomalies, checker } of verdicts) {
        for (const anomaly of anomalies) expect(text).toContain(`${name}, ${checker}: ${anomaly.name}\n  `);
      }
    }
    expect(text).toContain('? unknown');
    expect(text.trimEnd().endsWith('again: npx jepsen-lite replay 4')).toBe(true);
  });

  it('breaks long lines', () => {
    const message = Array.from({ length: 200 }, (_, i) => `word${i}`).join(' ');
    const lines = summary({ ...broken, failures: [message] }, { width: 60 }).split('\n');
    const told = lines.filter((line) => line.startsWith('  word'));
    expect(told.length).toBeGreaterThan(20);
    for (const line of told) expect(line.length).toBeLessThanOrEqual(60);
    expect(told.join(' ').match(/word\d+/g)).toHaveLength(200);
  });

  it('has colours only when asked, and lets no control character through', () => {
    const esc = '\u001b';
    const hostile = { ...broken, title: `a${esc}[2Jb`, failures: [`x${esc}]0;y\u0007\nz\u009b31m`] };
    expect(summary(hostile)).not.toContain(esc);
    for (const c of ['\u0007', '\u009b']) expect(summary(hostile)).not.toContain(c);
    expect(summary(hostile, { colours: true })).toContain(`${esc}[31m✗ anomaly${esc}[0m`);
    expect(summary(hostile, { colours: true })).not.toContain(`${esc}[2J`);
  });

  it('of a run that never began has no table', () => {
    const text = summary({ ...broken, workloads: [], failures: ['not every node serves'] });
    expect(text).toContain('0 operations');
    expect(text).not.toContain('│');
  });

  it('of an undecided run says unknown', () => {
    const undecided = broken.workloads.filter((w) => w.name === 'watch');
    expect(summary({ ...broken, failures: [], workloads: undecided }).split('\n')[0]).toBe('seed 4  ? unknown');
  });
});
