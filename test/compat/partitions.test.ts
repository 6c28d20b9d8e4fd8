import { etcd3Steps } from './etcd3-steps.js';
import { rawSteps } from './raw-steps.js';
import { watchSteps } from './raw-watch.js';
import { compareSessions, type Step } from './session.js';

const partitions = 8;
/** Of an empty name the candidates would lie in different partitions: refused (docs/design/partitions.md). */
const NAMELESS: ReadonlySet<string> = new Set(['lock: no name', 'election: leader of nothing']);
const named = (steps: readonly Step[]): readonly Step[] => steps.filter(({ name }) => !NAMELESS.has(name));

compareSessions('eight partitions: the etcd3 client', etcd3Steps, { partitions });
compareSessions('eight partitions: single calls', named(rawSteps), { partitions });
compareSessions('eight partitions: watch streams', watchSteps, { partitions });
