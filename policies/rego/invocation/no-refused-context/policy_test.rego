package weir.policies.invocation.no_refused_context_test

import data.weir.testing

test_ok_context_that_verified if {
	actual := testing.on_invocation("no_refused_context", {}, {})
	testing.expect(actual, testing.silent)
}

test_bad_context_that_was_replayed if {
	actual := testing.on_invocation("no_refused_context", {"/weir/context": {"status": "refused", "reason": "replayed"}}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-015",
		"severity": "critical",
		"message": "The context of a call to aws-lambda:resize-photo was refused.",
		"action": "Start the execution again; when it happens again, look for who sends these calls.",
		"evidence": {"function": "aws-lambda:resize-photo", "reason": "replayed"},
		"undecided": false,
	}}))
}

test_undecided_status_that_is_not_known if {
	actual := testing.on_invocation("no_refused_context", {"/weir/context": {"status": null, "reason": null}}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-015",
		"severity": "critical",
		"message": "The context of a call to aws-lambda:resize-photo was refused.",
		"action": "Start the execution again; when it happens again, look for who sends these calls.",
		"evidence": {"function": "aws-lambda:resize-photo", "reason": null},
		"undecided": true,
	}}))
}

test_boundary_no_context if {
	actual := testing.on_invocation("no_refused_context", {"/weir/context/status": "absent"}, {})
	testing.expect(actual, testing.silent)
}
