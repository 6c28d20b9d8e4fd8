#!/usr/bin/env node
import { main } from './kvd/main.js';

const code = await main(process.argv.slice(2), process.env);
process.exitCode = code;
// The server is closed, its log written. Under load one stop in ten left some handle of a library open
// (which one is not known), and a server that was told to end must end.
setTimeout(() => process.exit(code), 100).unref();
