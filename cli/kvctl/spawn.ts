// Running a program for lock and watch, and telling of its failure as Go does.

import { spawn } from 'node:child_process';
import { fromUtf8, toBytes } from './text.js';

export interface ProgramFailure {
  /** `exit status 3`, `signal: killed`, `exec: "x": executable file not found in $PATH`. */
  readonly text: string;
}

const SIGNAL_NAMES: Readonly<Record<string, string>> = {
  SIGABRT: 'aborted',
  SIGALRM: 'alarm clock',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGHUP: 'hangup',
  SIGILL: 'illegal instruction',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGPIPE: 'broken pipe',
  SIGQUIT: 'quit',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
};

/** Resolves when it has ended; undefined when it succeeded. Its input is empty, its output is this program's. */
export function runProgram(command: readonly string[], env: NodeJS.ProcessEnv): Promise<ProgramFailure | undefined> {
  const [file = '', ...args] = command.map((word) => toBytes(word).toString('utf8'));
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
    child.once('error', (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT' && !file.includes('/');
      const reason = missing ? 'executable file not found in $PATH' : goReason(error);
      resolve({ text: missing ? `exec: "${fromUtf8(file)}": ${reason}` : `fork/exec ${fromUtf8(file)}: ${reason}` });
    });
    child.once('exit', (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve({ text: signal === null ? `exit status ${code}` : `signal: ${SIGNAL_NAMES[signal] ?? signal}` });
    });
  });
}

function goReason(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'no such file or directory';
  return error.code === 'EACCES' ? 'permission denied' : error.message;
}
