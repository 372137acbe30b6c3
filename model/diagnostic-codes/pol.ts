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
  POL009: { title: 'there are no policies', help: 'Name the folder that holds the `.rego` files.' },
  POL010: { title: 'there is too much Rego', help: 'Name a smaller folder, or move values to `data.json`.' },
  POL011: { title: 'a file is not Rego', help: 'Correct the syntax.' },
  POL012: { title: 'policies do not compile', help: 'Correct what the compiler says.' },
  POL013: {
    title: 'a path does not exist, or has another type',
    help: 'Compare it with the schema that the METADATA names; ask with `is_null` whether a value is known.',
  },
  POL014: {
    title: 'a builtin does not exist at enforcement points',
    help: 'Put the fact into the input or into data.',
  },
  POL015: { title: 'a path does not exist in the data tables', help: 'Use one of the names that the message lists.' },
  POL016: { title: 'a regular expression runs on each decision', help: 'Use `startswith`, `endswith` or a table.' },
  POL017: { title: 'a pattern is not a constant', help: 'Write the pattern into the policy.' },
  POL018: {
    title: 'values stand in rules instead of a table',
    help: 'Put them into `data.json` and look them up by key.',
  },
  POL019: { title: 'a table is searched', help: 'Look it up by a key, so that the cost does not grow with it.' },
  POL020: { title: 'the input is used as a whole', help: 'Name the fields; only these are handed over.' },
  POL021: { title: 'metadata of a policy is missing', help: 'Write `# METADATA` above the package.' },
  POL022: { title: 'METADATA has an unknown key', help: 'Use one of the keys that the message lists.' },
  POL023: { title: 'a value in METADATA cannot be', help: 'Write what the message asks for.' },
  POL024: { title: 'the id of a rule does not exist', help: 'Use an id of `weir rules`, or a prefix of your own.' },
  POL025: {
    title: 'the input of a policy has no schema',
    help: 'Add `schemas: [{input: schema.invocation}]` to its METADATA.',
  },
  POL026: { title: 'the schemas of a project are of another version', help: 'Run `weir policy init --schemas`.' },
  POL030: { title: 'no rule is an entry point', help: 'Write `# METADATA` and `# entrypoint: true` above the rule.' },
  POL031: { title: 'policies cannot be compiled to Wasm', help: 'Correct what the compiler says.' },
  POL032: { title: 'the data of a bundle is not right', help: 'Correct it; `schemas/data.json` describes the tables.' },
  POL033: { title: 'a bundle cannot be read', help: 'Name a bundle that `weir policy build` or `opa build` made.' },
  POL034: {
    title: 'others may use a private key',
    help: 'Run `chmod 600` on it; make a new one if others could read it.',
  },
  POL035: { title: 'a private key cannot be used', help: 'Name a private key in PEM; `weir policy keygen` makes one.' },
  POL036: { title: 'the policies have errors', help: 'Correct what `weir policy check` says.' },
  POL037: { title: 'a file exists already', help: 'Choose another name or folder; nothing is replaced.' },
  POL038: { title: 'a file cannot be written', help: 'Correct the path or give write access.' },
};
