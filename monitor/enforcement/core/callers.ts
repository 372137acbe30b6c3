import { createLocalJWKSet, jwtVerify, type JWTVerifyGetKey } from 'jose';
import type { CallerContext } from '../../../model/run-time-input.ts';
import type { JwtRule } from './route.ts';

export const ANONYMOUS: CallerContext = {
  kind: 'anonymous',
  id: null,
  tenant: null,
  provedBy: 'none',
  provedAtMs: null,
};

/** Largest bearer token that is looked at, characters. */
const BEARER_CHARACTERS_MAX = 16_384;

const CLOCK_TOLERANCE_SECONDS = 30;

/** Verifies bearer tokens of one route. */
export class BearerVerifier {
  readonly #rule: JwtRule;
  readonly #keys: JWTVerifyGetKey;

  /** @throws when the key set is no JWK set; the configuration is checked before. */
  constructor(rule: JwtRule) {
    this.#rule = rule;
    this.#keys = createLocalJWKSet({ keys: rule.keys.keys.map((key) => ({ ...key, kty: String(key['kty']) })) });
  }

  /** Who the token proves the caller to be; null when it proves nothing. Never rejects. */
  async verify(token: string, nowMs: number): Promise<CallerContext | null> {
    if (token.length > BEARER_CHARACTERS_MAX) return null;
    const { issuer, audience, algorithms, tenantClaim } = this.#rule;
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        issuer,
        audience,
        algorithms: [...algorithms],
        currentDate: new Date(nowMs),
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp', 'sub'],
      });
      const tenant = tenantClaim === null ? undefined : payload[tenantClaim];
      const provedAt = typeof payload['auth_time'] === 'number' ? payload['auth_time'] : payload.iat;
      return {
        kind: 'user',
        id: payload.sub ?? null,
        tenant: typeof tenant === 'string' ? tenant : null,
        provedBy: 'jwt',
        provedAtMs: provedAt === undefined ? null : provedAt * 1000,
      };
    } catch {
      // Whatever is wrong with a token, it proves nothing.
      return null;
    }
  }
}
