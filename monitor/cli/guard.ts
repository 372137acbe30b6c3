import { createPublicKey } from 'node:crypto';
import type { BundleKeyConfiguration, MonitorConfiguration, RouteConfiguration } from '../configuration/types.ts';
import { readConfiguration } from '../configuration/read.ts';
import { ConfigurationRefused } from '../run/load.ts';
import { readConfigured, StartError } from '../run/files.ts';

type Values = Readonly<Record<string, unknown>>;

const AXES = ['confidentiality', 'integrity', 'region', 'tenant'] as const;

/**
 * The configuration that the options of `weir-monitor guard` stand for. It goes through the same checks as a file.
 * @throws StartError MON004, ConfigurationRefused
 */
export function guardConfiguration(values: Values): MonitorConfiguration {
  const text = (name: string): string => (typeof values[name] === 'string' ? values[name] : '');
  const [platform = '', ...rest] = text('function').split(':');
  const region = text('region');
  const route: RouteConfiguration = {
    platform: platform as NonNullable<RouteConfiguration['platform']>,
    function: rest.join(':'),
    mode: values['dryRun'] === true ? 'dry-run' : 'enforce',
    ...(text('entryLabel') === '' ? {} : { entryLabel: readEntryLabel(text('entryLabel')) }),
  };
  const configuration: MonitorConfiguration = {
    node: { id: text('node'), ...(region === '' ? {} : { region }) },
    stateFolder: text('state'),
    bundle: {
      name: 'policies',
      source: text('bundle'),
      keys: { key: { algorithm: algorithmOf(text('algorithm'), text('key')), file: text('key') } },
    },
    routes: { function: route },
    doors: {
      proxies: [
        {
          listen: text('listen'),
          upstream: text('upstream'),
          route: 'function',
          readBodyBytesMax: Number(text('readBody')),
        },
      ],
    },
    telemetry: { listen: text('metrics') },
    decisionLog: { console: values['console'] === true },
  };
  const read = readConfiguration('options', JSON.stringify(configuration));
  if (!read.ok) throw new ConfigurationRefused(read.diagnostics);
  return read.value;
}

type Algorithm = BundleKeyConfiguration['algorithm'];

/** Algorithm by kind of key, for keys that fit one alone; RSA keys fit several, and the usual one is taken. */
const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  ed25519: 'EdDSA',
  'ec prime256v1': 'ES256',
  'ec secp384r1': 'ES384',
  rsa: 'RS256',
};

/**
 * The algorithm that is named, else the one that the key is for. It comes from the key that the user names, never from the bundle.
 * @throws StartError MON005, MON006
 */
function algorithmOf(named: string, file: string): Algorithm {
  // A name that is none is refused by the schema, with the names there are.
  if (named !== '') return named as Algorithm;
  const text = readConfigured(file, { isSecret: false });
  try {
    const { asymmetricKeyType = '', asymmetricKeyDetails } = createPublicKey(text);
    const curve = asymmetricKeyDetails?.namedCurve;
    const found = ALGORITHMS[curve === undefined ? asymmetricKeyType : `${asymmetricKeyType} ${curve}`];
    if (found !== undefined) return found;
  } catch {
    // Said below.
  }
  throw new StartError(
    'MON006',
    `${file} is no public key that is known`,
    'Give a public key in PEM, e.g. from `weir policy keygen`.',
  );
}

/** `confidentiality=pii,region=eu+uk` as a label. */
function readEntryLabel(text: string): NonNullable<RouteConfiguration['entryLabel']> {
  const entries = text.split(',').map((part) => {
    const [name = '', value = ''] = part.split('=');
    const axis = AXES.find((each) => each === name.trim());
    if (axis === undefined || value === '') {
      throw new StartError('MON004', `\`${part}\` is no part of a label`, `Write ${AXES.join('=…, ')}=…`);
    }
    return [axis, axis === 'region' || axis === 'tenant' ? value.split('+') : value] as const;
  });
  return Object.fromEntries(entries);
}
