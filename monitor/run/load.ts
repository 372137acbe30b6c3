import path from 'node:path';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { readConfiguration } from '../configuration/read.ts';
import { jwtRuleOf } from '../configuration/routes.ts';
import type { MonitorConfiguration, RouteConfiguration } from '../configuration/types.ts';
import { readKeySet, type ContextKeySet } from '../enforcement/context/keys.ts';
import type { JwtRule } from '../enforcement/core/route.ts';
import { readConfigured, StartError } from './files.ts';

/** A configuration with mistakes, each with its place. */
export class ConfigurationRefused extends Error {
  override readonly name = 'ConfigurationRefused';
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super('the configuration cannot be used');
    this.diagnostics = diagnostics;
  }
}

/** A configuration and where its relative paths start. */
export interface LoadedConfiguration {
  readonly configuration: MonitorConfiguration;
  /** Absolute. */
  readonly folder: string;
}

/**
 * Reads the file of the configuration.
 * @throws StartError, ConfigurationRefused
 */
export function loadConfiguration(file: string): LoadedConfiguration {
  const text = readConfigured(file, { isSecret: false });
  const read = readConfiguration(file, text);
  if (!read.ok) throw new ConfigurationRefused(read.diagnostics);
  return { configuration: read.value, folder: path.dirname(path.resolve(file)) };
}

/** The path of a configured file, absolute. */
export const resolveIn = ({ folder }: LoadedConfiguration, file: string): string => path.resolve(folder, file);

/**
 * Reads the keys of contexts; null when contexts are not configured.
 * @throws StartError MON005, ContextError
 */
export function loadContextKeys(loaded: LoadedConfiguration): ContextKeySet | null {
  const { contexts } = loaded.configuration;
  return contexts === undefined
    ? null
    : readKeySet(readConfigured(resolveIn(loaded, contexts.keysFile), { isSecret: true }));
}

/**
 * The rule for bearer tokens of a route with its keys; null when it has none.
 * @throws StartError MON005, MON006
 */
export function loadJwtRule(loaded: LoadedConfiguration, { jwt }: RouteConfiguration): JwtRule | null {
  if (jwt === undefined) return null;
  const file = resolveIn(loaded, jwt.keysFile);
  let value: unknown;
  try {
    value = JSON.parse(readConfigured(file, { isSecret: false }));
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError('MON006', `${file} is no JSON`, 'Give a JWK set.');
  }
  if (!isKeySet(value)) throw new StartError('MON006', `${file} is no JWK set`, 'Give an object with `keys`.');
  const secret = value.keys.find((key) => key['d'] !== undefined || key['k'] !== undefined);
  if (secret !== undefined) throw new StartError('MON006', `${file} holds a private key`, 'Give public keys only.');
  return jwtRuleOf(jwt, value);
}

function isKeySet(value: unknown): value is JwtRule['keys'] {
  if (typeof value !== 'object' || value === null || !('keys' in value) || !Array.isArray(value.keys)) return false;
  return value.keys.every(
    (key: unknown) => typeof key === 'object' && key !== null && 'kty' in key && typeof key.kty === 'string',
  );
}
