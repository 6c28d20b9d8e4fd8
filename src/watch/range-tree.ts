// Which ranges hold a key: a treap ordered by (start, end) in which each node knows the greatest
// end below it. Insertion, removal and each hit of a query cost O(log n).

interface Node<T> {
  readonly start: string;
  readonly end: string;
  readonly values: Set<T>;
  readonly priority: number;
  /** Invariant: the greatest `end` of this node and all below it. */
  maxEnd: string;
  left: Node<T> | undefined;
  right: Node<T> | undefined;
}

export class RangeTree<T> {
  #root: Node<T> | undefined;
  /** State of a xorshift generator: balance needs spread priorities, not unpredictable ones. */
  #seed = 0x9e3779b9;

  add(start: string, end: string, value: T): void {
    const found = find(this.#root, start, end);
    if (found !== undefined) {
      found.values.add(value);
      return;
    }
    const node: Node<T> = {
      start,
      end,
      values: new Set([value]),
      priority: this.#nextPriority(),
      maxEnd: end,
      left: undefined,
      right: undefined,
    };
    this.#root = insert(this.#root, node);
  }

  remove(start: string, end: string, value: T): void {
    const found = find(this.#root, start, end);
    if (found === undefined || !found.values.delete(value) || found.values.size > 0) return;
    this.#root = removeNode(this.#root, start, end);
  }

  /** Appends to `out` the values of every range with start <= key < end. */
  match(key: string, out: T[]): void {
    collect(this.#root, key, out);
  }

  #nextPriority(): number {
    let x = this.#seed;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#seed = x;
    return x >>> 0;
  }
}

function order(aStart: string, aEnd: string, bStart: string, bEnd: string): number {
  if (aStart !== bStart) return aStart < bStart ? -1 : 1;
  if (aEnd === bEnd) return 0;
  return aEnd < bEnd ? -1 : 1;
}

function find<T>(root: Node<T> | undefined, start: string, end: string): Node<T> | undefined {
  let node = root;
  while (node !== undefined) {
    const side = order(start, end, node.start, node.end);
    if (side === 0) return node;
    node = side < 0 ? node.left : node.right;
  }
  return undefined;
}

function refresh<T>(node: Node<T>): void {
  let max = node.end;
  if (node.left !== undefined && node.left.maxEnd > max) max = node.left.maxEnd;
  if (node.right !== undefined && node.right.maxEnd > max) max = node.right.maxEnd;
  node.maxEnd = max;
}

function insert<T>(root: Node<T> | undefined, node: Node<T>): Node<T> {
  if (root === undefined) return node;
  if (node.priority > root.priority) {
    const [left, right] = split(root, node.start, node.end);
    node.left = left;
    node.right = right;
    refresh(node);
    return node;
  }
  if (order(node.start, node.end, root.start, root.end) < 0) root.left = insert(root.left, node);
  else root.right = insert(root.right, node);
  refresh(root);
  return root;
}

/** What is below (start, end), and what is above; the pair itself is in neither. */
function split<T>(root: Node<T> | undefined, start: string, end: string): [Node<T> | undefined, Node<T> | undefined] {
  if (root === undefined) return [undefined, undefined];
  if (order(root.start, root.end, start, end) < 0) {
    const [left, right] = split(root.right, start, end);
    root.right = left;
    refresh(root);
    return [root, right];
  }
  const [left, right] = split(root.left, start, end);
  root.left = right;
  refresh(root);
  return [left, root];
}

function removeNode<T>(root: Node<T> | undefined, start: string, end: string): Node<T> | undefined {
  if (root === undefined) return undefined;
  const side = order(start, end, root.start, root.end);
  if (side === 0) return merge(root.left, root.right);
  if (side < 0) root.left = removeNode(root.left, start, end);
  else root.right = removeNode(root.right, start, end);
  refresh(root);
  return root;
}

function merge<T>(left: Node<T> | undefined, right: Node<T> | undefined): Node<T> | undefined {
  if (left === undefined) return right;
  if (right === undefined) return left;
  if (left.priority > right.priority) {
    left.right = merge(left.right, right);
    refresh(left);
    return left;
  }
  right.left = merge(left, right.left);
  refresh(right);
  return right;
}

function collect<T>(node: Node<T> | undefined, key: string, out: T[]): void {
  if (node === undefined || node.maxEnd <= key) return;
  collect(node.left, key, out);
  if (node.start > key) return;
  if (key < node.end) for (const value of node.values) out.push(value);
  collect(node.right, key, out);
}
