import type { Application } from '../../../model/application.ts';
import { stepId } from '../../../model/brand.ts';
import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { Composition } from '../../../model/ir.ts';
import { spanAtStart } from '../../../model/span.ts';
import { findIllFormed, findIllFormedApplication } from '../../../model/well-formed.ts';

const REPORT = 'This is a defect of weir: please report it with the files.';
const REPORT_OPAQUE =
  'This is a defect of weir: please report it with the file. The workflow is taken as one opaque step.';

/**
 * Checks what a front end made against the invariants of the IR. A composition that breaks one is replaced by an opaque step, so that the checker,
 * which relies on them, neither fails nor concludes anything from it; CLI023 says so.
 */
export function replaceIllFormed(application: Application): Application {
  const [first] = findIllFormedApplication(application);
  if (first === undefined) return application;
  const diagnostics: Diagnostic[] = [];
  const compositions = application.compositions.map((composition) => {
    const [problem] = findIllFormed(composition, application);
    if (problem === undefined) return composition;
    const { name, span } = composition;
    const message = `workflow \`${name}\` could not be represented (${problem})`;
    diagnostics.push({ code: 'CLI023', severity: 'error', message, help: REPORT_OPAQUE, span });
    return opaque(composition);
  });
  if (diagnostics.length === 0) {
    const message = `the application could not be represented (${first})`;
    diagnostics.push({ code: 'CLI023', severity: 'error', message, help: REPORT, span: spanAtStart('.') });
  }
  return { ...application, compositions, diagnostics: [...application.diagnostics, ...diagnostics] };
}

function opaque(composition: Composition): Composition {
  const { name, span } = composition;
  const id = stepId('ill-formed');
  const reason = 'the workflow could not be represented';
  const step = { kind: 'opaque', id, name, span, reads: [], writes: [], reason, next: null } as const;
  return { ...composition, body: { entry: id, steps: [step] }, journals: [], timeoutSeconds: { kind: 'none' } };
}
