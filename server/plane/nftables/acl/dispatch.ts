/** The chain of a VM's access lists, and how packets from and to the VM find it. */
import type { VmEdit } from '../../kit/driver.ts';
import { comment, version } from '../names.ts';
import type { NftablesOptions } from '../options.ts';
import { addressChanges, identityOf } from '../part.ts';
import type { Identity, Part } from '../part.ts';
import type { Script } from '../script.ts';

export const dynamicChain = (token: string): string => `acl-dynamic/${token}`;
export const staticChain = (token: string): string => `acl-static/${token}`;
const vmChain = (token: string): string => `acl/${token}`;

export class AclDispatch implements Part {
  readonly lists: readonly string[] = [];
  readonly #policy: NftablesOptions['policy'];

  constructor({ policy }: NftablesOptions) {
    this.#policy = policy;
  }

  follow(script: Script, edit: VmEdit): void {
    const { before, after } = edit;
    const { added, lost } = addressChanges(edit);
    const old = before && identityOf(before);
    const now = after && identityOf(after);
    for (const address of lost) script.deleteElements(`acl${version(address)}`, [address]);
    if (old?.mac !== undefined && old.mac !== now?.mac) {
      script.deleteElements('acl-mac', [old.mac]);
      script.deleteElements('vm-mac', [old.mac]);
    }
    if (now && (added.length > 0 || now.mac !== old?.mac)) this.#introduce(script, now);
    if (!now && old) {
      for (const chain of [vmChain, dynamicChain, staticChain]) {
        script.chain(chain(old.token), []);
        script.delete('chain', chain(old.token));
      }
    }
  }

  #introduce(script: Script, { id, token, addresses, mac }: Identity): void {
    for (const chain of [dynamicChain, staticChain]) script.add('chain', chain(token));
    const rules = [dynamicChain, staticChain].map((chain) => `jump ${chain(token)}`);
    const rest = this.#policy === 'drop' ? ['drop'] : [];
    script.chain(
      vmChain(token),
      [...rules, ...rest].map((rule) => `${rule} ${comment(id)}`),
    );
    for (const address of addresses) {
      const element = `${address} : goto ${vmChain(token)}`;
      script.addElements(`acl${version(address)}`, [element]);
    }
    if (mac === undefined) return;
    script.addElements('acl-mac', [`${mac} : goto ${vmChain(token)}`]);
    script.addElements('vm-mac', [mac]);
  }
}
