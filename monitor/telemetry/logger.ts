/** Severity of what the monitor says about itself; decisions go to the decision log, not here. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Facts beside a message. Names of things and numbers; never data of requests. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Writes JSON lines: `{"time","level","msg",…}`. */
export class Logger {
  readonly #write: (line: string) => void;
  readonly #now: () => number;
  level: LogLevel;

  constructor(options: {
    readonly write: (line: string) => void;
    readonly now: () => number;
    readonly level: LogLevel;
  }) {
    this.#write = options.write;
    this.#now = options.now;
    this.level = options.level;
  }

  debug(message: string, fields: LogFields = {}): void {
    this.#log('debug', message, fields);
  }

  info(message: string, fields: LogFields = {}): void {
    this.#log('info', message, fields);
  }

  warn(message: string, fields: LogFields = {}): void {
    this.#log('warn', message, fields);
  }

  error(message: string, fields: LogFields = {}): void {
    this.#log('error', message, fields);
  }

  #log(level: LogLevel, message: string, fields: LogFields): void {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(this.level)) return;
    this.#write(`${JSON.stringify({ time: new Date(this.#now()).toISOString(), level, msg: message, ...fields })}\n`);
  }
}
