// What locks and elections are built on. NodeServices (api/) has all of it.

import type { Lessor } from '../lease/types.js';
import type { Router } from '../placement/types.js';
import type { WatchHub } from '../watch/types.js';

export interface CoordinationServices {
  readonly router: Router;
  readonly lessor: Pick<Lessor, 'grant' | 'propose'>;
  readonly watch: Pick<WatchHub, 'subscribe'>;
}
