import type { FunctionDeclaration, StoreDeclaration, StoreKind } from '../../../model/application.ts';
import { functionId, storeId, type CompositionId, type FunctionId, type StoreId } from '../../../model/brand.ts';
import type { Span } from '../../../model/span.ts';
import type { PlaceholderTarget, TemplateModel, TemplateResource, WorkflowDefinition } from '../../templates/index.ts';

const STORE_KINDS: Readonly<Record<string, StoreKind>> = {
  'AWS::DynamoDB::Table': 'table',
  'AWS::DynamoDB::GlobalTable': 'table',
  'AWS::S3::Bucket': 'bucket',
  'AWS::SQS::Queue': 'queue',
  'AWS::SNS::Topic': 'topic',
  'AWS::Events::EventBus': 'bus',
  'AWS::Kinesis::Stream': 'stream',
  'AWS::KinesisFirehose::DeliveryStream': 'stream',
  'AWS::Logs::LogGroup': 'log',
  'AWS::SecretsManager::Secret': 'secret',
  'AWS::SSM::Parameter': 'parameter',
};

/** The resource type that a store kind's literal names refer to. */
const TYPE_OF_KIND: Readonly<Partial<Record<StoreKind, string>>> = {
  table: 'AWS::DynamoDB::Table',
  bucket: 'AWS::S3::Bucket',
  queue: 'AWS::SQS::Queue',
  topic: 'AWS::SNS::Topic',
  bus: 'AWS::Events::EventBus',
  stream: 'AWS::Kinesis::Stream',
  log: 'AWS::Logs::LogGroup',
  secret: 'AWS::SecretsManager::Secret',
  parameter: 'AWS::SSM::Parameter',
};

/** An Amazon Resource Name taken apart; parts may be empty or placeholders. */
export interface Arn {
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

export function parseArn(text: string): Arn | null {
  const match = /^arn:[^:]*:([^:]*):([^:]*):([^:]*):(.+)$/s.exec(
    text.replace(/\$\{[^}]*\}/g, (whole) => whole.replace(/:/g, '\u0001')),
  );
  if (match === null) return null;
  const part = (at: number): string => (match[at] ?? '').replace(/\u0001/g, ':');
  return { service: part(1), region: part(2), account: part(3), resource: part(4) };
}

/** The last name in an ARN, URL or plain name: what people call the place. */
export function shortName(text: string): string {
  const arn = parseArn(text);
  const tail = arn === null ? text.replace(/^https?:\/\/[^/]+\/(?:\d{12}\/)?/, '') : arn.resource;
  const name =
    tail
      .split(/[:/]/)
      .filter((part) => part !== '' && part !== '*')
      .at(-1) ?? tail;
  return arn?.service === 'lambda' ? (tail.split(':')[1] ?? name) : name;
}

/** Where and in whose account a name is used. */
export interface NameUse {
  readonly span: Span;
  /** The account that most literal ARNs of the workflow name; null when none is named. */
  readonly homeAccount: string | null;
  /** The account of a role that the state assumes; null when it assumes none or its account is not known. */
  readonly roleAccount: string | null;
}

/** Functions and stores of a workspace. Names that mean the same place get the same id. */
export class ResourceRegistry {
  readonly #functions = new Map<FunctionId, FunctionDeclaration>();
  readonly #stores = new Map<StoreId, StoreDeclaration>();
  readonly #byName = new Map<string, TemplateResource | null>();
  readonly #workflowNames = new Map<CompositionId, string>();
  readonly #compositions = new Map<string, CompositionId | null>();

  constructor(model: TemplateModel) {
    for (const resource of model.resources) {
      this.#index(resource.physicalName, resource);
      if (resource.type === 'AWS::Lambda::Function') this.functionOfResource(resource);
      else if (STORE_KINDS[resource.type] !== undefined) this.storeOfResource(resource);
    }
  }

