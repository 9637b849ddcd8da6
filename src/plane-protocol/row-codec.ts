/**
 * Entries as values for JSON.parse and JSON.stringify, in the encoding of RFC 7951. Lines of up to a million
 * entries go through here, so each list has its plan made once.
 */
import { Branch, DataList } from '../data/index.ts';
import type { Slot } from '../data/index.ts';
import { InvalidValueError } from '../yang/index.ts';
import type {
  BranchSchemaNode,
  DataSchemaNode,
  JsonValue,
  LeafListNode,
  LeafNode,
  LeafValue,
} from '../yang/index.ts';
import { ProtocolError, excerpt, isJsonObject } from './messages.ts';
import type { Json, JsonObject } from './messages.ts';

interface Plan {
  readonly names: readonly (readonly [name: string, node: DataSchemaNode])[];
  readonly byName: ReadonlyMap<string, DataSchemaNode>;
}

const plans = new WeakMap<BranchSchemaNode, Plan>();

/** The members of an entry or container. Throws {@link ProtocolError} for anydata and anyxml. */
export function rowToJson(branch: Branch): JsonObject {
  const object: Record<string, Json> = {};
  for (const [name, node] of planOf(branch.schema).names) {
    const value = branch.slots[node.slot];
    if (value !== undefined) object[name] = toJson(node, value);
  }
  return object;
}

/** Reads what {@link rowToJson} makes. Throws {@link ProtocolError} for what is no entry of the schema. */
export function rowFromJson(schema: BranchSchemaNode, object: JsonObject): Branch {
  const { byName } = planOf(schema);
  const slots: Slot[] = [];
  for (const name in object) {
    const node = byName.get(name);
    const json = object[name];
    if (!node || json === undefined) throw fault(schema, `"${name}" is not known in it`);
    const value = fromJson(node, json);
    if (value === undefined) continue;
    while (slots.length <= node.slot) slots.push(undefined);
    slots[node.slot] = value;
  }
  if (schema.kind === 'list') {
    const absent = schema.keys.find(({ slot }) => slots[slot] === undefined);
    if (absent) throw fault(schema, `key "${absent.name}" is missing`);
  }
  return new Branch(schema, slots);
}

function planOf(schema: BranchSchemaNode): Plan {
  let plan = plans.get(schema);
  if (!plan) {
    const module = schema.kind === 'root' ? undefined : schema.module.name;
    const names = schema.dataChildren.map(
      (node) =>
        [
          node.module.name === module ? node.name : `${node.module.name}:${node.name}`,
          node,
        ] as const,
    );
    plan = { names, byName: new Map(names) };
    plans.set(schema, plan);
  }
  return plan;
}

function toJson(node: DataSchemaNode, value: Slot): Json {
  switch (node.kind) {
    case 'leaf':
      return node.type.toJson(value as LeafValue);
    case 'leaf-list':
      return (value as readonly LeafValue[]).map((item) => node.type.toJson(item) as Json);
    case 'container':
      return rowToJson(value as Branch);
    case 'list':
      return [...(value as Iterable<Branch>)].map((row) => rowToJson(row));
    default:
      throw fault(node, 'it cannot go to a plane in another process');
  }
}

/** Undefined for what is as if it were absent. */
function fromJson(node: DataSchemaNode, json: Json): Slot {
  switch (node.kind) {
    case 'leaf':
      return leafFromJson(node, json);
    case 'leaf-list':
      return arrayOf(node, json).map((item) => leafFromJson(node, item));
    case 'container': {
      if (!isJsonObject(json)) throw fault(node, 'it has to be an object');
      const branch = rowFromJson(node, json);
      return branch.slots.length === 0 && !node.presence ? undefined : branch;
    }
    case 'list': {
      const rows = arrayOf(node, json).map((item) => {
        if (!isJsonObject(item)) throw fault(node, 'it has to be an array of objects');
        return rowFromJson(node, item);
      });
      return rows.length === 0 ? undefined : DataList.from(node, rows);
    }
    default:
      throw fault(node, `${node.kind} cannot come from a plane in another process`);
  }
}

function leafFromJson(node: LeafNode | LeafListNode, json: Json): LeafValue {
  // An array is the value of type empty; what is deeper is not looked at, nor printed in an error.
  if (typeof json === 'object' && json !== null && !isEmptyValue(json)) {
    throw fault(node, 'it has to be a value');
  }
  try {
    return node.type.parseJson(json as JsonValue, node.module);
  } catch (error) {
    if (error instanceof InvalidValueError) throw fault(node, error.message);
    throw error;
  }
}

function isEmptyValue(json: Json): boolean {
  return Array.isArray(json) && json.length === 1 && json[0] === null;
}

function arrayOf(node: DataSchemaNode, json: Json): readonly Json[] {
  if (!Array.isArray(json)) throw fault(node, 'it has to be an array');
  return json as readonly Json[];
}

function fault(schema: BranchSchemaNode | DataSchemaNode, what: string): ProtocolError {
  const name = schema.kind === 'root' ? 'the data' : `${schema.kind} "${schema.name}"`;
  return new ProtocolError(`${name}: ${excerpt(what)}`);
}
