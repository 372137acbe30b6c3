/**
 * Builtins that the Wasm module asks its host for and that the engine provides, sorted. Everything here is deterministic: time comes from the clock of the
 * request, and nothing reads the network, the environment or random numbers.
 */
export const HOST_BUILTINS: readonly string[] = [
  'io.jwt.decode',
  'io.jwt.decode_verify',
  'json.is_valid',
  'net.cidr_is_valid',
  'object.subset',
  'regex.replace',
  'regex.split',
  'semver.compare',
  'semver.is_valid',
  'sprintf',
  'strings.any_prefix_match',
  'strings.any_suffix_match',
  'time.add_date',
  'time.clock',
  'time.date',
  'time.diff',
  'time.now_ns',
  'time.parse_duration_ns',
  'time.parse_rfc3339_ns',
  'time.weekday',
];
