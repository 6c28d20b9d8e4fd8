import { rawSteps } from './raw-steps.js';
import { watchSteps } from './raw-watch.js';
import { compareSessions } from './session.js';

compareSessions('single calls', rawSteps);
compareSessions('watch streams', watchSteps);
