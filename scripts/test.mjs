// The whole test run: static checks, build, then every test. Ends with the line `N passed, N failed`
// and fails when anything failed. Arguments go to vitest (a file, `-t name`).
//
// HEXKEEP_ALSO_NODE=24 runs the demo under that version of Node, too.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bin = (name) => join('node_modules', '.bin', name);
const folder = mkdtempSync(join(tmpdir(), 'hexkeep-test-'));
/** Temporary files of the tests: a folder of this run alone, so that what stays behind is seen. */
const temporary = join(folder, 'tmp');
mkdirSync(temporary);
const env = { ...process.env, TMPDIR: temporary };

let passed = 0;
let failed = 0;

function record(name, problem) {
  if (problem === undefined) passed++;
  else {
    failed++;
    process.stdout.write(`FAILED: ${name}: ${problem}\n`);
  }
  return problem === undefined;
}

function check(name, command, args) {
  process.stdout.write(`\n== ${name}\n`);
  const { status, signal, error } = spawnSync(command, args, { stdio: 'inherit', env });
  return record(name, status === 0 ? undefined : (error?.message ?? signal ?? `exit code ${status}`));
}

function runTests() {
  process.stdout.write('\n== tests\n');
  const results = join(folder, 'results.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const { status } = spawnSync(bin('vitest'), ['run', ...reporters, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env,
  });
  try {
    const { numPassedTests, numFailedTests, numTotalTests, testResults } = JSON.parse(readFileSync(results, 'utf8'));
    passed += numPassedTests;
    failed += numFailedTests;
    // A file that could not be loaded has no tests to count.
    for (const file of testResults)
      if (file.status === 'failed' && !file.assertionResults.some((t) => t.status === 'failed'))
        record(file.name, file.message || 'failed outside of its tests');
    if (numTotalTests === 0) record('tests', 'there were none');
    // A run that dies after its tests (an unhandled rejection, say) is a failure of its own.
    else if (status !== 0 && failed === 0) record('tests', `exit code ${status}`);
  } catch (error) {
    record('tests', `no results: ${error.message}`);
  }
}

/** Processes that mention the temporary folder in their command line (where there is a /proc). */
function leftProcesses() {
  const found = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      if (line.includes(temporary)) found.push({ pid: Number(pid), line });
    } catch {
      // It has just ended.
    }
  }
  return found;
}

function checkLeftovers() {
  process.stdout.write('\n== nothing is left behind\n');
  // Node's and npm's own caches are not the tests'.
  const files = readdirSync(temporary).filter((name) => !/^(node-compile-cache|v8-compile-cache|npm-|\.)/.test(name));
  record('no temporary file stays', files.length === 0 ? undefined : files.join(', '));
  let processes = [];
  try {
    processes = leftProcesses();
  } catch {
    process.stdout.write('processes are not checked: there is no /proc here\n');
  }
  record('no process stays', processes.length === 0 ? undefined : processes.map((p) => p.line).join('\n'));
  for (const { pid } of processes) process.kill(pid, 'SIGKILL');
}

check('generated code is up to date', process.execPath, ['scripts/generate-codec.mjs', '--check']);
check('format and lint', bin('biome'), ['check', '--error-on-warnings', '.']);
check('types', bin('tsc'), ['-p', 'tsconfig.json', '--noEmit']);
const built =
  check('build', bin('tsc'), ['-p', 'tsconfig.build.json']) &&
  check('executables', process.execPath, ['scripts/mark-executable.mjs']);
if (built) {
  const version = process.env.HEXKEEP_ALSO_NODE;
  const demo = ['dist/examples/dispatch/main.js', '--seconds=12', '--cells=24', '--dispatchers=3'];
  if (version) check(`demo on Node ${version}`, 'npx', ['--yes', '-p', `node@${version}`, 'node', ...demo]);
  runTests();
  checkLeftovers();
} else record('tests', 'not run: there is no build');
rmSync(folder, { recursive: true, force: true });

process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
