import {
  constantPath,
  isObject,
  referenceOf,
  termOf,
  type RegoModule,
  type RegoRule,
  type Term,
} from '../rego/module.ts';

/** What names in modules stand for, looked up across a project. */
export class Names {
  readonly #modules: readonly RegoModule[];
  readonly #packages: readonly string[];

  constructor(modules: readonly RegoModule[]) {
    this.#modules = modules.filter(({ isTest }) => !isTest);
    this.#packages = this.#modules.map(({ packagePath }) => packagePath.join('.'));
  }

  /** The parts of a reference with an imported name replaced by what it stands for. */
  resolve(module: RegoModule, parts: readonly Term[]): readonly Term[] {
    const [head, ...rest] = parts;
    if (head?.type !== 'var' || typeof head.value !== 'string') return parts;
    const target = module.imports.get(head.value);
    if (target === undefined || target[0] === 'rego' || target[0] === 'future') return parts;
    const { location } = head;
    return [...target.map((name, at): Term => ({ type: at === 0 ? 'var' : 'string', value: name, location })), ...rest];
  }

  /** Rules of one name in the package of a module. */
  rulesOf({ packagePath }: RegoModule, name: string): readonly RegoRule[] {
    const own = packagePath.join('.');
    return this.#modules
      .filter((module) => module.packagePath.join('.') === own)
      .flatMap(({ rules }) => rules.filter((rule) => rule.name === name));
  }

  /** Whether a path below `data` (without `data`) is, or leads to, a package or something in one. */
  isVirtual(path: readonly string[]): boolean {
    const text = path.join('.');
    return this.#packages.some((name) => name === text || name.startsWith(`${text}.`) || text.startsWith(`${name}.`));
  }

  /** Whether a term is a text that is written in the policy: a literal, or a rule of the package that is one. */
  isConstantText(module: RegoModule, term: Term | null): boolean {
    if (term?.type === 'string') return true;
    // A list of constants, as the delimiters of `glob.match`, does not occur here: only patterns are asked about.
    const path =
      term?.type === 'var' && typeof term.value === 'string' ? [term.value] : constantPath(referenceOf(term));
    if (path?.length !== 1) return false;
    const rules = this.rulesOf(module, path[0] ?? '');
    const [rule] = rules;
    if (rule === undefined || rules.length > 1 || rule.isFunction) return false;
    const { head, body } = rule.tree;
    const value = isObject(head) ? termOf(head['value']) : null;
    const isUnconditional = !Array.isArray(body) || body.every((item) => isObject(item) && item['generated'] === true);
    return value?.type === 'string' && isUnconditional;
  }

  /** The table that a term names as a whole, e.g. `data.weir.functions`; null when it is something else, or a part that was looked up. */
  wholeTable(module: RegoModule, term: Term | null): string | null {
    const parts = referenceOf(term);
    if (parts === null) return null;
    const path = constantPath(this.resolve(module, parts));
    if (path?.[0] !== 'data' || path.length < 2 || this.isVirtual(path.slice(1))) return null;
    return path.join('.');
  }
}
