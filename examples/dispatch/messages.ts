// What the demo and its dispatchers tell each other.

export interface ToDispatcher {
  readonly name: string;
  readonly endpoints: readonly string[];
  /** `rank` 0: preferred; 1, 2: standby. */
  readonly cells: readonly { readonly cell: string; readonly rank: number }[];
}

export type FromDispatcher =
  /** A guarded write under the token of a leadership that is over. */
  | {
      readonly type: 'refused';
      readonly dispatcher: string;
      readonly cell: string;
      readonly ride: string;
      readonly token: number;
    }
  | { readonly type: 'trouble'; readonly text: string };
