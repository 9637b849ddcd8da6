/** identityref (RFC 7950, section 9.10): a value is the identity itself, never its prefix. */
import { Refusal, TypeBase, quote } from './base.ts';
import type { Identity } from '../schema.ts';
import type { IdentityValue, IdentityrefType, LeafValue, ResolvePrefix } from './type.ts';
import type { TypeCommon } from './restriction/restriction.ts';

/**
 * `candidates` gives all identities of the schema; it is asked when the first value is parsed, so
 * identities may be compiled later than this type.
 */
export function createIdentityrefType(
  bases: readonly Identity[],
  candidates: () => readonly Identity[],
  common: TypeCommon,
): IdentityrefType {
  return new Identityref(bases, candidates, common);
}

const values = new WeakMap<Identity, IdentityValue>();

/** The one value object of an identity, so that `===` compares values. */
export function identityValue(identity: Identity): IdentityValue {
  let value = values.get(identity);
  if (!value) values.set(identity, (value = { kind: 'identity', identity }));
  return value;
}

class Identityref extends TypeBase implements IdentityrefType {
  readonly base = 'identityref';
  readonly bases: readonly Identity[];
  readonly #candidates: () => readonly Identity[];
  /** Values by namespace and then name. */
  #allowed: ReadonlyMap<string, ReadonlyMap<string, IdentityValue>> | undefined;

  constructor(
    bases: readonly Identity[],
    candidates: () => readonly Identity[],
    common: TypeCommon,
  ) {
    super(common);
    this.bases = bases;
    this.#candidates = candidates;
  }

  read(text: string, resolvePrefix: ResolvePrefix): IdentityValue | Refusal {
    const colon = text.indexOf(':');
    const prefix = colon < 0 ? '' : text.slice(0, colon);
    const namespace = resolvePrefix(prefix);
    if (namespace === undefined && prefix !== '') {
      return new Refusal(`prefix "${prefix}" of identity ${quote(text)} is not declared`);
    }
    const name = text.slice(colon + 1);
    this.#allowed ??= this.#collect();
    const value = this.#allowed.get(namespace ?? '')?.get(name);
    return value ?? this.#refuse(text, name, namespace ?? '');
  }

  accepts(value: LeafValue): boolean {
    if (value === null || typeof value !== 'object' || value.kind !== 'identity') return false;
    return this.#isAllowed(value.identity);
  }

  #collect(): Map<string, Map<string, IdentityValue>> {
    const allowed = new Map<string, Map<string, IdentityValue>>();
    for (const identity of this.#candidates()) {
      if (!this.#isAllowed(identity)) continue;
      const { namespace } = identity.module;
      const names = allowed.get(namespace) ?? new Map<string, IdentityValue>();
      allowed.set(namespace, names.set(identity.name, identityValue(identity)));
    }
    return allowed;
  }

  /** Derived from all bases, and of an implemented module (RFC 7950, section 9.10.2). */
  #isAllowed(identity: Identity): boolean {
    if (!identity.module.implemented) return false;
    return this.bases.every((base) => base !== identity && identity.ancestors.has(base));
  }

  #refuse(text: string, name: string, namespace: string): Refusal {
    const bases = this.bases.map((base) => `"${base.module.name}:${base.name}"`).join(' and ');
    const known = this.#candidates().find(
      (identity) => identity.name === name && identity.module.namespace === namespace,
    );
    if (!known) {
      const module = this.common.resolveModule(namespace)?.name;
      const where = module === undefined ? `namespace "${namespace}"` : `module "${module}"`;
      return new Refusal(
        `${quote(text)} is no identity derived from ${bases}: ${where} has no such identity`,
      );
    }
    if (!known.module.implemented) {
      return new Refusal(
        `${quote(text)} is of module "${known.module.name}", which is not implemented`,
      );
    }
    return new Refusal(`identity ${quote(text)} is not derived from ${bases}`);
  }
}
