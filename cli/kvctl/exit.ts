// How the program ends.

/** etcdctl's exit codes. */
export const Exit = {
  ok: 0,
  error: 1,
  badConnection: 2,
  /** For txn and watch: what was read from the standard input is wrong. */
  invalidInput: 3,
  /** A flag has a value that is not supported. */
  badFeature: 4,
  interrupted: 5,
  badArguments: 128,
} as const;
export type Exit = (typeof Exit)[keyof typeof Exit];

/** Ends the program with `Error: message` on the standard error. */
export class ExitError extends Error {
  override readonly name = 'ExitError';
  readonly exit: number;

  constructor(exit: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exit = exit;
  }
}

/** Ends the program without another word: what went wrong was told already. */
export class SilentExit extends Error {
  override readonly name = 'SilentExit';
  readonly exit: number;

  constructor(exit: number) {
    super(`exit ${exit}`);
    this.exit = exit;
  }
}
