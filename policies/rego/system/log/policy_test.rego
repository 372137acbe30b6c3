package system.log_test

import data.system.log
import data.weir.testing
import data.weir.testing.example

allowed := {"allow": true, "deny": [], "obligations": [], "alerts": []}

event(document) := {
	"decision_id": "e0f1b7ce-2d6c-4a1e-8a55-0f6f0c5f7f10",
	"path": "weir/invocation/decision",
	"input": document,
	"result": allowed,
	"timestamp": "2026-11-24T22:00:00.000Z",
}

masked(in_input) := answer if {
	answer := log.mask with input as event(testing.changed(example.invocation, in_input))
}

http := "/attributes/request/http"

pointer(path) := concat("", ["/input", http, path])

test_ok_the_body_is_always_masked if {
	testing.expect(masked({}), {"/input/parsed_body"})
}

test_ok_nothing_to_mask if {
	actual := log.mask with input as event(testing.without(example.invocation, ["/parsed_body"]))
	testing.expect(actual, set())
}

test_boundary_body_that_is_null_or_false if {
	every body in [null, false, "", []] {
		testing.expect([body, masked({"/parsed_body": body})], [body, {"/input/parsed_body"}])
	}
}

test_bad_headers_with_credentials if {
	actual := masked({concat("", [http, "/headers"]): {
		"authorization": "Bearer x",
		"Proxy-Authorization": "Basic x",
		"cookie": "a=b",
		"set-cookie": "a=b",
		"x-api-key": "x",
		"x-auth-token": "x",
		"x-amz-security-token": "x",
		"weir-context": "x",
		"x-weir-context": "x",
		"weir-break-glass": "x",
		"X-Forwarded-Access-Token": "x",
		"x-identity": "eyJhbGciOiJFZERTQSJ9",
		"accept": "text/html",
		":authority": "photos.example",
		":path": "/",
	}})
	testing.expect(actual, {
		"/input/parsed_body",
		pointer("/headers/authorization"),
		pointer("/headers/Proxy-Authorization"),
		pointer("/headers/cookie"),
		pointer("/headers/set-cookie"),
		pointer("/headers/x-api-key"),
		pointer("/headers/x-auth-token"),
		pointer("/headers/x-amz-security-token"),
		pointer("/headers/weir-context"),
		pointer("/headers/x-weir-context"),
		pointer("/headers/weir-break-glass"),
		pointer("/headers/X-Forwarded-Access-Token"),
		pointer("/headers/x-identity"),
	})
}

test_bad_what_other_filters_left if {
	actual := masked({
		"/attributes/metadataContext": {"filterMetadata": {"jwt": {"sub": "ines"}}},
		"/attributes/routeMetadataContext": null,
	})
	testing.expect(actual, {
		"/input/parsed_body",
		"/input/attributes/metadataContext",
		"/input/attributes/routeMetadataContext",
	})
}

test_bad_bodies_as_text if {
	actual := masked({concat("", [http, "/body"]): "card=4111", concat("", [http, "/rawBody"]): "Y2FyZD00MTEx"})
	testing.expect(actual, {"/input/parsed_body", pointer("/body"), pointer("/rawBody")})
}

test_boundary_bodies_as_empty_text_are_masked_too if {
	testing.expect(masked({concat("", [http, "/body"]): ""}), {"/input/parsed_body", pointer("/body")})
}

query_masks(name, value) := {operation |
	some operation in masked({"/parsed_query": {name: [value]}})
	is_object(operation)
	startswith(operation.path, "/input/parsed_query/")
}

test_bad_query_values_that_look_secret if {
	cases := {
		"access_token": "x",
		"X-Amz-Signature": "x",
		"userPassword": "x",
		"sessionId": "x",
		"API_KEY": "x",
		"code": "x",
		"Sig": "x",
		"state": "x",
		"next": "eyJhbGciOiJFZERTQSJ9",
		"aws": "AKIAIOSFODNN7EXAMPLE",
		"gh": "ghp_16C7e42F292c6912E7",
		"slack": "xoxb-17653672481",
		"long": "0123456789abcdef0123456789abcdef",
	}
	every name, value in cases {
		testing.expect(query_masks(name, value), {{
			"op": "upsert",
			"path": concat("/", ["/input/parsed_query", name]),
			"value": ["**REDACTED**"],
		}})
	}
}

