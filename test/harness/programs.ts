// Programs that tests compare with.

import { spawnSync } from 'node:child_process';

/** Throws with a line that says what to install, so that a machine without it fails instead of skipping. */
export function requireProgram(program: 'etcd' | 'etcdctl'): void {
  if (spawnSync(program, ['--version']).error === undefined) return;
  const debianPackage = program === 'etcd' ? 'etcd-server' : 'etcd-client';
  throw new Error(`${program} is needed for this test: apt-get install ${debianPackage}`);
}

/** An environment in which no program finds settings of the person who runs the tests. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign = ([name]: [string, unknown]): boolean => !/^(ETCD|ETCDCTL|KVCTL)_/.test(name);
  return { ...Object.fromEntries(Object.entries(process.env).filter(foreign)), ETCDCTL_API: '3' };
}
