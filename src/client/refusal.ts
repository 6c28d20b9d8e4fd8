/** etcd's texts of refusals before anything was proposed. */
const REFUSED = new Set(['etcdserver: no leader', 'etcdserver: not capable', 'etcdserver: too many requests']);

/** True when a server that says so has done nothing. */
export const isRefusal = (text: string): boolean => REFUSED.has(text);