test_ok_query_values_that_do_not if {
	cases := {
		"width": "640",
		"codec": "h264",
		"stated": "yes",
		"short": "0123456789abcdef0123456789abcde",
	}
	every name, value in cases {
		testing.expect([name, query_masks(name, value)], [name, set()])
	}
}

test_boundary_one_of_several_values_is_enough if {
	actual := masked({"/parsed_query": {"next": ["/", "eyJhbGciOiJFZERTQSJ9"]}})
	{
		"op": "upsert",
		"path": "/input/parsed_query/next",
		"value": ["**REDACTED**"],
	} in actual
}

test_boundary_names_that_need_escaping if {
	actual := query_masks("a/~token", "x")
	testing.expect(actual, {{"op": "upsert", "path": "/input/parsed_query/a~1~0token", "value": ["**REDACTED**"]}})
}

test_bad_a_secret_query_is_masked_wherever_it_stands if {
	actual := masked({
		"/parsed_query": {"token": ["x"], "width": ["640"]},
		concat("", [http, "/path"]): "/resize?token=x&width=640",
		concat("", [http, "/query"]): "token=x&width=640",
		concat("", [http, "/headers"]): {
			":path": "/resize?token=x&width=640",
			"Referer": "https://photos.example/start?token=x#top",
			"accept": "image/webp?q=1",
		},
	})
	testing.expect(actual, {
		"/input/parsed_body",
		{"op": "upsert", "path": "/input/parsed_query/token", "value": ["**REDACTED**"]},
		{"op": "upsert", "path": pointer("/path"), "value": "/resize?**REDACTED**"},
		{"op": "upsert", "path": pointer("/query"), "value": "**REDACTED**"},
		{"op": "upsert", "path": pointer("/headers/:path"), "value": "/resize?**REDACTED**"},
		{
			"op": "upsert",
			"path": pointer("/headers/Referer"),
			"value": "https://photos.example/start?**REDACTED**",
		},
	})
}

# A health check: the only kind of event that is dropped.
probe := testing.without(
	testing.changed(example.invocation, {
		concat("", [http, "/method"]): "GET",
		"/parsed_path": ["healthz"],
		"/parsed_query": {},
		"/weir/data/sizeBytes": 0,
		"/weir/caller": {
			"kind": "anonymous",
			"id": null,
			"tenant": null,
			"provedBy": "none",
			"provedAtMs": null,
		},
	}),
	["/parsed_body"],
)

dropped(in_input, result) := answer if {
	answer := log.drop with input as object.union(event(testing.changed(probe, in_input)), {"result": result})
}

test_ok_a_health_check_is_dropped if {
	every path in ["health", "healthz", "live", "livez", "ready", "readyz"] {
		testing.expect(dropped({"/parsed_path": [path]}, allowed), true)
	}
	testing.expect(dropped({concat("", [http, "/method"]): "HEAD", "/weir/data/sizeBytes": null}, allowed), true)
}

test_bad_everything_else_is_kept if {
	cases := {
		"path": {"/parsed_path": ["orders"]},
		"deeper path": {"/parsed_path": ["healthz", "orders"]},
		"no path": {"/parsed_path": []},
		"method": {concat("", [http, "/method"]): "POST"},
		"query": {"/parsed_query": {"order": ["A-20417"]}},
		"body": {"/parsed_body": null},
		"large body": {"/truncated_body": true},
		"other body": {"/weir/data/sizeBytes": 1},
		"caller": {"/weir/caller/kind": "user"},
		"break-glass": {"/weir/breakGlass": {"grant": "bg-2026-014"}},
	}
	every name, in_input in cases {
		testing.expect([name, dropped(in_input, allowed)], [name, false])
	}
}

test_bad_a_health_check_with_consequences_is_kept if {
	every result in [
		object.union(allowed, {"allow": false}),
		object.union(allowed, {"alerts": [{"id": "WEIR-RUN-013"}]}),
		object.union(allowed, {"obligations": [{"kind": "mask-fields", "paths": ["/a"]}]}),
	] {
		testing.expect(dropped({}, result), false)
	}
}

test_undecided_without_a_result_or_input if {
	without_result := log.drop with input as object.remove(event(probe), ["result"])
	testing.expect(without_result, false)
	on_nothing := log.drop with input as {}
	testing.expect(on_nothing, false)
	mask := log.mask with input as {}
	testing.expect(mask, set())
}

test_boundary_answers_of_other_shapes_are_kept if {
	testing.expect(dropped({}, true), false)
}
