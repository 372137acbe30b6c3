import type { PlatformName } from '../../../model/platform.ts';
import { AZURE_FUNCTIONS } from './azure-functions.ts';
import { FISSION } from './fission.ts';
import { GOOGLE_FUNCTIONS } from './google-functions.ts';
import { HTTP } from './http.ts';
import { KNATIVE } from './knative.ts';
import { KUBELESS } from './kubeless.ts';
import { NUCLIO } from './nuclio.ts';
import { OPENFAAS } from './openfaas.ts';
import { openWhisk } from './openwhisk.ts';
import type { Adapter } from './types.ts';

/** Platforms without a row of their own have functions that are plain web servers, or a door of their own (Lambda). */
const ADAPTERS: Readonly<Partial<Record<PlatformName, Adapter>>> = {
  http: HTTP,
  openfaas: OPENFAAS,
  openwhisk: openWhisk('openwhisk'),
  'lean-openwhisk': openWhisk('lean-openwhisk'),
  'ibm-cloud-functions': openWhisk('ibm-cloud-functions'),
  fission: FISSION,
  kubeless: KUBELESS,
  nuclio: NUCLIO,
  knative: KNATIVE,
  'azure-functions': AZURE_FUNCTIONS,
  'google-cloud-functions': GOOGLE_FUNCTIONS,
};

/** The adapter of a platform. */
export function adapterOf(platform: PlatformName): Adapter {
  return ADAPTERS[platform] ?? HTTP;
}
