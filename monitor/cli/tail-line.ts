import picocolors from 'picocolors';

/** What a line of the tail holds that is shown. */
interface TailEvent {
  readonly timestamp?: string;
  readonly effective?: string;
  readonly verdict?: string;
  readonly cause?: string;
  readonly function?: string;
  readonly instance?: string;
  readonly decision_id?: string;
  readonly missed?: number;
  readonly metrics?: { readonly timer_server_handler_ns?: number };
  readonly error?: { readonly message?: string };
  readonly reasons?: readonly { readonly id?: string; readonly message?: string }[];
}

/** One decision for people: time, verdict, function, duration; below it every reason. Control characters are not sent to the terminal. */
export function formatTailLine(line: string, useColor: boolean): string {
  let event: TailEvent;
  try {
    event = JSON.parse(line) as TailEvent;
  } catch {
    return printable(line);
  }
  const colors = picocolors.createColors(useColor);
  const isAllowed = event.effective === 'allow';
  const isLetThrough = isAllowed && event.verdict === 'deny';
  const verdict = isLetThrough
    ? colors.yellow('let through')
    : isAllowed
      ? colors.green('allow      ')
      : colors.red('deny       ');
  const micros = Math.round((event.metrics?.timer_server_handler_ns ?? 0) / 1000);
  const time = (event.timestamp ?? '').slice(11, 23);
  const cause = event.cause === 'policy' ? '' : `  ${event.cause ?? ''}: ${event.error?.message ?? ''}`;
  const head = `${time}  ${verdict}  ${event.function ?? ''}  ${colors.dim(`${micros} µs  ${event.decision_id ?? ''}`)}${cause}`;
  const reasons = (event.reasons ?? []).map(({ id, message }) => `              ${id ?? ''}  ${message ?? ''}`);
  const missed =
    event.missed === undefined ? [] : [`              ${event.missed} decisions before this one are not shown`];
  return [head, ...reasons, ...missed].map((each) => printable(each, useColor)).join('\n');
}

/** Everything that could steer a terminal is shown as its code; our own colours pass. */
function printable(text: string, keepsColors = false): string {
  return text.replace(/\p{Cc}(\[\d+m)?/gu, (found, color: string | undefined) =>
    keepsColors && found.startsWith('\u001b') && color !== undefined
      ? found
      : `\\x${(found.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}${color ?? ''}`,
  );
}
