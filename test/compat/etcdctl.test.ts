import { kvSteps } from './etcdctl-kv.js';
import { restSteps } from './etcdctl-rest.js';
import { compareSessions } from './session.js';

compareSessions('etcdctl: keys and transactions', kvSteps);
compareSessions('etcdctl: everything else', restSteps);
