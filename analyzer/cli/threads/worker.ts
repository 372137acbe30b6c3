import { parentPort, workerData } from 'node:worker_threads';
import { checkPart, type CheckTask } from './check-part.ts';

parentPort?.postMessage(checkPart(workerData as CheckTask));
