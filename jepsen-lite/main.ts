#!/usr/bin/env node
import { main } from './cli/program.js';

const OK = 0;
const CANNOT_RUN = 2;

// `| head` ends what reads while there is more to say.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? (process.exitCode ?? OK) : CANNOT_RUN);
});

await main(process.argv);
