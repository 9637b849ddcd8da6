/**
 * What may go wrong for a VM that moves, in words for the operator. What the loss of a kind means is said
 * by the module that defines it (`sami:risk`), so this works for kinds from anywhere.
 */

export interface MoveRisk {
  readonly kind: string;
  /** The risk is that the new device lacks this feature of the kind. */
  readonly feature?: string;
  /** Of the VM on the old device when the move was planned. */
  readonly entries: number;
  /** A whole sentence, with the name of the kind. */
  readonly message: string;
}

const UNKNOWN_CONSEQUENCE = 'what depends on them starts anew on the new device';

export function stayRisk(
  { name, risk }: { readonly name: string; readonly risk: string | undefined },
  entries: number,
): MoveRisk {
  const stay = entries === 1 ? '1 entry stays behind' : `${entries} entries stay behind`;
  return { kind: name, entries, message: `${name}: ${stay}; ${risk ?? UNKNOWN_CONSEQUENCE}` };
}

export function featureRisk(kind: string, feature: string, entries: number): MoveRisk {
  const message =
    `${kind}: the new device lacks "${feature}", which the old one has; ` +
    'entries that need it may be refused or be treated in another way';
  return { kind, feature, entries, message };
}

/** Revisions that differ: the copy may be refused, and then the move is undone. */
export function moduleRisks({
  name: kind,
  module,
  entries,
}: {
  readonly name: string;
  readonly module: {
    readonly name: string;
    readonly old: string | null;
    readonly new: string | null;
  };
  readonly entries: number;
}): readonly MoveRisk[] {
  if (module.old === module.new) return [];
  const revision = (text: string | null): string => text ?? 'no revision';
  const message =
    `${kind}: module "${module.name}" is ${revision(module.old)} on the old device and ` +
    `${revision(module.new)} on the new one; what the new one does not know it refuses`;
  return [{ kind, entries, message }];
}
