import * as sdk from '@open-policy-agent/opa-wasm';

interface Sdk {
  readonly LoadedPolicy: typeof sdk.LoadedPolicy;
}

function isSdk(value: unknown): value is Sdk {
  return (
    typeof value === 'object' && value !== null && 'LoadedPolicy' in value && typeof value.LoadedPolicy === 'function'
  );
}

/** The package's types name the class as an export; its module has it only as a member of the default export. */
function loadedPolicyOf(module: object): Sdk['LoadedPolicy'] {
  const exported: unknown = Reflect.get(module, 'default');
  if (!isSdk(exported)) throw new Error('@open-policy-agent/opa-wasm does not export LoadedPolicy');
  return exported.LoadedPolicy;
}

/** An instance of a compiled policy with its data, of OPA's own package. */
export const LoadedPolicy = loadedPolicyOf(sdk);
