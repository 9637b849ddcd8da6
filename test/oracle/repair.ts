/** Makes documents valid by taking away what is at fault. */
import type { PathStep, RpcError } from '../../src/error/index.ts';
import { canonicalText, type Item } from './generate/item.ts';

const MAX_ROUNDS = 25;

/** Whether `errorsOf` had nothing more to say in the end. */
export function repair(root: Item, errorsOf: (root: Item) => readonly RpcError[]): boolean {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const errors = errorsOf(root);
    if (errors.length === 0) return true;
    const faulty = new Set(errors.map((error) => faultyItem(root, error)));
    for (const item of faulty) {
      if (item) item.remove();
      else if (faulty.size === 1) return false;
    }
  }
  return false;
}

/** The deepest item on the path of an error: what it is about, or what lacks something. */
function faultyItem(root: Item, { path }: RpcError): Item | undefined {
  if (path === undefined || typeof path === 'string') return undefined;
  let found: Item | undefined;
  let item = root;
  for (const step of path) {
    const next = item.children.find((child) => isAt(child, step));
    if (!next) break;
    found = item = next;
  }
  return found;
}

function isAt(item: Item, step: PathStep): boolean {
  if (item.name !== step.name || item.namespace !== step.namespace) return false;
  if (step.value !== undefined) return canonicalText(item) === step.value;
  return (step.keys ?? []).every(([name, value]) => {
    const key = item.children.find((child) => child.name === name);
    return key !== undefined && canonicalText(key) === value;
  });
}
