// Golden dialogues of quiet groups: lines that begin with `> ` are commands, what follows is what they bring about.

import type { NodeId } from '../../raft/types.js';
import { TestNodes } from './nodes.js';

/** A script with what it brings about now. */
export function play(script: string): string {
  let said: string[] = [];
  const random: number[] = [];
  const nodes = new TestNodes(
    (line) => said.push(`  ${line}`),
    (bound) => (random.shift() ?? 0) % bound,
  );
  const out: string[] = [];
  for (const line of script.split('\n')) {
    if (line.startsWith('#')) out.push(line);
    if (!line.startsWith('> ')) continue;
    if (out.length > 0 && !out.at(-1)?.startsWith('#')) out.push('');
    said = [];
    const [name = '', ...args] = line.slice(2).split(' ');
    if (name === 'random') random.push(...args.map(Number));
    else run(nodes, name, args, (text) => said.push(`  ${text}`));
    out.push(line, ...said);
  }
  return `${out.join('\n')}\n`;
}

const id = (text: string | undefined): NodeId => BigInt(text ?? '0');

function run(nodes: TestNodes, name: string, args: string[], say: (line: string) => void): void {
  const [first, second, third] = args;
  switch (name) {
    case 'nodes': {
      const at = args.indexOf('learners');
      const voters = args.slice(0, at === -1 ? undefined : at);
      return nodes.create(voters.map(id), at === -1 ? [] : args.slice(at + 1).map(id));
    }
    case 'lead':
      nodes.node(id(first)).core.campaign();
      return nodes.settle();
    case 'beats':
      return nodes.beats(Number(first));
    case 'propose':
      nodes.node(id(first)).core.propose([Buffer.from(second ?? '')]);
      return third === 'alone' ? nodes.node(id(first)).pump() : nodes.settle();
    case 'read':
      nodes.node(id(first)).core.readIndex(Number(second));
      return nodes.settle();
    case 'campaign':
      nodes.node(id(first)).quiet.wake();
      nodes.node(id(first)).core.campaign();
      return nodes.settle();
    case 'transfer':
      nodes.node(id(first)).core.transferLeadership(id(second));
      return nodes.settle();
    case 'remove':
      nodes.node(id(first)).core.proposeConfChange([{ type: 'remove', node: id(second) }]);
      return nodes.settle();
    case 'lose':
      for (const way of args) nodes.lost.add(way);
      return;
    case 'heal':
      return nodes.lost.clear();
    case 'crash':
      return nodes.crash(id(first));
    case 'restart':
      return nodes.restart(id(first));
    case 'status':
      for (const node of nodes.nodes.values()) {
        const { core, quiet, up } = node;
        const state = up ? `${core.role}, term ${core.term}, commit ${core.commit}` : 'down';
        say(`${node.id}: ${state}${up && quiet.isQuiet ? ', quiet' : ''}`);
      }
      return;
    default:
      throw new Error(`unknown command ${name}`);
  }
}
