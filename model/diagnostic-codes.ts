import type { DiagnosticArea } from './diagnostic-codes/area.ts';
import { ASL } from './diagnostic-codes/asl.ts';
import { BND } from './diagnostic-codes/bnd.ts';
import { CFG } from './diagnostic-codes/cfg.ts';
import { CLI } from './diagnostic-codes/cli.ts';
import { CTX } from './diagnostic-codes/ctx.ts';
import { ENG } from './diagnostic-codes/eng.ts';
import { EXP } from './diagnostic-codes/exp.ts';
import { IRT } from './diagnostic-codes/irt.ts';
import { LAM } from './diagnostic-codes/lam.ts';
import { LAT } from './diagnostic-codes/lat.ts';
import { MON } from './diagnostic-codes/mon.ts';
import { POL } from './diagnostic-codes/pol.ts';
import { POL_RUNS } from './diagnostic-codes/pol-runs.ts';
import { PRX } from './diagnostic-codes/prx.ts';
import { SRC } from './diagnostic-codes/src.ts';
import { TPL } from './diagnostic-codes/tpl.ts';

/** Every area by the prefix of its codes. An area's codes live in `diagnostic-codes/<area>.ts`. */
export const DIAGNOSTIC_AREAS: Readonly<Record<string, DiagnosticArea>> = {
  ASL,
  BND,
  CFG,
  CLI,
  CTX,
  ENG,
  EXP,
  IRT,
  LAM,
  LAT,
  MON,
  POL: { ...POL, ...POL_RUNS },
  PRX,
  SRC,
  TPL,
};

/** All codes of {@link Diagnostic}s with their meaning: what the reference lists and `weir explain` prints. */
export const DIAGNOSTIC_CODES: DiagnosticArea = {
  ...ASL,
  ...BND,
  ...CFG,
  ...CLI,
  ...CTX,
  ...ENG,
  ...EXP,
  ...IRT,
  ...LAM,
  ...LAT,
  ...MON,
  ...POL,
  ...POL_RUNS,
  ...PRX,
  ...SRC,
  ...TPL,
};
