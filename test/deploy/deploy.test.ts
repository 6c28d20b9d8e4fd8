// What can be checked of the container files without a container engine: they are read as the engine
// would read them, and the very commands of docker-compose.yml are started as plain processes.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { toNodeConfig } from '../../cli/kvd/config.js';
import { parseArguments, parseConfigFile } from '../../cli/kvd/settings.js';
import { freePorts } from '../../jepsen-lite/real/ports.js';
import { scan } from '../architecture/scan.js';
import { temporaryFolder, track } from '../harness/cleanup.js';
import { KVD, ROOT } from '../harness/paths.js';
import { until } from '../harness/wait.js';

/** TypeScript files of a folder that go into the build. */
const sourcesOf = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => posix.join(folder, path));

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Service {
  readonly hostname: string;
  readonly command: string[];
  readonly ports: string[];
  readonly volumes: string[];
  readonly healthcheck: { readonly test: string[] };
}

const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);
const configOf = (service: Service) => toNodeConfig(parseArguments(service.command).settings);

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** Instructions of a Dockerfile: continued lines joined, comments dropped. */
function dockerfile(text: string): Instruction[] {
  return text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      return { name, rest };
    });
}

const image = dockerfile(read('Dockerfile'));
const stages = image.filter(({ name }) => name === 'FROM').length;
const last = image.slice(image.map(({ name }) => name).lastIndexOf('FROM'));
const lastOf = (name: string): string | undefined => last.findLast((i) => i.name === name)?.rest;

describe('docker-compose.yml', () => {
  it('starts three members that agree about the cluster', () => {
    expect(services.map(([name]) => name)).toEqual(['node1', 'node2', 'node3']);
    const configs = services.map(([, service]) => configOf(service));
    const peers = services.map(([name]) => ({ name, peerUrls: [`http://${name}:2380`] }));
    for (const [i, config] of configs.entries()) {
      const name = services[i]?.[0];
      expect(config.name).toBe(name);
      expect(config.initialCluster).toEqual(peers);
      expect(config.advertisePeerUrls).toEqual([`http://${name}:2380`]);
      expect(config.advertiseClientUrls).toEqual([`http://${name}:2379`]);
      expect(config.clusterToken).toBe(configs[0]?.clusterToken);
      expect(config.unsafeNoFsync).toBe(false);
    }
  });

  it('gives each a volume, a host name, a port of its own, and a health check', () => {
    for (const [name, { hostname, volumes, healthcheck }] of services) {
      expect(hostname).toBe(name);
      expect(volumes).toEqual([`${name}:/data`]);
      expect(compose.volumes).toHaveProperty(name);
      expect(healthcheck.test.slice(0, 3)).toEqual(['CMD', 'node', '-e']);
    }
    const published = services.flatMap(([, { ports }]) => ports.map((p) => p.split(':')[1]));
    expect(new Set(published).size).toBe(3);
  });

  it('checks health as the image does', () => {
    const [, list = ''] = /CMD (\[.*\])$/.exec(lastOf('HEALTHCHECK') ?? '') ?? [];
    for (const [, { healthcheck }] of services) expect(healthcheck.test.slice(1)).toEqual(JSON.parse(list));
  });
});

