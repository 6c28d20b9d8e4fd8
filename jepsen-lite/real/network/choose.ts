import { NamespaceNetwork, namespacesAvailable } from './namespaces.js';
import { ProxyNetwork } from './proxies.js';
import type { Network, NetworkKind } from './types.js';

/** The network of that kind; without one, namespaces where they are possible. Rejects with the reason. */
export async function chooseNetwork(nodes: readonly string[], folder: string, kind?: NetworkKind): Promise<Network> {
  if (kind === 'proxies') return ProxyNetwork.create(nodes, folder);
  const possible = await namespacesAvailable();
  if (possible.ok) return NamespaceNetwork.create(nodes, folder);
  if (kind === undefined) return ProxyNetwork.create(nodes, folder);
  throw new Error(`network namespaces are not possible here: ${possible.why}`);
}
