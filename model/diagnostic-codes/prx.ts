import type { DiagnosticArea } from './area.ts';

/** What the HTTP proxy in front of a function tells callers when it answers itself. */
export const PRX: DiagnosticArea = {
  PRX001: { title: 'the request is not well formed', help: 'Send HTTP as RFC 9110 and RFC 9112 have it.' },
  PRX002: {
    title: 'where the request ends can be read in two ways',
    help: 'Send one Content-Length, or Transfer-Encoding: chunked, never both.',
  },
  PRX003: { title: 'the transfer coding is not known', help: 'Send the body chunked or with a length.' },
  PRX004: { title: 'the host is missing or ambiguous', help: 'Send one Host that is the host of the target.' },
  PRX005: {
    title: 'the target can be read in two ways',
    help: 'Send a path without encoded slashes, backslashes, control characters and double escapes.',
  },
  PRX006: { title: 'the target is too long', help: 'Send long parameters in the body.' },
  PRX007: { title: 'the header is too large', help: 'Send fewer and shorter header fields.' },
  PRX008: { title: 'the header took too long', help: 'Send the whole header at once.' },
  PRX009: { title: 'the body is too large', help: 'Send less, or raise the limit of the route.' },
  PRX010: { title: 'the body took too long', help: 'Send the body without long pauses.' },
  PRX011: {
    title: 'the body is not what its type says',
    help: 'Send JSON in UTF-8 without repeated names, or a form that is percent-encoded.',
  },
  PRX012: { title: 'the method is not let through', help: 'Use a method that Allow lists.' },
  PRX013: { title: 'the expectation is not known', help: 'Send Expect: 100-continue or none.' },
  PRX014: { title: 'the version of HTTP is not known', help: 'Use HTTP/1.1 or HTTP/2.' },
  PRX015: { title: 'no function is here', help: 'Correct the host or path, or add a route.' },
  PRX016: { title: 'there are too many connections', help: 'Try again later.' },
  PRX017: { title: 'there are too many requests under way', help: 'Try again later.' },
  PRX018: { title: 'too many requests wait on one connection', help: 'Wait for answers, or use more connections.' },
  PRX019: { title: 'the proxy is shutting down', help: 'Try again elsewhere.' },
  PRX020: { title: 'the call was not decided', help: 'Try again; if it stays, read the log of the monitor.' },
  PRX021: { title: 'the platform has no such call', help: 'Send calls in the form of the platform.' },
  PRX022: {
    title: 'an obligation of the policy cannot be carried out',
    help: 'Send the body as JSON within the limit of the route, or change the policy.',
  },
  PRX023: {
    title: 'the function cannot be reached',
    help: 'Look whether the function runs at the address of the route.',
  },
  PRX024: { title: 'the function did not answer in time', help: 'Raise the time-out, or make the function faster.' },
  PRX025: {
    title: 'the answer of the function is not well formed',
    help: 'Let the function answer as RFC 9112 has it.',
  },
  PRX026: {
    title: 'the connection cannot be upgraded',
    help: 'Allow upgrades for the route, or call without Upgrade.',
  },
  PRX027: {
    title: 'the answer may carry a context and cannot be read',
    help: 'Let the function answer less, or raise the limit.',
  },
  PRX028: { title: 'Connection names a field that must go on', help: 'List fields of this connection only.' },
  PRX029: { title: 'only the platform may prepare an instance', help: 'List the controller under the platform peers.' },
  PRX030: { title: 'the code is not one that may be loaded', help: 'Add its digest to the route after a check.' },
  PRX031: { title: 'who calls must be proved again', help: 'Sign in again and send the new token.' },
};
