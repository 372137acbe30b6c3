package weir.policies.invocation.require_recent_proof_test

import data.weir.testing

test_ok_contract_that_asks_for_nothing if {
	actual := testing.on_invocation("require_recent_proof", {}, {})
	testing.expect(actual, testing.silent)
}

test_bad_proof_that_is_too_old if {
	actual := testing.on_invocation("require_recent_proof", {"/weir/caller/provedAtMs": 1795557000000}, {"/functions/aws-lambda:resize-photo/reauthenticateAfterSeconds": 300})
	testing.expect(actual, {
		"deny": set(),
		"obligations": {{"kind": "require-reauthentication", "maxAgeSeconds": 300}},
		"alerts": set(),
	})
}

test_undecided_proof_of_unknown_age if {
	actual := testing.on_invocation("require_recent_proof", {"/weir/caller/provedAtMs": null}, {"/functions/aws-lambda:resize-photo/reauthenticateAfterSeconds": 300})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-017",
		"severity": "medium",
		"message": "When the caller of aws-lambda:resize-photo proved who it is, is not known.",
		"action": "Sign in again and repeat the call.",
		"evidence": {"function": "aws-lambda:resize-photo", "reauthenticateAfterSeconds": 300},
		"undecided": true,
	}}))
}

test_undecided_moment_of_the_decision_that_is_not_known if {
	actual := testing.on_invocation("require_recent_proof", {"/time/unixMs": null}, {"/functions/aws-lambda:resize-photo/reauthenticateAfterSeconds": 300})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-017",
		"severity": "medium",
		"message": "When the caller of aws-lambda:resize-photo proved who it is, is not known.",
		"action": "Sign in again and repeat the call.",
		"evidence": {"function": "aws-lambda:resize-photo", "reauthenticateAfterSeconds": 300},
		"undecided": true,
	}}))
}

test_boundary_proof_that_is_just_young_enough if {
	actual := testing.on_invocation("require_recent_proof", {"/weir/caller/provedAtMs": 1795557300000}, {"/functions/aws-lambda:resize-photo/reauthenticateAfterSeconds": 300})
	testing.expect(actual, testing.silent)
}

test_boundary_proof_that_is_just_too_old if {
	actual := testing.on_invocation("require_recent_proof", {"/weir/caller/provedAtMs": 1795557299999}, {"/functions/aws-lambda:resize-photo/reauthenticateAfterSeconds": 300})
	testing.expect(actual, {
		"deny": set(),
		"obligations": {{"kind": "require-reauthentication", "maxAgeSeconds": 300}},
		"alerts": set(),
	})
}

test_boundary_proof_of_unknown_age_where_nothing_is_asked_for if {
	actual := testing.on_invocation("require_recent_proof", {"/weir/caller/provedAtMs": null}, {})
	testing.expect(actual, testing.silent)
}

test_not_applicable_function_outside_of_the_contract if {
	actual := testing.on_invocation("require_recent_proof", {"/weir/function/id": "openfaas:other", "/weir/caller/provedAtMs": null}, {})
	testing.expect(actual, testing.silent)
}

test_not_applicable_function_outside_of_the_contract_with_an_old_proof if {
	actual := testing.on_invocation("require_recent_proof", {"/weir/function/id": "openfaas:other", "/weir/caller/provedAtMs": 1}, {})
	testing.expect(actual, testing.silent)
}
