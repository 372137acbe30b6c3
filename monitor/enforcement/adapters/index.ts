import type { PlatformName } from '../../../model/platform.ts';
import { HTTP } from './http.ts';
import type { Adapter } from './types.ts';

const ADAPTERS: Readonly<Partial<Record<PlatformName, Adapter>>> = { http: HTTP };

/** The adapter of a platform; those whose functions are plain web servers share one. */
export function adapterOf(platform: PlatformName): Adapter {
  return ADAPTERS[platform] ?? HTTP;
}
