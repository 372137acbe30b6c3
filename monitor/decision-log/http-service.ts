import type { SendBatch } from './upload.ts';

/** A service that takes decision logs, as in OPA's configuration: `POST <url>/logs[/<partition>]`. */
export interface LogService {
  /** Base address, `https:`, or `http:` on loopback. */
  readonly url: string;
  readonly partition: string | null;
  /** Reads the bearer token anew for each upload, so that it can be rotated; null for none. */
  readonly bearerToken: () => string | null;
  readonly timeoutMs: number;
}

/** Uploads to an HTTP service. */
export function httpSender(service: LogService): SendBatch {
  const base = service.url.endsWith('/') ? service.url.slice(0, -1) : service.url;
  const address = `${base}/logs${service.partition === null ? '' : `/${encodeURIComponent(service.partition)}`}`;
  return async (body) => {
    try {
      const token = service.bearerToken();
      const response = await fetch(address, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-encoding': 'gzip',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
        body: new Uint8Array(body),
        // Decisions go where the configuration says and nowhere else.
        redirect: 'error',
        signal: AbortSignal.timeout(service.timeoutMs),
      });
      await response.body?.cancel();
      return response.ok ? null : `the log service answered ${response.status}`;
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
      return `the log service cannot be reached: ${error instanceof Error ? error.message : String(error)}${cause}`;
    }
  };
}
