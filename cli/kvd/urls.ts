// URLs on the command line, checked as etcd checks them.

import { isIP } from 'node:net';
import { ConfigError } from '../../src/errors.js';

/** Splits at commas and checks each. An empty text gives none. */
export function parseUrls(flag: string, text: string): string[] {
  const urls = text
    .split(',')
    .map((url) => url.trim())
    .filter((url) => url !== '');
  return urls.map((url) => checkUrl(flag, url));
}

/** Returns the URL as `http://host:port`. Throws ConfigError naming `flag`. */
export function checkUrl(flag: string, text: string): string {
  const fail = (what: string): never => {
    throw new ConfigError(`--${flag}: ${what}: ${text}`);
  };
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)(.*)$/s.exec(text);
  if (match === null) return fail('not a URL, write http://HOST:PORT');
  const [, scheme = '', host = '', rest = ''] = match;
  if (scheme === 'https') return fail('TLS is not supported in this version, write http://');
  if (scheme === 'unix' || scheme === 'unixs') return fail('unix sockets are not supported, write http://HOST:PORT');
  if (scheme !== 'http') return fail('URL scheme must be http');
  const port = /:(\d{1,5})$/.exec(host)?.[1];
  if (port === undefined || Number(port) > 65_535) return fail('URL address does not have the form "host:port"');
  if (rest !== '' && rest !== '/') return fail('URL must not contain a path');
  if (hostOf(host) === '') return fail('URL has no host, write an IP address (0.0.0.0 for all)');
  return `http://${host}`;
}

/** The host of `host:port`, without the brackets of an IPv6 address. */
function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1');
}

/** A name may mean several addresses, or another machine: only IP addresses and `localhost` can be bound. */
export function checkBindUrls(flag: string, urls: readonly string[]): void {
  for (const url of urls) {
    const host = hostOf(url.slice('http://'.length));
    if (host !== 'localhost' && isIP(host) === 0) {
      throw new ConfigError(`--${flag}: expected IP in URL for binding (${url})`);
    }
  }
}
