import type { DecisionObserver, DecisionRecord } from '../enforcement/core/record.ts';
import type { Logger } from '../telemetry/logger.ts';

/** Says aloud what people must hear of: alerts that policies raise and every use of an exception. Names and ids only. */
export class AlertLog implements DecisionObserver {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  decided({ decision, exception, functionId, route }: DecisionRecord): void {
    for (const { id, severity, message } of decision.alerts) {
      this.#logger.warn('alert', { alert: id, severity, message, function: functionId, decision: decision.id });
    }
    if (exception !== null) {
      const { reason, approvedBy } = exception;
      this.#logger.warn('let through by an exception', {
        route,
        reason,
        approvedBy,
        function: functionId,
        decision: decision.id,
      });
    }
  }
}
