import type { Diagnostic } from '../../../model/diagnostic.ts';
import { textOf, valueAt, type MapNode } from '../../source/index.ts';
import { PART_FIELDS } from './fields.ts';
import { fieldOf, type State } from './machine.ts';
import { problem } from './problems.ts';
import { checkFields, headOf } from './validate-fields.ts';

/** Fields that only a distributed Map has. */
const DISTRIBUTED_ONLY = ['ItemReader', 'ItemBatcher', 'ResultWriter', 'Label'] as const;

/** Checks what only a Map has: its processor's mode, reader, batcher and writer. */
export function checkMap(state: State): readonly Diagnostic[] {
  const { node, name } = state;
  const found: Diagnostic[] = [];
  if (fieldOf(state, 'ItemProcessor') === null && fieldOf(state, 'Iterator') === null)
    found.push(problem('ASL001', { message: `the Map state ${name} has no \`ItemProcessor\`` }, headOf(node)));
  found.push(...checkProcessor(state));
  const parts = [
    ['ItemReader', 'reader', ['Resource']],
    ['ItemBatcher', 'batcher', []],
    ['ResultWriter', 'writer', []],
  ] as const;
  for (const [field, part, required] of parts) {
    const value = fieldOf(state, field);
    if (value?.kind !== 'map') continue;
    const fields = PART_FIELDS[part];
    found.push(
      ...checkFields({ node: value, what: `${field} of ${name}`, fields, required, language: state.language }),
    );
  }
  const config = valueAt(fieldOf(state, 'ItemReader'), 'ReaderConfig');
  if (config?.kind === 'map') {
    const what = `ReaderConfig of ${name}`;
    found.push(...checkFields({ node: config, what, fields: PART_FIELDS.readerConfig, language: state.language }));
  }
  return found;
}

function checkProcessor(state: State): readonly Diagnostic[] {
  const processor = fieldOf(state, 'ItemProcessor');
  const config = valueAt(processor, 'ProcessorConfig');
  const mode = textOf(valueAt(config, 'Mode'));
  const found: Diagnostic[] = [];
  if (mode !== null && mode !== 'INLINE' && mode !== 'DISTRIBUTED' && !mode.includes('${'))
    found.push(
      problem('ASL004', { message: `Mode of ${state.name} has to be INLINE or DISTRIBUTED` }, spanIn(config, state)),
    );
  const type = textOf(valueAt(config, 'ExecutionType'));
  if (mode === 'DISTRIBUTED' && type !== 'STANDARD' && type !== 'EXPRESS' && !(type ?? '').includes('${')) {
    const message = `a distributed Map needs the ExecutionType STANDARD or EXPRESS in ${state.name}`;
    found.push(problem('ASL001', { message }, spanIn(config, state)));
  }
  if (mode !== 'DISTRIBUTED' && !(mode ?? '').includes('${')) {
    for (const field of DISTRIBUTED_ONLY) {
      const entry = state.node.entries.find((each) => each.key === field);
      if (entry === undefined || field === 'Label') continue;
      const message = `\`${field}\` of ${state.name} needs a distributed Map`;
      const help = 'Give ItemProcessor a ProcessorConfig with Mode DISTRIBUTED and an ExecutionType.';
      found.push(problem('ASL002', { message, help }, entry.keySpan));
    }
  }
  return found;
}

function spanIn(config: ReturnType<typeof valueAt>, state: State): MapNode['span'] {
  return config?.span ?? state.nameSpan;
}
