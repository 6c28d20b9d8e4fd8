#!/usr/bin/env node
import { main } from './kvctl/main.js';

const code = await main(process.argv.slice(2), process.env);
// Standard output is written by now: it is synchronous for files, pipes and terminals on Linux. What
// still hangs on the event loop (connections that are closing) is not worth waiting for.
process.exit(code);
