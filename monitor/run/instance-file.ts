import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import type { LabelDescription } from '../../model/label.ts';
import type { InstanceJournal, InstanceMemory, Quarantine } from '../enforcement/core/instances.ts';

/** Version of the file's format; another one is not read. */
const FORMAT = 'weir.instances/1';

/** Keeps labels and quarantines of instances in one file, replaced as a whole at each change, so that it is never half written. */
export class InstanceFile implements InstanceJournal {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  load(): readonly InstanceMemory[] | null {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch (error) {
      // Never written means that nothing was seen; anything else that nobody knows what was seen.
      return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? [] : null;
    }
    try {
      return readMemories(JSON.parse(text));
    } catch {
      return null;
    }
  }

  save(instances: readonly InstanceMemory[]): void {
    const temporary = `${this.#file}.new`;
    const descriptor = openSync(temporary, 'w', 0o600);
    try {
      writeSync(descriptor, `${JSON.stringify({ format: FORMAT, instances })}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    chmodSync(temporary, 0o600);
    renameSync(temporary, this.#file);
  }
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readMemories(value: unknown): readonly InstanceMemory[] | null {
  if (!isFields(value) || value['format'] !== FORMAT || !Array.isArray(value['instances'])) return null;
  const memories: InstanceMemory[] = [];
  for (const item of value['instances'] as readonly unknown[]) {
    if (!isFields(item) || typeof item['id'] !== 'string') return null;
    const residualLabel = item['residualLabel'] === null ? null : readLabel(item['residualLabel']);
    const quarantine = item['quarantine'] === null ? null : readQuarantine(item['quarantine']);
    if (residualLabel === undefined || quarantine === undefined) return null;
    memories.push({ id: item['id'], residualLabel, quarantine });
  }
  return memories;
}

const areTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

function readLabel(value: unknown): LabelDescription | undefined {
  if (!isFields(value)) return undefined;
  const { confidentiality, integrity, region, tenant, marks } = value;
  if (typeof confidentiality !== 'string' || typeof integrity !== 'string' || !areTexts(marks)) return undefined;
  const areSets = (region === 'all' || areTexts(region)) && (tenant === 'all' || areTexts(tenant));
  return areSets
    ? { confidentiality, integrity, region, tenant, marks: marks as LabelDescription['marks'] }
    : undefined;
}

function readQuarantine(value: unknown): Quarantine | undefined {
  if (!isFields(value) || typeof value['cause'] !== 'string') return undefined;
  const { cause, untilMs } = value;
  return untilMs === null || typeof untilMs === 'number' ? { cause, untilMs } : undefined;
}