  /** A literal name is linked when it is the name of exactly one resource of its type. */
  #index(name: string | null, resource: TemplateResource): void {
    if (name === null) return;
    const key = `${resource.type}|${name}`;
    this.#byName.set(key, this.#byName.has(key) ? null : resource);
  }

  functions(): readonly FunctionDeclaration[] {
    return [...this.#functions.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  stores(): readonly StoreDeclaration[] {
    return [...this.#stores.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  addWorkflow(workflow: Pick<WorkflowDefinition, 'file' | 'logicalId' | 'name'>, id: CompositionId): void {
    const { file, logicalId, name } = workflow;
    this.#workflowNames.set(id, name);
    this.#addComposition(`${file}#${logicalId}`, id);
    this.#addComposition(name, id);
    if (name !== logicalId) this.#addComposition(logicalId, id);
  }

  /** What people call a workflow. */
  workflowName(id: CompositionId): string {
    return this.#workflowNames.get(id) ?? id;
  }

  #addComposition(name: string, id: CompositionId): void {
    this.#compositions.set(name, this.#compositions.has(name) && this.#compositions.get(name) !== id ? null : id);
  }

  compositionNamed(name: string): CompositionId | null {
    return this.#compositions.get(name) ?? null;
  }

  functionOfResource(resource: TemplateResource): FunctionId {
    const id = functionId(`aws-lambda:${resource.file}#${resource.logicalId}`);
    const aliases =
      resource.physicalName === null || resource.physicalName === resource.logicalId ? [] : [resource.physicalName];
    return this.#addFunction({
      id,
      name: resource.logicalId,
      aliases,
      platform: 'aws-lambda',
      kind: 'user',
      isForeign: false,
      environmentNames: resource.environmentNames,
      span: resource.span,
    });
  }

  /** A worker that polls, declared in a template. */
  activityOfResource(resource: TemplateResource): FunctionId {
    const { physicalName } = resource;
    return this.#addFunction({
      id: functionId(`aws-sfn-activity:${resource.file}#${resource.logicalId}`),
      name: resource.logicalId,
      aliases: physicalName === null || physicalName === resource.logicalId ? [] : [physicalName],
      platform: 'aws-sfn-activity',
      kind: 'activity',
      isForeign: false,
      environmentNames: [],
      span: resource.span,
    });
  }

  /** A function or activity by its literal name or ARN. Versions and aliases of a function are the same function. */
  functionNamed(written: string, kind: 'user' | 'activity', use: NameUse): FunctionId {
    const text = kind === 'user' ? written.replace(/(:function:[^:]+):[\w$-]+$/, '$1') : written;
    const name = shortName(text);
    const account = parseArn(text)?.account ?? use.roleAccount ?? '';
    const foreign = isForeign(account, use);
    const type = kind === 'user' ? 'AWS::Lambda::Function' : 'AWS::StepFunctions::Activity';
    const known = foreign ? undefined : this.#byName.get(`${type}|${name}`);
    if (known !== null && known !== undefined)
      return kind === 'user' ? this.functionOfResource(known) : this.activityOfResource(known);
    const prefix = kind === 'activity' ? 'aws-sfn-activity' : 'aws-lambda';
    return this.#addFunction({
      id: functionId(`${prefix}:${foreign ? inAccount(text, account) : text}`),
      name,
      aliases: [...new Set([text, written])].filter((alias) => alias !== name),
      platform: prefix,
      kind,
      isForeign: foreign,
      environmentNames: [],
      span: use.span,
    });
  }

  /** An operation of the provider that keeps nothing of its own, e.g. `rekognition:detectLabels`. */
  serviceOperation(operation: string, span: Span): FunctionId {
    const id = functionId(`aws-api:${operation}`);
    return this.#addFunction({
      id,
      name: operation,
      aliases: [],
      platform: 'aws',
      kind: 'service',
      isForeign: false,
      environmentNames: [],
      span,
    });
  }

  #addFunction(declaration: FunctionDeclaration): FunctionId {
    if (!this.#functions.has(declaration.id)) this.#functions.set(declaration.id, declaration);
    return declaration.id;
  }

  storeOfResource(resource: TemplateResource): StoreId {
    const kind = STORE_KINDS[resource.type] ?? 'service';
    const id = storeId(`aws-${kind}:${resource.file}#${resource.logicalId}`);
    const aliases =
      resource.physicalName === null || resource.physicalName === resource.logicalId ? [] : [resource.physicalName];
    return this.addStore({
      id,
      kind,
      name: resource.logicalId,
      aliases,
      platform: 'aws',
      isPublic: null,
      isForeign: false,
      span: resource.span,
    });
  }

  /** A store by its literal name, ARN or URL. */
  storeNamed(kind: StoreKind, text: string, use: NameUse): StoreId {
    const name = kind === 'endpoint' || kind === 'parameter' ? text : shortName(text);
    const account =
      parseArn(text)?.account ?? /^https?:\/\/sqs[^/]*\/(\d{12})\//.exec(text)?.[1] ?? use.roleAccount ?? '';
    const foreign = isForeign(account, use);
    const type = TYPE_OF_KIND[kind];
    const known = type === undefined || foreign ? undefined : this.#byName.get(`${type}|${name}`);
    if (known !== null && known !== undefined) return this.storeOfResource(known);
    return this.addStore({
      id: storeId(`aws-${kind}:${foreign ? inAccount(text, account) : text}`),
      kind,
      name,
      aliases: text === name ? [] : [text],
      platform: 'aws',
      isPublic: null,
      isForeign: foreign,
      span: use.span,
    });
  }

  addStore(declaration: StoreDeclaration): StoreId {
    if (!this.#stores.has(declaration.id)) this.#stores.set(declaration.id, declaration);
    return declaration.id;
  }

  /** A store that is known already; null: it is not. */
  storeOfId(id: StoreId): StoreDeclaration | null {
    return this.#stores.get(id) ?? null;
  }

  /** What starts something may name a store: a queue, a bucket, a bus. */
  storeOfTarget(target: PlaceholderTarget | null): StoreId | null {
    if (target?.kind !== 'resource' || STORE_KINDS[target.resource.type] === undefined) return null;
    return this.storeOfResource(target.resource);
  }
}

/** A role that a state assumes is only needed for another account, unless that account is known to be the workflow's own. */
function isForeign(account: string, { homeAccount, roleAccount }: NameUse): boolean {
  if (!/^\d{12}$/.test(account)) return false;
  return homeAccount === null ? account === roleAccount : account !== homeAccount;
}

/** A plain name in another account is another thing than the same name in this one. */
const inAccount = (text: string, account: string): string => (text.includes(account) ? text : `${account}/${text}`);
