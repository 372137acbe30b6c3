import test from 'ava';
import { parseDocument, type DataNode, type MapNode } from '../../../analyzer/source/index.ts';
import { readResources } from '../../../analyzer/templates/resources.ts';
import { TemplateScope } from '../../../analyzer/templates/scope.ts';
import { valueAt } from '../../../analyzer/source/index.ts';

/** A scope of a template, and the value of its output `X`. */
function templateOf(text: string): { scope: TemplateScope; node: DataNode } {
  const [root] = parseDocument({ path: 'stack.yaml', text }).roots;
  if (root?.kind !== 'map') throw new Error('the test template is no map');
  const node = valueAt(root, 'X');
  if (node === null) throw new Error('the test template has no X');
  const map: MapNode = root;
  return { scope: new TemplateScope(map, readResources('stack.yaml', map)), node };
}

const RESOURCES = [
  'Resources:',
  '  Table: { Type: AWS::DynamoDB::Table }',
  '  Fn: { Type: AWS::Lambda::Function }',
  '',
].join('\n');

const means = test.macro({
  exec(t, x: string, expected: Record<string, unknown>) {
    const { scope, node } = templateOf(`${RESOURCES}${x}`);
    const target = scope.resolveNode(node);
    const { kind } = target;
    const brief =
      kind === 'resource' ? { kind, id: target.resource.logicalId, attribute: target.attribute }
      : kind === 'literal' || kind === 'composed' ? { kind, text: target.text }
      : kind === 'parameter' ? { kind, name: target.name, preset: target.defaultText }
      : { kind, name: target.name }; // prettier-ignore
    t.deepEqual(brief, expected);
  },
  title: (name = '') => `resolves ${name}`,
});

test('a reference', means, 'X: !Ref Table', { kind: 'resource', id: 'Table', attribute: null });
test('an attribute with dots', means, 'X: !GetAtt Fn.A.B', { kind: 'resource', id: 'Fn', attribute: 'A.B' });
test('a pseudo parameter', means, 'X: !Ref AWS::Region', { kind: 'pseudo', name: 'AWS::Region' });
test('a substitution that is one reference', means, 'X: !Sub "${Fn.Arn}"', {
  kind: 'resource',
  id: 'Fn',
  attribute: 'Arn',
});
test('a substitution with text around it', means, 'X: !Sub "${Fn.Arn}:1"', { kind: 'composed', text: '${Fn.Arn}:1' });
test('a variable under the name of its resource', means, 'X: !Sub ["t/${v}", {v: !Ref Table}]', {
  kind: 'composed',
  text: 't/${Table}',
});
test('a variable that is a literal', means, 'X: !Sub ["t/${v}", {v: one}]', { kind: 'literal', text: 't/one' });
test('text that is kept', means, 'X: !Sub "${!v}"', { kind: 'composed', text: '${!v}' });
test('a join of literals', means, 'X: !Join ["-", [a, 1, b]]', { kind: 'literal', text: 'a-1-b' });
test('the first alternative that is one', means, 'X: !If [C, !Ref AWS::NoValue, !Ref Table]', {
  kind: 'resource',
  id: 'Table',
  attribute: null,
});
test('an item of a literal list', means, 'X: !Select [1, [a, b]]', { kind: 'literal', text: 'b' });
test('a part of a literal', means, 'X: !Select [1, !Split ["/", "a/b/c"]]', { kind: 'literal', text: 'b' });
test('an import', means, 'X: !ImportValue shared-topic', { kind: 'import', name: 'shared-topic' });
test('a mapping', means, 'Mappings: {M: {eu: {Name: n1}}}\nX: !FindInMap [M, eu, Name]', {
  kind: 'literal',
  text: 'n1',
});
test('a mapping by a parameter at its default', means, 'Parameters: {P: {Type: String, Default: eu}}\nMappings: {M: {eu: {Name: n1}}}\nX: !FindInMap [M, !Ref P, Name]', {
  kind: 'literal', text: 'n1',
}); // prettier-ignore
test('a parameter', means, 'Parameters: {P: {Type: Number, Default: 0}}\nX: !Ref P', {
  kind: 'parameter',
  name: 'P',
  preset: '0',
});
test('nothing', means, 'X: !Ref Absent', { kind: 'unknown', name: 'Absent' });
test('a function that is not evaluated', means, 'X: !Cidr [a, 1, 2]', { kind: 'unknown', name: 'Fn::Cidr' });

test('names are built with parameters at their defaults', (t) => {
  const { scope, node } = templateOf('Parameters: {Stage: {Type: String, Default: pilot}}\nX: !Sub "${Stage}-visits"');
  t.is(scope.defaultText(node), 'pilot-visits');
  t.is(scope.literalText(node), null);
});

test('a name that depends on the deployment is not made up', (t) => {
  const { scope, node } = templateOf('X: !Sub "${AWS::StackName}-visits"');
  t.is(scope.defaultText(node), null);
});

test('limits: substitutions that multiply end', (t) => {
  let x = '"v"';
  for (let level = 0; level < 30; level++) x = `{"Fn::Sub": ["${'${v}'.repeat(20)}", {"v": ${x}}]}`;
  const { scope, node } = templateOf(`{"Resources": {}, "X": ${x}}`);
  const { kind } = scope.resolveNode(node);
  t.true(kind === 'unknown' || kind === 'composed');
});
