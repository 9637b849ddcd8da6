/**
 * Errors about what the user may not read (RFC 8341, sections 3.2.5 and 3.4.3). Neither path nor message may tell of
 * it, and that something is there or not may not show in the tag either: whoever may not read it is told that
 * access is denied, whatever it was.
 */
import type { PathStep } from '../../src/data/index.ts';
import { printPath } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import type { Policy } from './policy.ts';
import { deniedAt, wayAlong } from './visible-path.ts';
import type { Way } from './visible-path.ts';

/** The errors as the user gets to see them; what is left of several hidden nodes is told once. */
export function concealErrors(
  errors: readonly RpcError[],
  policy: Policy,
  context: SchemaContext,
): readonly RpcError[] {
  const wayTo = (path: RpcError['path']): Way | undefined =>
    typeof path === 'object' ? wayAlong(policy, path, context) : undefined;
  const isHidden = (path: RpcError['path']): boolean => wayTo(path)?.isVisible === false;
  const told = new Set<string>();
  return errors.flatMap((error) => {
    const way = wayTo(error.path);
    if (way?.isVisible !== false) return [withoutHiddenInfo(error, isHidden)];
    const shown = printPath(way.visiblePath);
    if (told.has(shown)) return [];
    told.add(shown);
    return [deniedAt(way)];
  });
}

/** Values that must be unique together may be equal to some that are hidden. */
function withoutHiddenInfo(
  error: RpcError,
  isHidden: (path: readonly PathStep[] | string) => boolean,
): RpcError {
  const { info, ...rest } = error;
  if (info?.nonUnique?.some(isHidden) !== true) return error;
  const { appTag = 'operation-failed' } = error;
  const { nonUnique, ...others } = info;
  return {
    ...rest,
    message: `the data is not acceptable together with other data (${appTag})`,
    info: { ...others, nonUnique: nonUnique.filter((path) => !isHidden(path)) },
  };
}
