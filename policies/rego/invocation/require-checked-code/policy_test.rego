package weir.policies.invocation.require_checked_code_test

import data.weir.testing

test_ok_code_that_was_checked if {
	actual := testing.on_invocation("require_checked_code", {}, {})
	testing.expect(actual, testing.silent)
}

test_bad_other_digest if {
	actual := testing.on_invocation("require_checked_code", {"/weir/function/digest": "sha256:0bad0bad0bad0bad0bad0bad0bad0bad0bad0bad0bad0bad0bad0bad0bad0bad"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-007",
		"severity": "critical",
		"message": "The code of aws-lambda:resize-photo is not known to be one that was checked.",
		"action": "Deploy what was checked, or check what is deployed and update the contract.",
		"evidence": {
			"digest": "sha256:0bad0bad0bad0bad0bad0bad0bad0bad0bad0bad0bad0bad0bad0bad0bad0bad",
			"function": "aws-lambda:resize-photo",
		},
		"undecided": false,
	}}))
}

test_bad_other_version if {
	actual := testing.on_invocation("require_checked_code", {"/weir/function/version": "19"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-007",
		"severity": "critical",
		"message": "The version of aws-lambda:resize-photo is not known to be one that was checked.",
		"action": "Deploy what was checked, or check what is deployed and update the contract.",
		"evidence": {"function": "aws-lambda:resize-photo", "version": "19"},
		"undecided": false,
	}}))
}

test_undecided_digest_that_is_not_known if {
	actual := testing.on_invocation("require_checked_code", {"/weir/function/digest": null}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-007",
		"severity": "critical",
		"message": "The code of aws-lambda:resize-photo is not known to be one that was checked.",
		"action": "Deploy what was checked, or check what is deployed and update the contract.",
		"evidence": {"digest": null, "function": "aws-lambda:resize-photo"},
		"undecided": true,
	}}))
}

test_undecided_version_that_is_not_known if {
	actual := testing.on_invocation("require_checked_code", {"/weir/function/version": null}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-007",
		"severity": "critical",
		"message": "The version of aws-lambda:resize-photo is not known to be one that was checked.",
		"action": "Deploy what was checked, or check what is deployed and update the contract.",
		"evidence": {"function": "aws-lambda:resize-photo", "version": null},
		"undecided": true,
	}}))
}

test_boundary_nothing_is_pinned if {
	actual := testing.on_invocation("require_checked_code", {"/weir/function/digest": null, "/weir/function/version": null}, {"/functions/aws-lambda:resize-photo/digests": null, "/functions/aws-lambda:resize-photo/versions": null})
	testing.expect(actual, testing.silent)
}

test_boundary_the_other_checked_digest_and_version_in_capitals if {
	actual := testing.on_invocation(
		"require_checked_code", {
			"/weir/function/digest": "SHA256:9AB19AB19AB19AB19AB19AB19AB19AB19AB19AB19AB19AB19AB19AB19AB19AB1",
			"/weir/function/version": "17",
		},
		{},
	)
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-007",
		"severity": "critical",
		"message": "The code of aws-lambda:resize-photo is not known to be one that was checked.",
		"action": "Deploy what was checked, or check what is deployed and update the contract.",
		"evidence": {
			"digest": "SHA256:9AB19AB19AB19AB19AB19AB19AB19AB19AB19AB19AB19AB19AB19AB19AB19AB1",
			"function": "aws-lambda:resize-photo",
		},
		"undecided": false,
	}}))
}

test_boundary_no_digest_at_all_is_admitted if {
	actual := testing.on_invocation("require_checked_code", {}, {"/functions/aws-lambda:resize-photo/digests": {}})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-007",
		"severity": "critical",
		"message": "The code of aws-lambda:resize-photo is not known to be one that was checked.",
		"action": "Deploy what was checked, or check what is deployed and update the contract.",
		"evidence": {
			"digest": "sha256:9ab29ab29ab29ab29ab29ab29ab29ab29ab29ab29ab29ab29ab29ab29ab29ab2",
			"function": "aws-lambda:resize-photo",
		},
		"undecided": false,
	}}))
}

test_not_applicable_function_outside_of_the_contract if {
	actual := testing.on_invocation("require_checked_code", {"/weir/function/id": "openfaas:other"}, {})
	testing.expect(actual, testing.silent)
}
