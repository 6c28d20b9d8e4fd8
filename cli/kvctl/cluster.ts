// kvctl cluster: a local cluster of real processes, for trying things out and for demos.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import Table from 'cli-table3';
import { type Command, InvalidArgumentError } from 'commander';
import { isHealthy, LocalCluster } from './cluster/local-cluster.js';

const DEFAULT_FOLDER = '.hexkeep';
const DEFAULT_LINES = 20;

interface DirOption {
  readonly dir: string;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('write a whole number');
  return value;
}

const withDir = (command: Command): Command =>
  command.option('--dir <folder>', 'folder of the cluster', DEFAULT_FOLDER);

/** Adds `cluster up|down|status|logs|kill|restart`. */
export function registerCluster(program: Command): void {
  const cluster = program.command('cluster').description('Runs a local cluster of real processes in a folder');
  withDir(cluster.command('up'))
    .description('starts the cluster, or those of its members that do not run')
    .option('--nodes <n>', 'number of members of a new cluster', wholeNumber, 3)
    .option('--base-port <port>', 'first port of a new cluster; 0 takes free ones', wholeNumber, 0)
    .action(async (options: DirOption & { nodes: number; basePort: number }) => {
      const running = await LocalCluster.up(resolve(options.dir), options);
      printMembers(running);
      process.stdout.write(`\nexport KVCTL_ENDPOINTS=${running.endpoints.join(',')}\n`);
    });
  withDir(cluster.command('down'))
    .description('stops every member; the data stays')
    .option('--remove', 'delete the folder with all data', false)
    .action(async (options: DirOption & { remove: boolean }) => {
      await LocalCluster.open(resolve(options.dir)).down(options.remove);
      process.stdout.write(
        options.remove ? 'stopped and removed\n' : 'stopped; start it again with "kvctl cluster up"\n',
      );
    });
  withDir(cluster.command('status'))
    .description('shows the members and whether they serve')
    .action(async (options: DirOption) => {
      await printStatus(LocalCluster.open(resolve(options.dir)));
    });
  withDir(cluster.command('logs'))
    .description("prints the end of a member's log")
    .argument('<member>')
    .option('--lines <n>', 'lines to print', wholeNumber, DEFAULT_LINES)
    .action((name: string, options: DirOption & { lines: number }) => {
      const member = LocalCluster.open(resolve(options.dir)).member(name);
      const lines = readFileSync(member.logFile, 'utf8').trimEnd().split('\n');
      process.stdout.write(`${lines.slice(-options.lines).join('\n')}\n`);
    });
  withDir(cluster.command('kill'))
    .description('kills a member with SIGKILL, as a crash would')
    .argument('<member>')
    .action(async (name: string, options: DirOption) => {
      const running = LocalCluster.open(resolve(options.dir));
      const member = running.member(name);
      running.kill(member);
      await running.ended(member);
      process.stdout.write(`killed ${name}; start it again with "kvctl cluster restart ${name}"\n`);
    });
  withDir(cluster.command('restart'))
    .description('stops a member if it runs, and starts it again')
    .argument('<member>')
    .action(async (name: string, options: DirOption) => {
      const running = LocalCluster.open(resolve(options.dir));
      await running.restart(running.member(name));
      process.stdout.write(`${name} is back\n`);
    });
}

function printMembers(cluster: LocalCluster): void {
  for (const member of cluster.members)
    process.stdout.write(`${member.name}  ${member.clientUrl}  pid ${member.pid}\n`);
}

async function printStatus(cluster: LocalCluster): Promise<void> {
  const table = new Table({ head: ['member', 'clients', 'peers', 'pid', 'state'], style: { head: [], border: [] } });
  for (const member of cluster.members) {
    const state = cluster.runs(member) ? ((await isHealthy(member.clientUrl)) ? 'serving' : 'not healthy') : 'stopped';
    table.push([member.name, member.clientUrl, member.peerUrl, member.pid === 0 ? '-' : String(member.pid), state]);
  }
  process.stdout.write(`${table.toString()}\n`);
}
