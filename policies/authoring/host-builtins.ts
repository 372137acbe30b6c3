/** Builtins that the Wasm module asks its host for and that the engine provides, sorted. */
export { HOST_BUILTINS } from '../engine/builtins/catalogue.ts';
