package weir.policies.invocation.no_smuggled_state_test

import data.weir.testing

test_ok_request_without_platform_state if {
	actual := testing.on_invocation("no_smuggled_state", {}, {})
	testing.expect(actual, testing.silent)
}

test_bad_request_with_an_orchestrator_s_state if {
	actual := testing.on_invocation("no_smuggled_state", {"/weir/smuggled": ["$composer", "__ow_user"]}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-012",
		"severity": "critical",
		"message": "A request to aws-lambda:resize-photo brings platform state from outside.",
		"action": "Remove the reserved fields from the request.",
		"evidence": {"function": "aws-lambda:resize-photo", "names": ["$composer", "__ow_user"]},
		"undecided": false,
	}}))
}

test_undecided_adapter_that_did_not_look if {
	actual := testing.on_invocation("no_smuggled_state", {"/weir/smuggled": null}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-012",
		"severity": "critical",
		"message": "A request to aws-lambda:resize-photo brings platform state from outside.",
		"action": "Remove the reserved fields from the request.",
		"evidence": {"function": "aws-lambda:resize-photo", "names": null},
		"undecided": true,
	}}))
}

test_boundary_one_reserved_name if {
	actual := testing.on_invocation("no_smuggled_state", {"/weir/smuggled": [""]}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-012",
		"severity": "critical",
		"message": "A request to aws-lambda:resize-photo brings platform state from outside.",
		"action": "Remove the reserved fields from the request.",
		"evidence": {"function": "aws-lambda:resize-photo", "names": [""]},
		"undecided": false,
	}}))
}
