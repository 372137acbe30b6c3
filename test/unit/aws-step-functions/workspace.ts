import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { awsStepFunctions } from '../../../analyzer/platforms/aws-step-functions/index.ts';
import { parseDocument, type SourceFile, type Workspace } from '../../../analyzer/source/index.ts';
import type { Application } from '../../../model/application.ts';

/** A workspace that holds the given files and nothing else. */
export function workspaceOf(files: readonly SourceFile[]): Workspace {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const documents = sorted.map((file) => parseDocument(file));
  return {
    documents,
    read: (wanted) => sorted.find((file) => file.path === wanted) ?? null,
    parse: (wanted) => documents.find((document) => document.path === wanted) ?? null,
  };
}

/** All files of a folder. */
export function readFolder(folder: string): readonly SourceFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const full = path.join(entry.parentPath, entry.name);
      const relative = path.relative(folder, full).split(path.sep).join('/');
      return { path: relative, text: readFileSync(full, 'utf8') };
    });
}

/** One definition, lowered. */
export function lowerDefinition(definition: object | string, file = 'flow.asl.json'): Application {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition, null, 2);
  return awsStepFunctions.lower(workspaceOf([{ path: file, text }]));
}

/** Diagnostics as `line:column code severity message`, one per line. */
export function diagnosticLines(application: Pick<Application, 'diagnostics'>): string {
  return application.diagnostics
    .map(({ code, severity, message, span }) => {
      const { line, column } = span.start;
      return `${span.file}:${line}:${column} ${severity} ${code} ${message}`;
    })
    .join('\n');
}
