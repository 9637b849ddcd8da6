/** Subtree filters for one VM (RFC 6241, section 6). */
import type { SubtreeFilter } from '../../src/netconf/index.ts';
import { SAMI_NAMESPACE } from '../../src/sami/index.ts';
import type { Kind } from '../../src/sami/index.ts';
import { escapeText } from '../../src/xml/index.ts';

/** All of the VM, or some kinds of it. */
export function vmFilter(vm: string, kinds: readonly Kind[] = []): SubtreeFilter {
  const wanted = kinds.map(
    ({ container }) => `<${container.name} xmlns="${container.module.namespace}"/>`,
  );
  const selected = `<id>${escapeText(vm)}</id>${wanted.join('')}`;
  return {
    type: 'subtree',
    content: `<sami xmlns="${SAMI_NAMESPACE}"><vm>${selected}</vm></sami>`,
  };
}
