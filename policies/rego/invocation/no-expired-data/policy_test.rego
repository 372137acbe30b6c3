package weir.policies.invocation.no_expired_data_test

import data.weir.testing

test_ok_data_that_expires_in_an_hour if {
	actual := testing.on_invocation("no_expired_data", {}, {})
	testing.expect(actual, testing.silent)
}

test_bad_data_that_expired_a_minute_ago if {
	actual := testing.on_invocation("no_expired_data", {"/weir/data/expiresAtMs": 1795557540000}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-011",
		"severity": "medium",
		"message": "The data for aws-lambda:resize-photo is not known to be before its expiry.",
		"action": "Start over with fresh data.",
		"evidence": {"evidence": "context", "expiresAtMs": 1795557540000, "function": "aws-lambda:resize-photo"},
		"undecided": false,
	}}))
}

test_undecided_data_of_which_nothing_is_known if {
	actual := testing.on_invocation("no_expired_data", {"/weir/data/expiresAtMs": null, "/weir/data/evidence": "unknown"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-011",
		"severity": "medium",
		"message": "The data for aws-lambda:resize-photo is not known to be before its expiry.",
		"action": "Start over with fresh data.",
		"evidence": {"evidence": "unknown", "expiresAtMs": null, "function": "aws-lambda:resize-photo"},
		"undecided": true,
	}}))
}

test_undecided_moment_of_the_decision_that_is_not_known if {
	actual := testing.on_invocation("no_expired_data", {"/time/unixMs": null}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-011",
		"severity": "medium",
		"message": "The data for aws-lambda:resize-photo is not known to be before its expiry.",
		"action": "Start over with fresh data.",
		"evidence": {"evidence": "context", "expiresAtMs": 1795561200000, "function": "aws-lambda:resize-photo"},
		"undecided": true,
	}}))
}

test_boundary_data_that_expires_now if {
	actual := testing.on_invocation("no_expired_data", {"/weir/data/expiresAtMs": 1795557600000}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-011",
		"severity": "medium",
		"message": "The data for aws-lambda:resize-photo is not known to be before its expiry.",
		"action": "Start over with fresh data.",
		"evidence": {"evidence": "context", "expiresAtMs": 1795557600000, "function": "aws-lambda:resize-photo"},
		"undecided": false,
	}}))
}

test_boundary_data_in_its_last_millisecond if {
	actual := testing.on_invocation("no_expired_data", {"/weir/data/expiresAtMs": 1795557600001}, {})
	testing.expect(actual, testing.silent)
}

test_boundary_data_without_expiry if {
	actual := testing.on_invocation("no_expired_data", {"/weir/data/expiresAtMs": null}, {})
	testing.expect(actual, testing.silent)
}
