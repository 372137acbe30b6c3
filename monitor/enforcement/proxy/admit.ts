import type { Admission, Arrival, DecisionCore } from '../types.ts';

/**
 * Asks the core and waits no longer than `decisionMs`. The core never rejects; should it nevertheless, that is no admission. An admission that comes
 * too late is ended at once, so that nothing stays counted as under way.
 */
export async function admitInTime(core: DecisionCore, arrival: Arrival, decisionMs: number): Promise<Admission | null> {
  let timer: NodeJS.Timeout | undefined;
  let isLate = false;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      isLate = true;
      resolve(null);
    }, decisionMs);
  });
  const asked = ask(core, arrival).then((admission) => {
    if (isLate && admission !== null && admission.isAdmitted) {
      admission.complete({ outcome: 'aborted', status: null, sizeBytes: null });
    }
    return admission;
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function ask(core: DecisionCore, arrival: Arrival): Promise<Admission | null> {
  try {
    return await core.admit(arrival);
  } catch {
    return null;
  }
}
