import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { check } from '../../analyzer/flow/index.ts';
import { compositionId, stepId, storeId } from '../../model/brand.ts';
import type { Expression, Region, Step } from '../../model/ir.ts';
import { compileLabelSpace } from '../../model/label-space.ts';
import type { LabelSpace } from '../../model/label.ts';
import { spanAtStart } from '../../model/span.ts';
import { composition, EFFECT, ORIGIN } from '../unit/flow/build.ts';

/** The 300 orchestrations with known labels in `test/fixtures/typing-cases`; the README there says where the answers come from. */
type Source = { readonly in: number } | { readonly const: string } | { readonly max: readonly number[] };
type Orchestration =
  | readonly ['fun', string]
  | readonly ['seq', Orchestration, Orchestration]
  | readonly ['if', string, Orchestration, Orchestration]
  | readonly ['par', Orchestration, Orchestration];

interface TypingCase {
  readonly id: number;
  readonly edges: readonly (readonly [string, string])[];
  readonly trigger: readonly string[];
  readonly functions: Readonly<Record<string, { readonly uses: readonly Source[]; readonly out: readonly Source[] }>>;
  readonly orchestration: Orchestration;
  readonly expect: {
    readonly sound: Readonly<Record<string, string>>;
    readonly published: Readonly<Record<string, string>>;
    readonly publishedLeak: { readonly observer: string } | null;
  };
}

const file = path.join(import.meta.dirname, '../fixtures/typing-cases/typing.json');
const CASES = JSON.parse(readFileSync(file, 'utf8')) as readonly TypingCase[];
const SPAN = spanAtStart('typing.json');

/** Lowers an orchestration: each function writes what it sees to a store of its name, then assigns its outputs. */
class Lowering {
  readonly #subject: TypingCase;
  #count = 0;

  constructor(subject: TypingCase) {
    this.#subject = subject;
  }

