// What the service files share.

import { Guard } from './guard.js';
import { HeaderSource } from './header.js';
import { Quota } from './quota.js';
import type { NodeServices } from './services.js';

export interface Api {
  readonly services: NodeServices;
  readonly guard: Guard;
  readonly header: HeaderSource;
  readonly quota: Quota;
}

export function createApi(services: NodeServices): Api {
  return {
    services,
    guard: new Guard(services),
    header: new HeaderSource(services),
    quota: new Quota(services),
  };
}
