import { refuse } from '../../policies/bundle/refusal.ts';
import { readBounded } from './file-source.ts';

/** Bytes of a token or certificate file. */
export const CREDENTIAL_BYTES_MAX = 65_536;

/** Files with what a source wants to see. They are read anew for each request, so that they can be rotated. */
export interface CredentialFiles {
  /** Bearer token; null for none. */
  readonly tokenFile: string | null;
  /** Certificates of authorities in PEM, instead of the system's; null for those. */
  readonly caFile: string | null;
  /** The client's certificate and key in PEM; null for none. */
  readonly client: { readonly certificateFile: string; readonly keyFile: string } | null;
}

export const NO_CREDENTIALS: CredentialFiles = { tokenFile: null, caFile: null, client: null };

export interface Credentials {
  readonly token: string | null;
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** Reads the files. Throws BND077. */
export async function readCredentials(files: CredentialFiles): Promise<Credentials> {
  const token = files.tokenFile === null ? null : (await readText(files.tokenFile)).trim();
  if (token !== null && files.tokenFile !== null && !/^[\x21-\x7e]+$/.test(token)) {
    refuse('BND077', `\`${files.tokenFile}\` has no token: a line of printable characters without spaces`);
  }
  const tls = {
    ...(files.caFile === null ? {} : { ca: await readText(files.caFile) }),
    ...(files.client === null
      ? {}
      : { cert: await readText(files.client.certificateFile), key: await readText(files.client.keyFile) }),
  };
  return { token, tls };
}

async function readText(path: string): Promise<string> {
  let bytes: Buffer | null;
  try {
    bytes = await readBounded(path, CREDENTIAL_BYTES_MAX, { followsLinks: true });
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return refuse('BND077', `\`${path}\` cannot be read: ${why}`);
  }
  return bytes?.toString('utf8') ?? refuse('BND077', `\`${path}\` has more than ${CREDENTIAL_BYTES_MAX} bytes`);
}
