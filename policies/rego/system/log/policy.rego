# METADATA
# title: What the decision log keeps
# description: |
#   Run by the decision log on each of its events, as OPA does: `mask` removes or replaces parts of an event before it is stored, `drop` leaves an
#   event out. The defaults take away credentials, cookies, bodies and values of the query that look secret. Only plain health checks are dropped.
# custom:
#   id: WEIR-LOG-001
#   severity: high
#   cwe: [CWE-532]
#   owasp: [SAS-3]
#   maturity: stable
#   recommended_action: Add the JSON Pointer of what must not be kept to `mask`.
#   limits:
#     - a secret in a part of the path is not recognised
#     - bodies are left out as a whole
# related_resources:
#   - description: Masking and dropping of decision logs in OPA
#     ref: https://www.openpolicyagent.org/docs/management-decision-logs
package system.log

import data.weir.lib.paths

replacement := "**REDACTED**"

# Beside those whose name has a secret word in it.
secret_headers := {"cookie", "set-cookie", "x-weir-context", "weir-context", "weir-break-glass"}

secret_words := {
	"token",
	"secret",
	"password",
	"passwd",
	"pwd",
	"signature",
	"credential",
	"session",
	"apikey",
	"api_key",
	"api-key",
	"auth",
	"jwt",
	"assertion",
}

secret_names := {"code", "sig", "key", "pin", "otp", "state", "nonce"}

# Beginnings of tokens: of a JWS, of AWS access keys, of GitHub's, of GitLab's and of Slack's tokens.
secret_beginnings := {"eyJ", "AKIA", "ASIA", "ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xox"}

# A value as long as this is hardly meant for people.
secret_length_min := 32

http := input.input.attributes.request.http

# METADATA
# title: Parts of an event that are masked
# description: JSON Pointers to remove, and operations `{"op", "path", "value"}`, in the form that OPA's decision log defines.
# entrypoint: true
mask contains pointer if {
	some name, value in http.headers
	is_secret_header(lower(name), value)
	pointer := paths.pointer(["input", "attributes", "request", "http", "headers", name])
}

mask contains pointer if {
	some name in ["body", "rawBody"]
	http[name]
	pointer := paths.pointer(["input", "attributes", "request", "http", name])
}

# What other filters of a proxy leave, e.g. the claims of a token, has no form that could be looked into.
mask contains pointer if {
	some name in ["metadataContext", "routeMetadataContext"]
	is_present(input.input.attributes, name)
	pointer := paths.pointer(["input", "attributes", name])
}

mask contains "/input/parsed_body" if is_present(input.input, "parsed_body")

mask contains operation if {
	some name, values in input.input.parsed_query
	looks_secret(name, values)
	operation := {
		"op": "upsert",
		"path": paths.pointer(["input", "parsed_query", name]),
		"value": [replacement],
	}
}

# The same values stand in the request's own text, where they are not taken apart: the query goes as a whole.
mask contains operation if {
	has_secret_query
	some name in ["path", "query"]
	operation := {
		"op": "upsert",
		"path": paths.pointer(["input", "attributes", "request", "http", name]),
		"value": without_query(name, http[name]),
	}
}

mask contains operation if {
	has_secret_query
	some name, value in http.headers
	lower(name) in {":path", "referer", "x-original-url", "x-forwarded-uri", "x-envoy-original-path"}
	operation := {
		"op": "upsert",
		"path": paths.pointer(["input", "attributes", "request", "http", "headers", name]),
		"value": without_query("path", value),
	}
}

without_query(name, _) := replacement if name == "query"

without_query(name, text) := concat("?", [paths.without_query(text), replacement]) if name == "path"

has_secret_query if {
	some name, values in input.input.parsed_query
	looks_secret(name, values)
}

is_secret_header(name, _) if name in secret_headers

# `:authority` is a pseudo header of HTTP/2, which hold no credentials.
is_secret_header(name, _) if {
	not startswith(name, ":")
	has_secret_word(name)
}

is_secret_header(_, value) if begins_like_a_token(value)

has_secret_word(name) if {
	some word in secret_words
	contains(name, word)
}

begins_like_a_token(value) if {
	some beginning in secret_beginnings
	startswith(value, beginning)
}

looks_secret(name, _) if lower(name) in secret_names

looks_secret(name, _) if has_secret_word(lower(name))

looks_secret(_, values) if {
	some value in values
	begins_like_a_token(value)
}

looks_secret(_, values) if {
	some value in values
	count(value) >= secret_length_min
}

is_present(document, name) if name in object.keys(document)

health_paths := {"health", "healthz", "live", "livez", "ready", "readyz"}

default drop := false

# METADATA
# title: Events that are not kept
# description: |
#   True for a health check that was simply allowed. It has no query and no body, names nobody, and raised no alert, so that nothing can be done
#   behind its name.
# entrypoint: true
drop if {
	input.result.allow == true
	count(input.result.alerts) == 0
	count(input.result.obligations) == 0
	http.method in {"GET", "HEAD"}
	count(input.input.parsed_path) == 1
	input.input.parsed_path[0] in health_paths
	input.input.parsed_query == {}
	not is_present(input.input, "parsed_body")
	input.input.truncated_body == false
	input.input.weir.data.sizeBytes in {0, null}
	input.input.weir.caller.kind == "anonymous"
	input.input.weir.breakGlass == null
}
