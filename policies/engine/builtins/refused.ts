/** Builtins that the compiler resolves or erases. */
export const COMPILED_BUILTINS: readonly string[] = [
  'assign',
  'eq',
  'internal.print',
  'print',
  'rego.metadata.chain',
  'rego.metadata.rule',
];

const NETWORK = 'a decision must not wait for the network, nor depend on what it answers';
const RANDOM = 'a decision must be repeatable: the same input gives the same answer';
const CERTIFICATES = "the answer is the form that Go's library has for certificates, which is not reproduced";
const GRAPHQL = 'the point carries no parser for GraphQL';
const YAML = 'readers of YAML do not agree on what a text means; hand over JSON';
const DEPRECATED = 'deprecated; `opa check --strict` refuses it too';
const SIGNING = 'whoever decides must not hold private keys';

/** Builtins that are not provided, with the reason. */
export const REFUSED_BUILTINS: Readonly<Record<string, string>> = {
  cast_array: DEPRECATED,
  cast_boolean: DEPRECATED,
  cast_null: DEPRECATED,
  cast_object: DEPRECATED,
  cast_set: DEPRECATED,
  cast_string: DEPRECATED,
  'crypto.parse_private_keys': SIGNING,
  'crypto.x509.parse_and_verify_certificates': CERTIFICATES,
  'crypto.x509.parse_and_verify_certificates_with_options': CERTIFICATES,
  'crypto.x509.parse_certificate_request': CERTIFICATES,
  'crypto.x509.parse_certificates': CERTIFICATES,
  'crypto.x509.parse_keypair': SIGNING,
  'crypto.x509.parse_rsa_private_key': SIGNING,
  'graphql.is_valid': GRAPHQL,
  'graphql.parse': GRAPHQL,
  'graphql.parse_and_verify': GRAPHQL,
  'graphql.parse_query': GRAPHQL,
  'graphql.parse_schema': GRAPHQL,
  'graphql.schema_is_valid': GRAPHQL,
  'http.send': NETWORK,
  'internal.test_case': 'it belongs to test runs',
  'io.jwt.encode_sign': SIGNING,
  'io.jwt.encode_sign_raw': SIGNING,
  'json.match_schema': "the answer holds error texts of Go's library, which are not reproduced",
  'json.verify_schema': "the answer holds error texts of Go's library, which are not reproduced",
  'net.lookup_ip_addr': NETWORK,
  'opa.runtime': 'a decision must not depend on the machine it is made on',
  'providers.aws.sign_req': SIGNING,
  'rand.intn': RANDOM,
  'regex.globs_match': 'whether two patterns have a common match is not computed; test a text against both',
  'rego.parse_module': 'the point carries no parser for Rego',
  'strings.render_template': "Go's templates are a language of their own; use `sprintf` or template strings",
  trace: 'the point keeps no trace; `weir policy explain` shows how a decision came about',
  'uri.is_valid': "Go's reading of URIs is not reproduced; use `input.parsed_path` and `input.parsed_query`",
  'uri.parse': "Go's reading of URIs is not reproduced; use `input.parsed_path` and `input.parsed_query`",
  'uuid.rfc4122': RANDOM,
  'yaml.is_valid': YAML,
  'yaml.marshal': YAML,
  'yaml.unmarshal': YAML,
};
