import type { DiagnosticArea } from './area.ts';

/** Declarations of levels, regions, tenants and required functions that make no label space. */
export const LAT: DiagnosticArea = {
  LAT001: { title: 'no levels are declared', help: 'Declare at least one level on each axis.' },
  LAT002: { title: 'too many levels', help: 'Merge levels that are never told apart; 64 per axis are supported.' },
  LAT003: { title: 'a level or relation is repeated', help: 'Name each level once per chain and give each pair once.' },
  LAT004: { title: 'levels form a cycle', help: 'Remove one of the relations; no level can be above itself.' },
  LAT005: {
    title: 'two levels have no least upper bound',
    help: 'Add the missing level between the pair and the levels that are minimal above both.',
  },
  LAT006: { title: 'there is no lowest level', help: 'Add a level below all levels that have nothing below them.' },
  LAT007: { title: 'a name is empty', help: 'Give every level, region, tenant and required function a name.' },
  LAT008: { title: 'there is no highest level', help: 'Add a level above all levels that have nothing above them.' },
  LAT010: {
    title: 'too many regions, tenants or required functions',
    help: 'Declare fewer: 256 regions, 1,024 tenants and 26 required functions are supported.',
  },
  LAT011: { title: 'a region, tenant or required function is repeated', help: 'Remove the repetition.' },
};
