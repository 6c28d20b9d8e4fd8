import { describe, expect, it } from 'vitest';
import { Compose, type Run, runningTarget } from './compose.js';
import { runReal } from './run.js';
import { possibleFaults } from './target.js';

/** An engine that writes down what it is asked. */
function engine(running = ['node1', 'node2', 'node3']): { run: Run; asked: string[] } {
  const asked: string[] = [];
  const run: Run = async (program, args) => {
    const line = [program, ...args].join(' ');
    asked.push(line);
    return line.includes(' ps ') ? `${running.join('\n')}\n` : '';
  };
  return { run, asked };
}

const endpoints = ['127.0.0.1:2379', '127.0.0.1:22379', '127.0.0.1:32379'];
const services = ['node1', 'node2', 'node3'];

describe('a cluster of Docker Compose', () => {
  it('is given faults by its commands', async () => {
    const { run, asked } = engine();
    const compose = new Compose({ run, file: 'x.yml' });
    await compose.pause('node1');
    expect(compose.isPaused('node1')).toBe(true);
    await compose.kill('node1');
    await compose.start('node1');
    await compose.start('node2');
    expect(compose.isRunning('node1')).toBe(true);
    expect(asked).toEqual([
      'docker compose --file x.yml pause node1',
      'docker compose --file x.yml unpause node1',
      'docker compose --file x.yml kill --signal SIGKILL node1',
      'docker compose --file x.yml start node1',
    ]);
  });

  it('says which faults are possible', async () => {
    const target = await runningTarget({ endpoints, services, compose: { run: engine().run } });
    expect(possibleFaults(target)).toEqual([
      'kill',
      'killLeader',
      'killAll',
      'pause',
      'pauseLeader',
      'moveLeader',
      'compact',
    ]);
    expect(possibleFaults(await runningTarget({ endpoints }))).toEqual(['moveLeader', 'compact']);
  });

  it('puts everything back at the end', async () => {
    const { run, asked } = engine();
    const target = await runningTarget({ endpoints, services, compose: { run } });
    await target.processes?.pause('node1');
    await target.processes?.kill('node2');
    asked.length = 0;
    await target.close();
    expect(asked).toEqual(['docker compose unpause node1', 'docker compose start node2']);
  });

  it('refuses with the reason', async () => {
    const without =
      (word: string): Run =>
      async (program, args) => {
        if (args.includes(word)) throw new Error(`${program} ${word}: no such thing\nmore`);
        return '';
      };
    const start = (run: Run): Promise<unknown> => runningTarget({ endpoints, services, compose: { run } });
    await expect(start(without('info'))).rejects.toThrow(/^no Docker engine answers: docker info: no such thing$/);
    await expect(start(without('compose'))).rejects.toThrow(/^docker compose can not be used: /);
    await expect(start(engine(['node1']).run)).rejects.toThrow(
      'these services do not run: node2, node3; docker compose up --build --wait',
    );
    await expect(runningTarget({ endpoints: [] })).rejects.toThrow('at least one endpoint');
    await expect(runningTarget({ endpoints, services: ['node1'] })).rejects.toThrow('3 endpoints need as many');
  });

  it('that is not there could not be tried: no anomaly', async () => {
    const limits: string[] = [];
    const run = runReal({
      seconds: 1,
      seed: 1,
      workloads: [],
      clusterKind: 'compose',
      endpoints: ['127.0.0.1:1'],
      startMs: 500,
      onLimits: (why) => limits.push(...why),
    });
    await expect(run).rejects.toThrow('not every node serves within 0.5 s: 127.0.0.1:1 down');
    expect(limits).toContain('no faults of networks and disks: the cluster was not started here');
  });
});
