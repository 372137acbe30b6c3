import { PolicyInstance, type PolicyTemplate } from './instance.ts';
import type { EngineLimits } from './options.ts';
import type { StatsCounter } from './stats.ts';

/** The instances of one policy, one per tenant; bounded by number and by memory, the one used longest ago goes first. */
export class InstancePool {
  readonly #template: PolicyTemplate;
  readonly #limits: EngineLimits;
  readonly #counter: StatsCounter;
  /** In the order of use. */
  readonly #instances = new Map<string, PolicyInstance>();
  #lastTenant: string | null = null;
  /** An instance that was scrubbed and belongs to nobody. */
  #spare: PolicyInstance | null = null;

  constructor(template: PolicyTemplate, limits: EngineLimits, counter: StatsCounter) {
    this.#template = template;
    this.#limits = limits;
    this.#counter = counter;
  }

  get size(): number {
    return this.#instances.size;
  }

  /** The tenant's own instance. */
  of(tenant: string): PolicyInstance {
    const known = this.#instances.get(tenant);
    if (known !== undefined) {
      if (this.#lastTenant !== tenant) {
        this.#instances.delete(tenant);
        this.#instances.set(tenant, known);
        this.#lastTenant = tenant;
      }
      return known;
    }
    const made = this.#makeRoom() ?? this.#make();
    this.#instances.set(tenant, made);
    this.#lastTenant = tenant;
    return made;
  }

  /** Throws away an instance in which an evaluation failed: its stack and heap may be left in any state. */
  discardBroken(tenant: string): void {
    if (this.#instances.delete(tenant)) this.#counter.add('instancesBroken');
  }

  /** Throws away an instance that holds more than it should, so that one large input does not cost memory for ever. */
  trim(tenant: string, instance: PolicyInstance): void {
    if (instance.usedBytes <= this.#limits.evaluationBytesKeptMax) return;
    if (this.#instances.delete(tenant)) this.#counter.add('instancesOutgrown');
  }

  clear(): void {
    this.#instances.clear();
    this.#spare = null;
  }

  /** Takes a tenant's instance out of the pool; scrubbed, or null when there is none that could be. */
  takeScrubbed(tenant: string): PolicyInstance | null {
    const instance = this.#instances.get(tenant);
    this.#instances.delete(tenant);
    return instance?.scrub() === true ? instance : null;
  }

  /** Keeps a clean instance for the next tenant that needs one. */
  adopt(instance: PolicyInstance): void {
    this.#spare = instance;
  }

  #make(): PolicyInstance {
    const spare = this.#spare;
    this.#spare = null;
    this.#counter.add('instancesMade');
    return spare ?? new PolicyInstance(this.#template);
  }

  /** Takes away what is too much. The instance that went last is handed on when its memory could be made as new. */
  #makeRoom(): PolicyInstance | null {
    let last: PolicyInstance | null = null;
    let totalBytes = 0;
    for (const instance of this.#instances.values()) totalBytes += instance.sizeBytes;
    for (const [tenant, instance] of this.#instances) {
      const isFull = this.#instances.size >= this.#limits.instancesMax;
      if (!isFull && totalBytes < this.#limits.instancesBytesMax) break;
      this.#instances.delete(tenant);
      totalBytes -= instance.sizeBytes;
      this.#counter.add('instancesEvicted');
      last = instance;
    }
    return last?.scrub() === true ? last : null;
  }
}
