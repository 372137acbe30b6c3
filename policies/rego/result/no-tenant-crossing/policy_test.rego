package weir.policies.result.no_tenant_crossing_test

import data.weir.testing

test_ok_result_for_its_own_tenant if {
	actual := testing.on_result("no_tenant_crossing", {}, {})
	testing.expect(actual, testing.silent)
}

test_bad_result_for_another_tenant if {
	actual := testing.on_result("no_tenant_crossing", {"/weir/caller/tenant": "prentli"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-004",
		"severity": "critical",
		"message": "A result of aws-lambda:resize-photo must not get to a tenant that may not read it.",
		"action": "Let each tenant have instances of its own, or declare the data as readable by both.",
		"evidence": {"callerTenant": "prentli", "function": "aws-lambda:resize-photo", "tenant": ["fotofix"]},
		"undecided": false,
	}}))
}

test_undecided_caller_whose_tenant_is_not_known if {
	actual := testing.on_result("no_tenant_crossing", {"/weir/caller/tenant": null}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-004",
		"severity": "critical",
		"message": "A result of aws-lambda:resize-photo must not get to a tenant that may not read it.",
		"action": "Let each tenant have instances of its own, or declare the data as readable by both.",
		"evidence": {"callerTenant": null, "function": "aws-lambda:resize-photo", "tenant": ["fotofix"]},
		"undecided": true,
	}}))
}

test_boundary_result_that_everyone_may_read if {
	actual := testing.on_result("no_tenant_crossing", {"/weir/caller/tenant": null, "/result/label/tenant": "all"}, {})
	testing.expect(actual, testing.silent)
}

test_boundary_result_that_nobody_may_read if {
	actual := testing.on_result("no_tenant_crossing", {"/result/label/tenant": []}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-004",
		"severity": "critical",
		"message": "A result of aws-lambda:resize-photo must not get to a tenant that may not read it.",
		"action": "Let each tenant have instances of its own, or declare the data as readable by both.",
		"evidence": {"callerTenant": "fotofix", "function": "aws-lambda:resize-photo", "tenant": []},
		"undecided": false,
	}}))
}

test_boundary_result_that_two_tenants_may_read if {
	actual := testing.on_result("no_tenant_crossing", {"/result/label/tenant": ["fotofix", "prentli"], "/weir/caller/tenant": "prentli"}, {})
	testing.expect(actual, testing.silent)
}
