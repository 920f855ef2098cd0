import type { Sealed } from "./schema-store.ts";

/** Schema objects in one tool's input. A model cannot use more, and some clients refuse less. */
export const SCHEMA_NODES_MAX = 6_000;

/** A named schema, and the ones that it refers to by their number. */
export interface Definition extends Sealed {
  name: string;
  next: number[];
}

/** What some definitions and all that they reach amount to; without `members` it is more than one tool may hold. */
interface Reach {
  nodes: number;
  tokens: number;
  /** One bit for each definition. */
  members?: Uint32Array;
}

/**
 * Sizes of what definitions reach, each computed once: the cycles of the graph are found as it grows (Tarjan 1972)
 * and come out after all that they lead to. Costs grow with definitions and references, not with the number of ways
 * through them.
 */
export function createReach(definitionAt: (number: number) => Definition): (roots: readonly number[]) => Reach {
  const order: number[] = [];
  const low: number[] = [];
  const reaches: Reach[] = [];
  let visited = 0;

  const reachOf = (members: readonly number[]): Reach => {
    const isMember = new Set(members);
    const beyond = new Set<Reach>();
    for (const member of members) {
      for (const next of definitionAt(member).next) if (!isMember.has(next)) beyond.add(reaches[next] as Reach);
    }
    return sum(members, beyond, definitionAt);
  };

  const visit = (root: number): void => {
    const open: number[] = [];
    const isOpen = new Set<number>();
    const way: { number: number; at: number }[] = [];
    const enter = (number: number) => {
      visited++;
      order[number] = visited;
      low[number] = visited;
      open.push(number);
      isOpen.add(number);
      way.push({ number, at: 0 });
    };
    enter(root);
    for (let frame = way.at(-1); frame !== undefined; frame = way.at(-1)) {
      const { number } = frame;
      const next = definitionAt(number).next[frame.at++];
      if (next !== undefined) {
        if (order[next] === undefined) enter(next);
        else if (isOpen.has(next)) low[number] = Math.min(low[number] as number, order[next]);
        continue;
      }
      way.pop();
      const parent = way.at(-1)?.number;
      if (parent !== undefined) low[parent] = Math.min(low[parent] as number, low[number] as number);
      if (low[number] !== order[number]) continue;
      const members = open.splice(open.lastIndexOf(number));
      for (const member of members) isOpen.delete(member);
      const reach = reachOf(members);
      for (const member of members) reaches[member] = reach;
    }
  };

  return (roots) => {
    for (const root of roots) if (order[root] === undefined) visit(root);
    const [only] = roots;
    if (roots.length === 1) return reaches[only as number] as Reach;
    return sum([], new Set(roots.map((root) => reaches[root] as Reach)), definitionAt);
  };
}

/** Sizes of some definitions and of what lies beyond them, each definition counted once. */
function sum(
  members: readonly number[],
  beyond: ReadonlySet<Reach>,
  definitionAt: (number: number) => Definition,
): Reach {
  let isOver = false;
  let most = 0;
  let words = 1;
  for (const member of members) words = Math.max(words, (member >>> 5) + 1);
  for (const { members: bits, tokens } of beyond) {
    if (bits === undefined) isOver = true;
    else words = Math.max(words, bits.length);
    most = Math.max(most, tokens);
  }
  const bits = new Uint32Array(words);
  for (const member of members) set(bits, member);
  for (const { members: others } of beyond) {
    for (let word = 0; word < (others?.length ?? 0); word++) bits[word] = (bits[word] ?? 0) | (others?.[word] ?? 0);
  }
  let nodes = 0;
  let tokens = 0;
  for (let word = 0; word < words && nodes <= SCHEMA_NODES_MAX; word++) {
    for (let rest = bits[word] ?? 0; rest !== 0; rest &= rest - 1) {
      const definition = definitionAt(word * 32 + (31 - Math.clz32(rest & -rest)));
      nodes += definition.nodes;
      tokens += definition.tokens;
    }
  }
  // More than the budget is as much as any more.
  return isOver || nodes > SCHEMA_NODES_MAX
    ? { nodes: Number.POSITIVE_INFINITY, tokens: Math.max(tokens, most) }
    : { nodes, tokens, members: bits };
}

function set(bits: Uint32Array, number: number): void {
  const word = number >>> 5;
  bits[word] = (bits[word] ?? 0) | (1 << (number & 31));
}