  #fresh(prefix: string): string {
    this.#count += 1;
    return `${prefix}${this.#count}`;
  }

  lower(): Region {
    const steps: Step[] = [];
    const out = this.#add(this.#subject.orchestration, {
      inputs: { root: 'in', width: this.#subject.trigger.length },
      steps,
    });
    const end = { ...this.#base('end'), kind: 'return', value: read(out.root) } as const;
    return link([...steps, end]);
  }

  #base(name: string): { readonly id: Step['id']; readonly name: string; readonly span: typeof SPAN } {
    return { id: stepId(this.#fresh(`${name}-`)), name, span: SPAN };
  }

  #assign(target: string, value: Expression): Step {
    return { ...this.#base('assign'), kind: 'assign', target: { root: target, segments: [] }, value, next: null };
  }

  #add(node: Orchestration, at: { readonly inputs: Vector; readonly steps: Step[] }): Vector {
    switch (node[0]) {
      case 'fun':
        return this.#call(node[1], at);
      case 'seq':
        return this.#add(node[2], { inputs: this.#add(node[1], at), steps: at.steps });
      case 'if':
        return this.#branch(node, at);
      case 'par': {
        const arms = [node[1], node[2]].map((part) => this.#frame(part, at.inputs));
        const result = this.#fresh('p');
        at.steps.push({
          ...this.#base('par'),
          kind: 'parallel',
          arms: arms.map((arm) => arm.region),
          result: { root: result, segments: [] },
          next: null,
        });
        const parts = arms.flatMap((arm, index) =>
          Array.from({ length: arm.width }, (_, item) => read(result, index, item)),
        );
        const root = this.#fresh('v');
        at.steps.push(this.#assign(root, list(parts)));
        return { root, width: parts.length };
      }
    }
  }

  #frame(node: Orchestration, inputs: Vector): { readonly region: Region; readonly width: number } {
    const steps: Step[] = [];
    const out = this.#add(node, { inputs, steps });
    return {
      region: link([...steps, { ...this.#base('end'), kind: 'return', value: read(out.root) }]),
      width: out.width,
    };
  }

  #call(name: string, at: { readonly inputs: Vector; readonly steps: Step[] }): Vector {
    const { inputs, steps } = at;
    const known = this.#subject.functions[name];
    if (known === undefined) throw new Error(`no function ${name}`);
    const value = (source: Source): Expression => {
      if ('in' in source) return read(inputs.root, source.in);
      if ('max' in source)
        return {
          kind: 'apply',
          operator: 'max',
          args: source.max.map((index) => read(inputs.root, index)),
          span: SPAN,
        };
      return {
        kind: 'source',
        of: { kind: 'literal', value: 0, span: SPAN },
        label: { confidentiality: source.const },
        description: source.const,
        span: SPAN,
      };
    };
    const all = Array.from({ length: inputs.width }, (_, index) => read(inputs.root, index));
    const outputs = known.out.map(value);
    steps.push({
      ...this.#base(name),
      kind: 'write',
      store: { kind: 'store', id: storeId(name), span: SPAN },
      key: { kind: 'literal', value: 'seen', span: SPAN },
      value: list([...all, ...known.uses.map(value), ...outputs]),
      result: null,
      effect: EFFECT,
      next: null,
    });
    const root = this.#fresh('v');
    steps.push(this.#assign(root, list(outputs)));
    return { root, width: outputs.length };
  }

  #branch(
    node: Extract<Orchestration, readonly ['if', ...unknown[]]>,
    at: { readonly inputs: Vector; readonly steps: Step[] },
  ): Vector {
    const guard = this.#call(node[1], at);
    const result = this.#fresh('v');
    const arms = [node[2], node[3]].map((part) => {
      const steps: Step[] = [];
      const out = this.#add(part, { inputs: guard, steps });
      steps.push(this.#assign(result, read(out.root)));
      return { steps, width: out.width };
    });
    const after = this.#assign(this.#fresh('nothing'), { kind: 'literal', value: null, span: SPAN });
    const [yes, no] = arms.map((arm) => link(arm.steps, after.id));
    if (yes === undefined || no === undefined) throw new Error('an if has two arms');
    at.steps.push(
      {
        ...this.#base('if'),
        kind: 'branch',
        arms: [{ guard: read(guard.root, 0), next: yes.entry, span: SPAN }],
        otherwise: no.entry,
      },
      ...yes.steps,
      ...no.steps,
      after,
    );
    return { root: result, width: Math.max(...arms.map((arm) => arm.width)) };
  }
}

interface Vector {
  readonly root: string;
  readonly width: number;
}

function read(root: string, ...indexes: readonly number[]): Expression {
  return { kind: 'path', path: { root, segments: indexes.map((index) => ({ kind: 'index', index })) }, span: SPAN };
}

const list = (items: readonly Expression[]): Expression => ({ kind: 'array', items, span: SPAN });

/** Lets each step that has no successor yet go on to the one behind it. */
function link(steps: readonly Step[], last: Step['id'] | null = null): Region {
  const [first] = steps;
  if (first === undefined) throw new Error('a region has a step');
  const linked = steps.map((step, at): Step =>
    'next' in step && step.next === null ? { ...step, next: steps[at + 1]?.id ?? last } : step,
  );
  return { entry: first.id, steps: linked };
}

function spaceOf(subject: TypingCase): LabelSpace {
  const covers = subject.edges;
  const made = compileLabelSpace(
    { confidentiality: { covers }, integrity: { chains: [['trusted']] }, regions: [], tenants: [], required: [] },
    SPAN,
  );
  if (!made.ok) throw new Error('the lattice of a case compiles');
  return made.value;
}

/** Our label of every function, and whether something is violated when each may see only `bounds`. */
function typeCase(
  subject: TypingCase,
  bounds: Readonly<Record<string, string>> | null,
): { readonly labels: Record<string, string>; readonly violated: readonly string[] } {
  const space = spaceOf(subject);
  const level = (name: string): LabelSpace['top'] => {
    const resolved = space.resolve({ confidentiality: name }, space.bottom);
    if (!('label' in resolved)) throw new Error(`no level ${name}`);
    return resolved.label;
  };
  const flow = { ...composition('case', []), body: new Lowering(subject).lower() };
  const names = Object.keys(subject.functions);
  const place = { aliases: [], platform: 'test', isForeign: false, isPublic: null, span: SPAN, kind: 'table' } as const;
  const application = {
    compositions: [flow],
    functions: [],
    stores: names.map((name) => ({ ...place, id: storeId(name), name })),
    triggers: [],
    literalSecrets: [],
    diagnostics: [],
    coverage: [],
  };
  const parts = subject.trigger.map((name, index) => ({
    path: [{ kind: 'index', index } as const],
    label: level(name),
    origin: ORIGIN,
  }));
  const accepts = (name: string): LabelSpace['top'] => (bounds === null ? space.top : level(bounds[name] ?? ''));
  const result = check(application, {
    space,
    entries: new Map([[compositionId('case'), { label: space.bottom, origin: ORIGIN, parts }]]),
    results: new Map(),
    functions: new Map(),
    stores: new Map(
      names.map((name) => [
        storeId(name),
        { accepts: accepts(name), content: null, requires: [], mayHoldTokens: true, origin: ORIGIN },
      ]),
    ),
    tokenHolders: new Set(),
    privileged: { accepts: space.top, origin: ORIGIN },
    dynamicTarget: { accepts: space.top, origin: ORIGIN },
  });
  const labels: Record<string, string> = {};
  for (const step of result.steps) {
    const name = names.find((each) => step.step.startsWith(`${each}-`));
    const raw = result.raw.get(`${step.composition}/${step.step}`);
    if (name !== undefined && raw !== undefined)
      labels[name] = space.describe(space.join(raw.control, raw.input)).confidentiality;
  }
  const violated = result.verdicts
    .filter((verdict) => verdict.outcome === 'violated')
    .map((verdict) => verdict.bound.confidentiality);
  return { labels, violated };
}

test('our labels are the known ones in all 300 cases', (t) => {
  t.is(CASES.length, 300);
  for (const subject of CASES) t.deepEqual(typeCase(subject, null).labels, subject.expect.sound, `case ${subject.id}`);
});

test('where the published rule leaks, we report the leak to that observer', (t) => {
  const leaking = CASES.filter((subject) => subject.expect.publishedLeak !== null);
  t.true(leaking.length > 0);
  for (const subject of leaking) {
    const { violated } = typeCase(subject, subject.expect.published);
    t.true(
      violated.includes(subject.expect.publishedLeak?.observer ?? ''),
      `case ${subject.id}: ${violated.join(', ')}`,
    );
  }
});
