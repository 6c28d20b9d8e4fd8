#!/usr/bin/env node
import { main } from './kvd/main.js';

const code = await main(process.argv.slice(2), process.env);
process.exitCode = code;
// The server is closed. A handle that a library has not let go of yet must not keep the process: seen
// with a gRPC channel that was closed while it connected.
setTimeout(() => process.exit(code), 100).unref();
