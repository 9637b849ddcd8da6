/**
 * Push-change-update notifications to changes of table entries (RFC 8641, section 3.7; RFC 8072).
 *
 * A sink for XML events: values go straight into a data decoder, and a row or a removal comes out.
 */
import { DataDecoder, keyProbe } from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import { SAMI_NAMESPACE, portable } from '../../src/sami/index.ts';
import type { Kind } from '../../src/sami/index.ts';
import type { NamespaceScope, XmlAttribute, XmlSink } from '../../src/xml/index.ts';
import type { ListNode, SchemaContext } from '../../src/yang/index.ts';
import { parseTargetPath } from './target-path.ts';
import type { TargetStep } from './target-path.ts';

export interface ChangeListener {
  set(row: Branch): void;
  /** `probe` has the keys. */
  remove(probe: Branch): void;
  /** Changes are missing, or one cannot be understood: everything has to be read again. */
  lost(reason: string): void;
}

const PUSH_NAMESPACE = 'urn:ietf:params:xml:ns:yang:ietf-yang-push';
const SUBSCRIBED_NAMESPACE = 'urn:ietf:params:xml:ns:yang:ietf-subscribed-notifications';

/** Notifications that say that the subscription goes on as it was. */
const HARMLESS = new Set([
  'subscription-started',
  'subscription-resumed',
  'subscription-completed',
]);

/** Decodes the content of one notification: the element after eventTime. */
export class ChangeDecoder implements XmlSink {
  readonly #schema: SchemaContext;
  readonly #lists: readonly ListNode[];
  readonly #listener: ChangeListener;
  /** Local names of the open elements outside of a value. */
  readonly #open: string[] = [];
  #ignored = 0;
  #text = '';
  #operation = '';
  #target = '';
  #value: DataDecoder | undefined;
  #valueDepth = 0;
  #rows: Branch[] = [];

  constructor(schema: SchemaContext, kinds: readonly Kind[], listener: ChangeListener) {
    this.#schema = schema;
    this.#listener = listener;
    this.#lists = kinds.flatMap(({ lists }) => lists);
  }

  open(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    if (this.#ignored > 0) {
      this.#ignored += 1;
    } else if (this.#open.length === 0) {
      this.#openNotification(namespace, local);
    } else if (this.#open.at(-1) === 'value') {
      this.#openInValue(namespace, local, attributes, scope);
    } else {
      this.#open.push(local);
      this.#text = '';
      if (local === 'edit') this.#beginEdit();
    }
  }

  text(text: string): void {
    if (this.#ignored > 0) return;
    if (this.#value) this.#value.text(text);
    else this.#text += text;
  }

  close(scope: NamespaceScope): void {
    if (this.#ignored > 0) {
      this.#ignored -= 1;
    } else if (this.#value && this.#valueDepth > 0) {
      this.#value.close(scope);
      this.#valueDepth -= 1;
    } else {
      this.#closeElement(this.#open.pop() ?? '');
    }
  }

  #openNotification(namespace: string, local: string): void {
    if (namespace === PUSH_NAMESPACE && local === 'push-change-update') {
      this.#open.push(local);
      return;
    }
    this.#ignored = 1;
    // A push-update that nobody has asked for stands for changes that are not told one by one.
    const isHarmless = namespace === SUBSCRIBED_NAMESPACE && HARMLESS.has(local);
    if (!isHarmless && (namespace === SUBSCRIBED_NAMESPACE || namespace === PUSH_NAMESPACE)) {
      this.#listener.lost(`the device sent "${local}"`);
    }
  }

  #openInValue(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    if (!this.#value) {
      const list = this.#listNamed(namespace, local);
      if (!list) {
        this.#ignored = 1;
        return;
      }
      this.#value = new DataDecoder(list.dataParent, {
        onRow: (row) => {
          if (row.schema !== list) return false;
          this.#rows.push(row);
          return true;
        },
      });
    }
    this.#value.open(namespace, local, attributes, scope);
    this.#valueDepth += 1;
  }

  #closeElement(local: string): void {
    if (local === 'operation') this.#operation = this.#text.trim();
    else if (local === 'target') this.#target = this.#text.trim();
    else if (local === 'incomplete-update') this.#listener.lost('the device left changes out');
    else if (local === 'edit') this.#endEdit();
    this.#text = '';
  }

  #beginEdit(): void {
    this.#operation = '';
    this.#target = '';
    this.#value = undefined;
    this.#rows = [];
  }

  #endEdit(): void {
    const decoder = this.#value;
    this.#value = undefined;
    const steps = parseTargetPath(this.#target);
    const list = this.#listOf(steps);
    if (list === 'other') return;
    const [error] = decoder?.finish().errors ?? [];
    if (list === 'whole' || error) {
      this.#listener.lost(
        error?.message ?? `"${this.#operation}" of ${this.#target} came as a change`,
      );
    } else if (this.#operation === 'delete' || this.#operation === 'remove') {
      this.#listener.remove(this.#probe(list, steps.at(-1)));
    } else {
      for (const row of this.#rows) this.#listener.set(portable(row));
    }
  }

  /** Lists of several kinds may have one name: the target, which comes first, says which one it is. */
  #listNamed(namespace: string, local: string): ListNode | undefined {
    const named = this.#lists.filter(
      ({ module, name }) => module.namespace === namespace && name === local,
    );
    if (named.length < 2) return named[0];
    const list = this.#listOf(parseTargetPath(this.#target));
    return named.find((candidate) => candidate === list);
  }

  /**
   * The list of the entry that the target names; `whole` for something that contains entries or is part
   * of one, `other` for what is no entry of a dynamic kind.
   */
  #listOf(steps: readonly TargetStep[]): ListNode | 'whole' | 'other' {
    const [, , container, entry, ...deeper] = steps;
    if (!container) return 'whole';
    const lists = this.#lists.filter(({ dataParent }) => {
      if (dataParent.kind !== 'container' || dataParent.name !== container.name) return false;
      return container.module === undefined
        ? dataParent.module.namespace === SAMI_NAMESPACE
        : dataParent.module.name === container.module;
    });
    if (lists.length === 0) return 'other';
    const list = entry && lists.find(({ name }) => name === entry.name);
    return list && deeper.length === 0 ? list : 'whole';
  }

  #probe(list: ListNode, step: TargetStep | undefined): Branch {
    const resolvePrefix = (prefix: string): string | undefined =>
      this.#schema.modules.get(prefix)?.namespace;
    const values = list.keys.map((key, index) => {
      const text = step?.named.get(key.name) ?? step?.values[index];
      if (text === undefined)
        throw new Error(`the target "${this.#target}" lacks key "${key.name}"`);
      return key.type.parse(text, resolvePrefix);
    });
    return keyProbe(list, values);
  }
}
