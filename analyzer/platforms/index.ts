import { awsStepFunctions } from './aws-step-functions/index.ts';
import type { Platform } from './platform.ts';

/** Every front end, sorted by name. */
export const PLATFORMS: readonly Platform[] = [awsStepFunctions];
