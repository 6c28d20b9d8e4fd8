// The long verification: many seeds of simulation, an hour of real faults, every planted bug, and what the
// simulation reaches of the code. Writes docs/verification.md (and docs/mutants.md).
//
//   npm run verify                                  everything, about three hours on two cores
//   npm run verify -- --seeds=500 --minutes=5       shorter
//   npm run verify -- --only=sim,real,mutants,coverage   some parts; --only=page makes the page alone
//
// Results of parts are kept in .verify/, so that a page can be made of parts that ran at different times.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { page } from './verification-page.mjs';

const COMMAND = join('dist', 'jepsen-lite', 'main.js');
const FOLDER = '.verify';
const ROUND_SECONDS = 90;
const COVERAGE_SEEDS = 300;

const options = { seeds: '10000', first: '1', minutes: '60', only: 'sim,real,mutants,coverage' };
for (const argument of process.argv.slice(2)) {
  const [, name, value] = /^--(\w+)=(.+)$/.exec(argument) ?? [];
  if (!(name in options)) {
    process.stderr.write(`verify: what is "${argument}"? There are --seeds=N --first=N --minutes=N --only=LIST\n`);
    process.exit(2);
  }
  options[name] = value;
}

mkdirSync(FOLDER, { recursive: true });
let failed = false;

/** Runs a command and returns what it printed; its progress is shown. */
function run(command, args, env = {}) {
  process.stdout.write(`\n== ${[command, ...args].join(' ')}\n`);
  const { status, stdout, error } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1024 * 1024 * 1024,
    env: { ...process.env, ...env },
  });
  process.stdout.write(stdout);
  if (error !== undefined) throw error;
  if (status === 2) throw new Error('it could not run');
  if (status !== 0) failed = true;
  return stdout;
}

const lastLine = (text) => JSON.parse(text.trim().split('\n').at(-1));
const keep = (name, value) => writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(value, null, 2)}\n`);
const kept = (name) => {
  const file = join(FOLDER, `${name}.json`);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
};

const parts = {
  sim() {
    const args = ['sim', '--first', options.first, '--seeds', options.seeds, '--json'];
    keep('sim', lastLine(run(process.execPath, [COMMAND, ...args])));
    keep('core', lastLine(run(process.execPath, [COMMAND, ...args, '--world', 'core'])));
  },
  real() {
    const rounds = String(Math.max(1, Math.ceil((Number(options.minutes) * 60) / ROUND_SECONDS)));
    const args = ['run', '--rounds', rounds, '--seconds', String(ROUND_SECONDS), '--seed', options.first, '--json'];
    keep('real', lastLine(run(process.execPath, [COMMAND, ...args])));
  },
  mutants() {
    run(process.execPath, [COMMAND, 'mutants', '--write']);
  },
  coverage() {
    const folder = join(FOLDER, 'coverage');
    rmSync(folder, { recursive: true, force: true });
    const c8 = ['--temp-directory', join(folder, 'raw'), '--reports-dir', folder, '--reporter', 'json-summary'];
    const sim = [process.execPath, COMMAND, 'sim', '--seeds', String(COVERAGE_SEEDS)];
    run(join('node_modules', '.bin', 'c8'), [...c8, '--include', 'dist/src/**', '--include', 'src/**', ...sim]);
    const summary = JSON.parse(readFileSync(join(folder, 'coverage-summary.json'), 'utf8'));
    keep('coverage', { seeds: COVERAGE_SEEDS, files: summary });
  },
};

parts.page = () => {}; // Only the page, from what is kept.

for (const name of options.only.split(',')) {
  if (parts[name] === undefined) {
    process.stderr.write(`verify: there is no part "${name}": choose from ${Object.keys(parts).join(', ')}\n`);
    process.exit(2);
  }
  parts[name]();
}
const results = Object.fromEntries(['sim', 'core', 'real', 'coverage'].map((name) => [name, kept(name)]));
writeFileSync(join('docs', 'verification.md'), page(results));
process.stdout.write(`\nwritten: docs/verification.md${failed ? '; something was found, see above' : ''}\n`);
process.exit(failed ? 1 : 0);
