/** This server's own version. */
export const VERSION = '0.1.0';

/**
 * What /version and Status report as the server's version: the etcd release whose API and
 * behaviour this is. Clients choose API prefixes by it and refuse anything below 3.
 */
export const ETCD_VERSION = '3.4.23';
export const ETCD_CLUSTER_VERSION = '3.4.0';
