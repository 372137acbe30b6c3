import type { DiagnosticArea } from './area.ts';

/** Authoring of policies: `weir policy`. */
export const POL: DiagnosticArea = {
  POL001: { title: '`opa` was not found, or is too old', help: 'Run `npm run setup:opa`, or install OPA.' },
  POL002: { title: 'WEIR_OPA names no usable `opa`', help: 'Correct it, or unset it to search PATH and the cache.' },
  POL003: {
    title: '`opa` did not end in time',
    help: 'Make the policies smaller, or find the rule that does not end.',
  },
  POL004: { title: '`opa` wrote too much', help: 'Name fewer files, or make them smaller.' },
  POL005: {
    title: '`opa` could not be run, or was ended',
    help: 'Run it again; if it ends so each time, give it more memory.',
  },
  POL006: { title: '`opa` cannot be built without Go', help: 'Install Go, or name an `opa` with WEIR_OPA.' },
  POL007: { title: 'building `opa` failed', help: 'Check the version of Go and that it can download modules.' },
  POL008: { title: 'the cache cannot be written', help: 'Give write access, or choose another with XDG_CACHE_HOME.' },
};
