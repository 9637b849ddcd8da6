/** Certificates made with openssl: an authority, what it issues, and what it revokes. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface IssueOptions {
  /** As openssl's -subj. */
  readonly subject: string;
  /** As in subjectAltName: `email:…,DNS:…,IP:…`. */
  readonly names?: string;
  /** By default `clientAuth,serverAuth`. */
  readonly usage?: string;
  readonly days?: number;
  /** An authority itself. */
  readonly isAuthority?: boolean;
}

/** An authority with a directory of its own; {@link Authority.remove} deletes it. */
export class Authority implements Certificate {
  readonly certificate: string;
  readonly privateKey: string;
  readonly #folder: string;
  #count = 0;

  private constructor(folder: string) {
    this.#folder = folder;
    this.certificate = readFileSync(join(folder, 'ca.pem'), 'utf8');
    this.privateKey = readFileSync(join(folder, 'ca.key'), 'utf8');
  }

  /** A root, or below another one. */
  static create(name: string, above?: Authority): Authority {
    const folder = mkdtempSync(join(tmpdir(), 'sami-ca-'));
    const write = (file: string, text: string): void => {
      writeFileSync(join(folder, file), text);
    };
    const subject = `/CN=${name}`;
    if (above) {
      const issued = above.issue({ subject, isAuthority: true });
      write('ca.pem', issued.certificate);
      write('ca.key', issued.privateKey);
    } else {
      const out = ['-keyout', join(folder, 'ca.key'), '-out', join(folder, 'ca.pem')];
      openssl(['req', '-x509', ...NEW_KEY, '-nodes', '-subj', subject, '-days', '30', ...out]);
    }
    write('index.txt', '');
    write('crlnumber', '01\n');
    write('ca.conf', CA_CONFIG(folder));
    return new Authority(folder);
  }

  /** Issues with a certificate that is no authority's, as if it were. */
  static posing({ certificate, privateKey }: Certificate): Authority {
    const folder = mkdtempSync(join(tmpdir(), 'sami-ca-'));
    writeFileSync(join(folder, 'ca.pem'), certificate);
    writeFileSync(join(folder, 'ca.key'), privateKey);
    return new Authority(folder);
  }

  issue({ subject, names, usage, days = 30, isAuthority = false }: IssueOptions): Certificate {
    this.#count += 1;
    const path = (end: string): string => join(this.#folder, `${String(this.#count)}.${end}`);
    const lines = isAuthority
      ? ['basicConstraints=critical,CA:TRUE', 'keyUsage=keyCertSign,cRLSign']
      : [`extendedKeyUsage=${usage ?? 'clientAuth,serverAuth'}`];
    if (names !== undefined) lines.push(`subjectAltName=${names}`);
    writeFileSync(path('ext'), lines.join('\n'));
    const request = ['-keyout', path('key'), '-out', path('csr')];
    openssl(['req', ...NEW_KEY, '-nodes', '-utf8', '-subj', subject, ...request]);
    const ca = ['-CA', join(this.#folder, 'ca.pem'), '-CAkey', join(this.#folder, 'ca.key')];
    const serial = ['-set_serial', `0x${String(this.#count)}${'0'.repeat(16)}`];
    const out = ['-extfile', path('ext'), '-out', path('pem'), '-days', String(days)];
    openssl(['x509', '-req', '-in', path('csr'), ...ca, ...serial, ...out]);
    return {
      certificate: readFileSync(path('pem'), 'utf8'),
      privateKey: readFileSync(path('key'), 'utf8'),
    };
  }

  /** A list of what is revoked. */
  revocations(...revoked: readonly Certificate[]): string {
    const config = ['-config', join(this.#folder, 'ca.conf')];
    for (const { certificate } of revoked) {
      const file = join(this.#folder, 'revoked.pem');
      writeFileSync(file, certificate);
      openssl(['ca', ...config, '-revoke', file]);
    }
    const out = join(this.#folder, 'crl.pem');
    openssl(['ca', ...config, '-gencrl', '-out', out]);
    return readFileSync(out, 'utf8');
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];

function CA_CONFIG(folder: string): string {
  return `[ca]
default_ca = own
[own]
dir = ${folder}
database = $dir/index.txt
crlnumber = $dir/crlnumber
certificate = $dir/ca.pem
private_key = $dir/ca.key
default_md = sha256
default_crl_days = 30
`;
}

function openssl(args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 20_000 });
}
