/** Oldest Node that Weir runs on, as in `engines` of package.json. */
export const NODE_MIN = { major: 22, minor: 20 } as const;

/** Says that this Node is too old; null when it is not. Imports nothing, so that it can be said on any Node. */
export function engineProblem(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNew = major > NODE_MIN.major || (major === NODE_MIN.major && minor >= NODE_MIN.minor);
  return isNew
    ? null
    : `weir: it needs Node ${NODE_MIN.major}.${NODE_MIN.minor} or newer, this is ${version}\n  Install a newer one, or name it first in PATH.`;
}
