import type { DiagnosticArea } from './area.ts';

/** Policy bundles that are not used, and what keeps them from being fetched or kept. */
export const BND: DiagnosticArea = {
  BND001: {
    title: 'the verification of a bundle is not configured as it must be',
    help: 'Give `keys` (by id: `algorithm`, `key`, optionally `scope`, `notBefore`, `notAfter`) and `signing` (optionally `keyid`, `scope`).',
  },
  BND002: {
    title: 'no verification key is configured',
    help: 'Add the public key of whoever signs the bundle under `keys`; bundles are never used unverified.',
  },
  BND003: {
    title: '`keyid` names no configured key',
    help: 'Name one of the keys under `keys`, or leave `keyid` out to let the signature select among them.',
  },
  BND004: {
    title: 'a verification key cannot be used',
    help: 'Give the public key as PEM (`PUBLIC KEY` or `RSA PUBLIC KEY`) or JWK, of the kind its algorithm needs; RSA keys have 2,048 bits or more.',
  },
  BND005: {
    title: 'a signature algorithm is not supported',
    help: 'Use RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512 or EdDSA. HS256 needs `allowSharedSecrets: true`: whoever can verify can then also sign.',
  },
  BND006: {
    title: 'an option would weaken verification',
    help: 'Remove the option: every file of a bundle is verified, and delta bundles are signed as snapshots are.',
  },
  BND010: { title: 'not a gzip archive', help: 'Serve the `.tar.gz` itself, as `weir policy build` writes it.' },
  BND011: { title: 'the compressed data is damaged or cut off', help: 'Publish the bundle again, as a whole.' },
  BND012: {
    title: 'data follows the end of the archive',
    help: 'Publish the bundle as it was built: one gzip member with one tar archive and nothing behind it.',
  },
  BND013: {
    title: 'the bundle is larger than allowed',
    help: 'Make the bundle smaller, or raise its size limit in the configuration.',
  },
  BND014: {
    title: 'the bundle unpacks to more than allowed',
    help: 'Make the data smaller; limits on the unpacked size and on the compression ratio keep memory bounded.',
  },
  BND015: { title: 'a file of the bundle is larger than allowed', help: 'Split the data over several files.' },
  BND016: { title: 'the bundle has too many files', help: 'Merge data files; 4,096 entries are supported.' },
  BND017: { title: 'the tar archive is malformed', help: 'Build the bundle with `weir policy build` or `opa build`.' },
  BND018: {
    title: 'an entry is neither a file nor a folder',
    help: 'Remove links, devices and other special entries from the bundle.',
  },
  BND019: {
    title: 'the name of a file is not allowed',
    help: 'Use relative names of UTF-8 text without `.`, `..`, empty parts, backslashes or control characters.',
  },
  BND020: { title: 'a file is in the bundle twice', help: 'Keep one of the two.' },
  BND021: {
    title: 'an extended header is not allowed',
    help: 'Build the bundle with `weir policy build` or `opa build`, or pack it with plain POSIX (ustar) headers.',
  },
  BND030: {
    title: 'the bundle is not signed',
    help: 'Sign it with `weir policy sign` or `opa build --signing-key`; delta bundles are signed too.',
  },
  BND031: {
    title: 'the signatures file is malformed',
    help: 'Sign the bundle again; `.signatures.json` has exactly one token as OPA writes it.',
  },
  BND032: {
    title: 'the signing key is not among the configured ones',
    help: 'Add the key under `keys`, or sign with one that is there.',
  },
  BND033: {
    title: 'the signing key is not valid at this time',
    help: 'Sign with a key that is valid now, and check the clock of this machine.',
  },
  BND034: {
    title: 'the signature does not verify',
    help: 'Do not use this bundle. If the key is right, the bundle was changed after it was signed: find out where.',
  },
  BND035: { title: 'the signature is for another scope', help: 'Sign with the scope that the configuration expects.' },
  BND036: { title: 'a file is not covered by the signature', help: 'Sign the bundle after its last change.' },
  BND037: { title: 'a signed file is missing', help: 'Publish the bundle as it was signed.' },
  BND038: { title: 'a file differs from what was signed', help: 'Sign the bundle after its last change.' },
  BND039: {
    title: 'a hash algorithm is not allowed',
    help: 'Sign with SHA-256, SHA-384, SHA-512 or SHA-512-256, as `opa sign` does.',
  },
  BND040: { title: 'the bundle has no manifest', help: 'Build the bundle with `weir policy build`.' },
  BND041: { title: 'the manifest is malformed', help: 'Build the bundle with `weir policy build` or `opa build`.' },
  BND042: {
    title: 'a data file is not JSON',
    help: 'Correct the file: JSON in UTF-8 without repeated keys, at most 128 levels deep.',
  },
  BND043: { title: 'two data files give the same path', help: 'Keep the value in one of them.' },
  BND044: {
    title: 'roots overlap, or content is outside of them',
    help: 'Correct `roots` of the manifest, or move the content below them.',
  },
  BND045: {
    title: 'the bundle has not exactly one WebAssembly module',
    help: 'Build with `weir policy build`, or `opa build -t wasm -e <entry point>`.',
  },
  BND046: {
    title: 'the bundle has no sequence',
    help: 'Build with `weir policy build`, which writes `metadata.weir.sequence`, or say in writing how rollback is prevented: `rollback: revision-order` or `rollback: allow`.',
  },
  BND047: {
    title: 'the metadata of the manifest is malformed',
    help: 'Build the bundle again with `weir policy build`.',
  },
  BND048: {
    title: 'a kind of file is not supported here',
    help: 'Use `.manifest`, `.signatures.json` and `patch.json` in the top folder only, and JSON manifests.',
  },
  BND050: {
    title: 'a patch is malformed',
    help: 'Give `{"data": [{"op": "upsert", "path": "/…", "value": …}]}` with `upsert`, `replace` and `remove`.',
  },
  BND051: {
    title: 'a delta bundle has other files than its patch',
    help: 'Publish a snapshot when more than data changes.',
  },
  BND052: {
    title: 'a delta bundle does not fit the active bundle',
    help: 'Name the revision and sequence it was made from in `metadata.weir.base`, and keep roots and entry points.',
  },
  BND053: { title: 'a patch cannot be applied', help: 'Publish a snapshot; the next request asks for one.' },
  BND060: {
    title: 'the bundle is older than one that was used before',
    help: 'Publish the older content as a new build with a higher sequence.',
  },
  BND061: {
    title: 'the same sequence or revision has other content',
    help: 'Build again, so that the sequence grows; find out who published the other one.',
  },
  BND063: {
    title: 'the policy failed its trial evaluation',
    help: 'Correct the policy and publish it with a higher sequence; the one before stays in force.',
  },
  BND070: { title: 'the source cannot be reached', help: 'Check address, network, and certificates of the source.' },
  BND071: { title: 'the source answered with an error', help: 'Check the path of the resource and the credentials.' },
  BND072: {
    title: 'a redirect is refused',
    help: 'Configure the address that the source redirects to; at most 3 redirects within one origin are followed.',
  },
  BND073: { title: 'the source is too slow', help: 'Check the source; the last good bundle stays in force.' },
  BND074: { title: 'the answer is incomplete', help: 'Check the source and what is between it and this machine.' },
  BND075: {
    title: 'the answer is no bundle',
    help: 'Check the path of the resource; it must serve the archive itself.',
  },
  BND076: {
    title: 'the source says unchanged, but was not asked so',
    help: 'Check the source or the cache before it.',
  },
  BND077: {
    title: 'credentials cannot be read',
    help: 'Check the files of the token and of the certificate, and who may read them.',
  },
  BND078: {
    title: 'the source of a bundle is not configured as it must be',
    help: 'Give `url` and `resource` of the service, or a `file://` address.',
  },
  BND079: { title: 'the file of a bundle cannot be read', help: 'Check that it is there, is a file and can be read.' },
  BND080: {
    title: 'a kept bundle is damaged or was replaced',
    help: 'It was not used; the source is asked instead. Find out who can write to the folder.',
  },
  BND081: {
    title: 'what was kept about bundles is damaged',
    help: 'Rollback protection starts again from the kept bundle. Find out who can write to the folder.',
  },
  BND082: {
    title: 'a bundle cannot be kept',
    help: 'Check space and permissions of the folder; after a restart the bundle before this one would be loaded.',
  },
  BND083: {
    title: 'the folder of bundles is open to others',
    help: 'Give it to the user of the monitor and take write permission from all others.',
  },
  BND084: {
    title: 'an internal error kept a bundle from being examined',
    help: 'Please report it with the message; the last good bundle stays in force.',
  },
  BND090: {
    title: 'a signing key cannot be used',
    help: 'Give the private key as PEM of the kind its algorithm needs.',
  },
};
