// Node strips the types itself, so tests run from source.
export default {
  files: [
    'test/unit/**/*.test.ts',
    'test/golden/**/*.test.ts',
    'test/properties/**/*.test.ts',
    'test/examples/**/*.test.ts',
    'rules/**/rule.test.ts',
  ],
  extensions: ['ts'],
  timeout: '10m',
  workerThreads: false,
  concurrency: 2,
};
