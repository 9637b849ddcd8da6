/** edit-config, edit-data and commit with transaction ids (draft-ietf-netconf-transaction-id, sections 3.6 to 3.9). */
import type { DatastoreName } from '../datastore/lock-table.ts';
import type { OperationCall } from '../operations/operation.ts';
import { OK } from '../session/reply-writer.ts';
import type { Reply } from '../session/reply-writer.ts';
import { TXID_UNKNOWN, txidAttribute } from './txid.ts';
import type { TxidMechanism } from './txid.ts';
import type { Version } from './txid-history.ts';

/** Which ids the reply shall have. */
export interface TxidParameters {
  readonly withEtag?: boolean | undefined;
  readonly withLastModified?: boolean | undefined;
}

/** Makes an edit that `change` carries out, calling `check` in its turn, and replies. */
export async function editWithTxids(
  { request, server, session }: OperationCall,
  target: DatastoreName,
  parameters: TxidParameters & { readonly isTest?: boolean },
  change: (check: () => void) => Promise<void>,
): Promise<Reply> {
  const { transactionIds } = server;
  if (!transactionIds) {
    await change(() => undefined);
    return OK;
  }
  const { conditions } = request;
  let takeBack: (() => void) | undefined;
  const check = (): void => {
    if (!conditions) return;
    if (target !== 'candidate') transactionIds.check(conditions, target, session);
    else if (parameters.isTest !== true) takeBack = transactionIds.note(conditions, session);
  };
  const version = await transactionIds
    .versionAfter(session, () => change(check))
    .catch((error: unknown) => {
      takeBack?.();
      throw error;
    });
  const own = target === 'candidate' ? transactionIds.candidateVersion(session) : version;
  return okWith(own, parameters, (it, mechanism) => transactionIds.history.textOf(it, mechanism));
}

/** Makes a commit that `change` carries out, calling `check` in its turn, and replies. */
export async function commitWithTxids(
  { server, session }: Pick<OperationCall, 'server' | 'session'>,
  parameters: TxidParameters,
  change: (check?: () => void) => Promise<void>,
): Promise<Reply> {
  const { transactionIds } = server;
  if (!transactionIds) {
    await change();
    return OK;
  }
  const check = (): void => {
    transactionIds.checkCommit(session);
  };
  const version = await transactionIds.versionAfter(session, () => change(check));
  return okWith(version, parameters, (it, mechanism) =>
    transactionIds.history.textOf(it, mechanism),
  );
}

function okWith(
  version: Version | undefined,
  { withEtag, withLastModified }: TxidParameters,
  textOf: (version: Version, mechanism: TxidMechanism) => string,
): Reply {
  const wanted: TxidMechanism[] = [];
  if (withEtag === true) wanted.push('etag');
  if (withLastModified === true) wanted.push('last-modified');
  if (wanted.length === 0) return OK;
  const attributes = wanted.map((mechanism) =>
    txidAttribute(mechanism, version ? textOf(version, mechanism) : TXID_UNKNOWN),
  );
  return { kind: 'ok', attributes };
}