describe('Dockerfile', () => {
  it('has known instructions only, and two stages', () => {
    const known = /^(FROM|WORKDIR|COPY|RUN|ENV|USER|VOLUME|EXPOSE|STOPSIGNAL|HEALTHCHECK|ENTRYPOINT|CMD)$/;
    for (const { name } of image) expect(name).toMatch(known);
    expect(stages).toBe(2);
  });

  it('copies what exists and what .dockerignore lets in', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    expect(allowed.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const copied = image
      .filter(({ name, rest }) => name === 'COPY' && !rest.startsWith('--from='))
      .flatMap(({ rest }) => rest.split(/\s+/).slice(0, -1))
      .filter((path) => path !== '.');
    expect(copied.length).toBeGreaterThan(3);
    for (const path of copied) expect(allowed).toContain(path);
    const built = (parse(read('tsconfig.build.json')) as { include: string[] }).include;
    for (const folder of built) expect(allowed).toContain(folder);
    const outside = built
      .flatMap((folder) => sourcesOf(folder))
      .flatMap((path) => scan(read(path)).imports.map(({ specifier }) => ({ path, specifier })))
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(({ path, specifier }) => posix.join(posix.dirname(path), specifier))
      .filter((target) => !allowed.some((folder) => target.startsWith(`${folder}/`)));
    expect(outside).toEqual([]);
  });

  it('runs the programs of the package, not as root, with flags that kvd takes', () => {
    const { bin } = JSON.parse(read('package.json')) as { bin: Record<string, string> };
    const links = last.filter(({ name }) => name === 'RUN').map(({ rest }) => rest);
    for (const [program, path] of Object.entries(bin))
      expect(links.join()).toContain(`ln -s /opt/hexkeep/${path} /usr/local/bin/${program}`);
    expect(JSON.parse(lastOf('ENTRYPOINT') ?? '')).toEqual(['kvd']);
    expect(lastOf('USER')).toBe('node');
    const config = toNodeConfig(parseArguments(JSON.parse(lastOf('CMD') ?? '')).settings);
    expect(config.dataDir).toBe(lastOf('VOLUME'));
  });
});

describe('deploy/kvd.yml', () => {
  it('is a configuration of one member of three', () => {
    const config = toNodeConfig(parseConfigFile('deploy/kvd.yml', read('deploy/kvd.yml')));
    expect(config.initialCluster.map((m) => m.name)).toEqual(['node1', 'node2', 'node3']);
    expect(config.autoCompaction).toEqual({ mode: 'periodic', retentionMs: 3_600_000 });
  });
});

describe('the commands of docker-compose.yml', () => {
  const running: ChildProcess[] = [];

  afterEach(async () => {
    for (const child of running) child.kill();
    await Promise.all(running.map(ended));
  });

  const ended = (child: ChildProcess): Promise<number | null> =>
    child.exitCode !== null || child.signalCode !== null
      ? Promise.resolve(child.exitCode)
      : new Promise((resolve) => child.once('exit', resolve));
  const run = (file: string, args: readonly string[]): ChildProcess => {
    const child = spawn(file, args, { stdio: 'ignore' });
    track(child);
    return child;
  };

  it('start a cluster whose members pass their health checks', { timeout: 60_000 }, async () => {
    const ports = await freePorts(6);
    const folder = temporaryFolder('compose');
    // The one difference to containers: hosts and folders of their own become ports and folders of this machine.
    const here = (text: string, self: number): string =>
      text
        .replace(/http:\/\/(?:node([123])|0\.0\.0\.0|127\.0\.0\.1):(2379|2380)/g, (_, node, port) => {
          const member = node === undefined ? self : Number(node) - 1;
          return `http://127.0.0.1:${ports[2 * member + (port === '2380' ? 1 : 0)]}`;
        })
        .replace('=/data', `=${join(folder, String(self))}`);
    for (const [i, [, { command }]] of services.entries())
      running.push(run(process.execPath, [KVD, ...command.map((flag) => here(flag, i))]));
    for (const [i, [name, { healthcheck }]] of services.entries()) {
      const [, , ...args] = healthcheck.test;
      const probe = args.map((part) => here(part, i));
      await until(
        `${name} to pass its health check`,
        async () => (await ended(run(process.execPath, probe))) === 0,
        30_000,
        300,
      );
    }
    // And the check can fail.
    const [first] = running;
    first?.kill('SIGKILL');
    await ended(first as ChildProcess);
    const [, , ...args] = services[0]?.[1].healthcheck.test ?? [];
    const probe = args.map((part) => here(part, 0));
    expect(await ended(run(process.execPath, probe))).toBe(1);
  });
});
