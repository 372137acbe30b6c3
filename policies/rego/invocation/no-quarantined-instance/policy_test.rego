package weir.policies.invocation.no_quarantined_instance_test

import data.weir.testing

test_ok_instance_that_is_in_no_quarantine if {
	actual := testing.on_invocation("no_quarantined_instance", {}, {})
	testing.expect(actual, testing.silent)
}

test_bad_instance_in_quarantine_until_released if {
	actual := testing.on_invocation("no_quarantined_instance", {"/weir/instance/quarantine": {"cause": "shell started in the container", "untilMs": null}}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-010",
		"severity": "critical",
		"message": "Instance resize-photo-7c9d4 is in quarantine.",
		"action": "Look into the cause of the quarantine, then replace or release the instance.",
		"evidence": {"function": "aws-lambda:resize-photo", "instance": "resize-photo-7c9d4"},
		"undecided": false,
	}}))
}

test_bad_instance_in_quarantine_for_another_hour if {
	actual := testing.on_invocation("no_quarantined_instance", {"/weir/instance/quarantine": {"cause": "shell started in the container", "untilMs": 1795561200000}}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-010",
		"severity": "critical",
		"message": "Instance resize-photo-7c9d4 is in quarantine.",
		"action": "Look into the cause of the quarantine, then replace or release the instance.",
		"evidence": {"function": "aws-lambda:resize-photo", "instance": "resize-photo-7c9d4"},
		"undecided": false,
	}}))
}

test_undecided_end_of_the_quarantine_that_is_no_number if {
	actual := testing.on_invocation("no_quarantined_instance", {"/weir/instance/quarantine": {"cause": "shell started in the container", "untilMs": "soon"}}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-010",
		"severity": "critical",
		"message": "Instance resize-photo-7c9d4 is in quarantine.",
		"action": "Look into the cause of the quarantine, then replace or release the instance.",
		"evidence": {"function": "aws-lambda:resize-photo", "instance": "resize-photo-7c9d4"},
		"undecided": true,
	}}))
}

test_boundary_last_millisecond_of_the_quarantine if {
	actual := testing.on_invocation("no_quarantined_instance", {"/weir/instance/quarantine": {"cause": "shell started in the container", "untilMs": 1795557600001}}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-010",
		"severity": "critical",
		"message": "Instance resize-photo-7c9d4 is in quarantine.",
		"action": "Look into the cause of the quarantine, then replace or release the instance.",
		"evidence": {"function": "aws-lambda:resize-photo", "instance": "resize-photo-7c9d4"},
		"undecided": false,
	}}))
}

test_boundary_quarantine_that_ends_now if {
	actual := testing.on_invocation("no_quarantined_instance", {"/weir/instance/quarantine": {"cause": "shell started in the container", "untilMs": 1795557600000}}, {})
	testing.expect(actual, testing.silent)
}

test_undecided_moment_of_the_decision_that_is_not_known if {
	actual := testing.on_invocation(
		"no_quarantined_instance", {
			"/weir/instance/quarantine": {"cause": "shell started in the container", "untilMs": 1795557600000},
			"/time/unixMs": null,
		},
		{},
	)
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-010",
		"severity": "critical",
		"message": "Instance resize-photo-7c9d4 is in quarantine.",
		"action": "Look into the cause of the quarantine, then replace or release the instance.",
		"evidence": {"function": "aws-lambda:resize-photo", "instance": "resize-photo-7c9d4"},
		"undecided": true,
	}}))
}
