import test from 'ava';
import type { StoreTarget } from '../../../model/ir.ts';
import { stepsOf } from '../../../model/walk.ts';
import { machine } from './leaks.ts';
import { lowerDefinition } from './workspace.ts';

/** What a request does with stores, as `read table:Patients`. */
function uses(operation: string, Parameters: object): readonly string[] {
  const state = { Type: 'Task', Resource: `arn:aws:states:::aws-sdk:dynamodb:${operation}`, Parameters, End: true };
  const application = lowerDefinition(machine({ State: state }));
  const nameOf = (store: StoreTarget): string =>
    store.kind === 'store' ? (application.stores.find(({ id }) => id === store.id)?.name ?? '') : store.kind;
  return application.compositions
    .flatMap(stepsOf)
    .flatMap((step) => (step.kind === 'read' || step.kind === 'write' ? [`${step.kind} ${nameOf(step.store)}`] : []));
}

test('a statement that selects reads its table', (t) => {
  t.deepEqual(uses('executeStatement', { Statement: 'SELECT * FROM "Patients"' }), ['read Patients']);
  t.deepEqual(uses('executeStatement', { Statement: 'select name\n  from Patients.byWard where ward = ?' }), [
    'read Patients',
  ]);
});

test('any other statement writes to its table, and gives what it returns', (t) => {
  const Parameters = [{ 'S.$': '$.name' }];
  for (const Statement of [
    `INSERT INTO Patients VALUE {'name': ?}`,
    'UPDATE "Patients" SET name = ?',
    'DELETE FROM "Patients" WHERE name = ? RETURNING ALL OLD *',
  ])
    t.deepEqual(uses('executeStatement', { Statement, Parameters }), ['write Patients', 'read Patients']);
});

test('statements of a batch and of a transaction are each about their table', (t) => {
  const statements = [{ Statement: 'UPDATE "Patients" SET a = 1' }, { Statement: 'DELETE FROM Beds WHERE id = 1' }];
  const both = ['write Patients', 'read Patients', 'write Beds', 'read Beds'];
  t.deepEqual(uses('batchExecuteStatement', { Statements: statements }), both);
  t.deepEqual(uses('executeTransaction', { TransactStatements: statements }), both);
});

test('a statement that is computed or of another form may be about any table', (t) => {
  t.deepEqual(uses('executeStatement', { 'Statement.$': '$.query' }), ['write dynamic', 'read dynamic']);
  t.deepEqual(uses('executeStatement', { Statement: 'EXISTS(?)' }), ['write dynamic', 'read dynamic']);
});
