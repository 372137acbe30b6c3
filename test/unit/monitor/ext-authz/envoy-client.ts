import { spawn } from 'node:child_process';
import { buildGoProgram } from '../../../tools/go-program.ts';

/** One question to the Go program; see `test/tools/envoy-client/check.go`. */
export interface Question {
  readonly address: string;
  readonly request?: object;
  /** Base64. */
  readonly raw?: string;
  readonly health?: string;
  readonly timeoutMs?: number;
  readonly cancelMs?: number;
  readonly tls?: {
    readonly authorities: string;
    readonly certificate: string;
    readonly key: string;
    readonly name: string;
  };
}

/** An answer as Envoy's own types read it. */
export interface GivenAnswer {
  readonly response?: {
    readonly status?: { readonly code?: number };
    readonly okResponse?: {
      readonly headers?: readonly GivenHeader[];
      readonly headersToRemove?: readonly string[];
      readonly responseHeadersToAdd?: readonly GivenHeader[];
      readonly queryParametersToSet?: readonly { readonly key: string; readonly value: string }[];
      readonly queryParametersToRemove?: readonly string[];
    };
    readonly deniedResponse?: {
      readonly status?: { readonly code?: string };
      readonly headers?: readonly GivenHeader[];
      readonly body?: string;
    };
    readonly dynamicMetadata?: Readonly<Record<string, unknown>>;
  };
  readonly bytes?: string;
  readonly health?: string;
  readonly code?: string;
  readonly message?: string;
}

export interface GivenHeader {
  readonly header: { readonly key: string; readonly value?: string };
  readonly appendAction?: string;
}

/** Asks all questions, one after the other, over connections that stay open. */
export async function askAsEnvoy(questions: readonly Question[]): Promise<readonly GivenAnswer[]> {
  const program = await buildGoProgram('test/tools/envoy-client');
  const child = spawn(program, ['check'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  // The program may end before it has read everything; what it said then is in `errors`.
  child.stdin.on('error', () => undefined);
  child.stdin.end(questions.map((question) => JSON.stringify(question)).join('\n'));
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`envoy-client ended with ${code}: ${errors}`);
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as GivenAnswer);
}

/** Asks one question. */
export async function askOnce(question: Question): Promise<GivenAnswer> {
  const [answer] = await askAsEnvoy([question]);
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

/** A header of an answer by name; undefined when it is not there. */
export function headerOf(headers: readonly GivenHeader[] | undefined, name: string): string | undefined {
  return headers?.find(({ header }) => header.key === name)?.header.value;
}
