package weir.policies.invocation.require_authenticated_caller_test

import data.weir.testing

test_ok_function_with_a_context if {
	actual := testing.on_invocation("require_authenticated_caller", {}, {})
	testing.expect(actual, testing.silent)
}

test_bad_anonymous_caller_of_a_function_that_is_not_open if {
	actual := testing.on_invocation(
		"require_authenticated_caller", {
			"/weir/caller": {"kind": "anonymous", "id": null, "tenant": null, "provedBy": "none", "provedAtMs": null},
		},
		{},
	)
	testing.expect(actual, testing.denying({{
		"id": "WEIR-ACCESS-002",
		"severity": "high",
		"message": "aws-lambda:resize-photo is called by someone who has not proved who they are.",
		"action": "Call with a token, a client certificate or the context of an execution, or declare the function as open to everyone.",
		"evidence": {"callerKind": "anonymous", "function": "aws-lambda:resize-photo", "provedBy": "none"},
		"undecided": false,
	}}))
}

test_bad_name_that_is_only_claimed if {
	actual := testing.on_invocation("require_authenticated_caller", {"/weir/caller/provedBy": "none"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-ACCESS-002",
		"severity": "high",
		"message": "aws-lambda:resize-photo is called by someone who has not proved who they are.",
		"action": "Call with a token, a client certificate or the context of an execution, or declare the function as open to everyone.",
		"evidence": {"callerKind": "function", "function": "aws-lambda:resize-photo", "provedBy": "none"},
		"undecided": false,
	}}))
}

test_undecided_caller_without_a_name if {
	actual := testing.on_invocation("require_authenticated_caller", {"/weir/caller/id": null}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-ACCESS-002",
		"severity": "high",
		"message": "aws-lambda:resize-photo is called by someone who has not proved who they are.",
		"action": "Call with a token, a client certificate or the context of an execution, or declare the function as open to everyone.",
		"evidence": {"callerKind": "function", "function": "aws-lambda:resize-photo", "provedBy": "context"},
		"undecided": false,
	}}))
}

test_boundary_anonymous_caller_of_a_function_that_is_open_to_everyone if {
	actual := testing.on_invocation(
		"require_authenticated_caller", {
			"/weir/caller": {"kind": "anonymous", "id": null, "tenant": null, "provedBy": "none", "provedAtMs": null},
		},
		{"/functions/aws-lambda:resize-photo/callers": {"anonymous": true}},
	)
	testing.expect(actual, testing.silent)
}

test_boundary_way_of_proof_that_is_not_known if {
	actual := testing.on_invocation("require_authenticated_caller", {"/weir/caller/provedBy": "telepathy"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-ACCESS-002",
		"severity": "high",
		"message": "aws-lambda:resize-photo is called by someone who has not proved who they are.",
		"action": "Call with a token, a client certificate or the context of an execution, or declare the function as open to everyone.",
		"evidence": {"callerKind": "function", "function": "aws-lambda:resize-photo", "provedBy": "telepathy"},
		"undecided": false,
	}}))
}

test_boundary_kind_of_caller_that_is_not_known if {
	actual := testing.on_invocation("require_authenticated_caller", {"/weir/caller/kind": "anonymous"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-ACCESS-002",
		"severity": "high",
		"message": "aws-lambda:resize-photo is called by someone who has not proved who they are.",
		"action": "Call with a token, a client certificate or the context of an execution, or declare the function as open to everyone.",
		"evidence": {"callerKind": "anonymous", "function": "aws-lambda:resize-photo", "provedBy": "context"},
		"undecided": false,
	}}))
}

test_not_applicable_function_outside_of_the_contract_is_no_matter_of_this_policy if {
	actual := testing.on_invocation(
		"require_authenticated_caller", {
			"/weir/caller": {"kind": "anonymous", "id": null, "tenant": null, "provedBy": "none", "provedAtMs": null},
			"/weir/function/id": "openfaas:other",
		},
		{},
	)
	testing.expect(actual, testing.silent)
}
