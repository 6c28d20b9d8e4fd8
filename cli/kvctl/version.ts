// What `kvctl version` says.

export { VERSION } from '../../src/version.js';

/** Of the API that is spoken: etcd's. */
export const API_VERSION = '3.4';
