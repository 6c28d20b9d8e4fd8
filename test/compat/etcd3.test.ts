import { etcd3Steps } from './etcd3-steps.js';
import { compareSessions } from './session.js';

compareSessions('the etcd3 client', etcd3Steps);
