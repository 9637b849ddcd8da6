/**
 * Prefixes to namespaces, for paths that people type: what `--ns` binds, names of modules, and prefixes as
 * the modules themselves state them.
 */
import type { SchemaContext } from '../../../../src/yang/index.ts';
import { nearest } from '../../../../src/yang/suggestion.ts';
import type { ModuleEntry } from '../../../module-set.ts';
import { UsageError } from '../../exit-code.ts';

export interface NameSources {
  /** Bound by `--ns`. */
  readonly bound: ReadonlyMap<string, string>;
  readonly modules: readonly ModuleEntry[];
  /** Undefined while it is not known. */
  readonly context: SchemaContext | undefined;
}

export class Names {
  readonly #sources: NameSources;

  constructor(sources: NameSources) {
    this.#sources = sources;
  }

  get context(): SchemaContext | undefined {
    return this.#sources.context;
  }

  /**
   * The namespace of a prefix or name of a module. Undefined when there is none, as far as is known. Throws
   * {@link UsageError} when several modules have the prefix.
   */
  find(prefix: string): string | undefined {
    const { bound, modules, context } = this.#sources;
    const namespace = bound.get(prefix) ?? modules.find(({ name }) => name === prefix)?.namespace;
    if (namespace !== undefined) return namespace;
    const byName = context?.modules.get(prefix)?.namespace;
    if (byName !== undefined) return byName;
    const owners = [...(context?.modules.values() ?? [])].filter((it) => it.prefix === prefix);
    const implemented = owners.filter((module) => module.implemented);
    const [owner, ...others] = implemented.length > 0 ? implemented : owners;
    if (others.length === 0) return owner?.namespace;
    const names = [owner, ...others].map((module) => module?.name ?? '').join(', ');
    throw new UsageError(
      `prefix "${prefix}" is ambiguous: these modules have it: ${names}. Use the name of the module, or --ns`,
    );
  }

  /** The same; throws {@link UsageError} when there is none. */
  resolve(prefix: string): string {
    const namespace = this.find(prefix);
    if (namespace !== undefined) return namespace;
    const { bound, modules, context } = this.#sources;
    const names = [
      ...bound.keys(),
      ...modules.map(({ name }) => name),
      ...[...(context?.modules.values() ?? [])].map((module) => module.prefix),
    ];
    const meant = nearest(prefix, names);
    const hint = meant === undefined ? 'use --ns' : `did you mean "${meant}"?`;
    throw new UsageError(`"${prefix}" is no prefix or module of the device; ${hint}`);
  }

  /** A prefix to write for a namespace: the name of its module if that is known. */
  prefixOf(namespace: string): string | undefined {
    const { modules, context } = this.#sources;
    return (
      context?.moduleByNamespace.get(namespace)?.name ??
      modules.find((module) => module.namespace === namespace)?.name
    );
  }

  /**
   * The prefix that the module itself states, if no other has it, else its name. Some devices look for that and
   * not for the declaration.
   */
  ownPrefixOf(namespace: string): string | undefined {
    const { context, bound } = this.#sources;
    const module = context?.moduleByNamespace.get(namespace);
    const isAlone =
      module !== undefined &&
      !bound.has(module.prefix) &&
      [...(context?.modules.values() ?? [])].every(
        (other) => other.prefix !== module.prefix || other.namespace === namespace,
      );
    return isAlone ? module.prefix : this.prefixOf(namespace);
  }
}
