package weir.policies.invocation.no_tenant_crossing_test

import data.weir.testing

test_ok_data_that_every_place_accepts if {
	actual := testing.on_invocation("no_tenant_crossing", {"/weir/data/label/tenant": "all"}, {})
	testing.expect(actual, testing.silent)
}

test_bad_data_above_what_the_function_accepts if {
	actual := testing.on_invocation("no_tenant_crossing", {"/weir/data/label/tenant": ["prentli"]}, {
		"/functions/aws-lambda:resize-photo/accepts/tenant": ["fotofix"],
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/tenant": ["prentli"],
		"/nodes/edge-eu-1/clearance/tenant": ["prentli"],
	})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-004",
		"severity": "critical",
		"message": "Data of a tenant must not get to the function of aws-lambda:resize-photo",
		"action": "Call the function of the tenant that the data belongs to, or one that keeps tenants apart.",
		"evidence": {
			"accepts": ["fotofix"],
			"function": "aws-lambda:resize-photo",
			"node": "edge-eu-1",
			"place": "function",
			"tenant": ["prentli"],
		},
		"undecided": false,
	}}))
}

test_bad_data_above_what_the_step_accepts if {
	actual := testing.on_invocation("no_tenant_crossing", {"/weir/data/label/tenant": ["prentli"]}, {
		"/functions/aws-lambda:resize-photo/accepts/tenant": ["prentli"],
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/tenant": ["fotofix"],
		"/nodes/edge-eu-1/clearance/tenant": ["prentli"],
	})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-004",
		"severity": "critical",
		"message": "Data of a tenant must not get to the edge of aws-lambda:resize-photo",
		"action": "Call the function of the tenant that the data belongs to, or one that keeps tenants apart.",
		"evidence": {
			"accepts": ["fotofix"],
			"function": "aws-lambda:resize-photo",
			"node": "edge-eu-1",
			"place": "edge",
			"tenant": ["prentli"],
		},
		"undecided": false,
	}}))
}

test_bad_data_above_the_clearance_of_the_node if {
	actual := testing.on_invocation("no_tenant_crossing", {"/weir/data/label/tenant": ["prentli"]}, {
		"/functions/aws-lambda:resize-photo/accepts/tenant": ["prentli"],
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/tenant": ["prentli"],
		"/nodes/edge-eu-1/clearance/tenant": ["fotofix"],
	})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-004",
		"severity": "critical",
		"message": "Data of a tenant must not get to the node of aws-lambda:resize-photo",
		"action": "Call the function of the tenant that the data belongs to, or one that keeps tenants apart.",
		"evidence": {
			"accepts": ["fotofix"],
			"function": "aws-lambda:resize-photo",
			"node": "edge-eu-1",
			"place": "node",
			"tenant": ["prentli"],
		},
		"undecided": false,
	}}))
}

test_bad_data_above_all if {
	actual := testing.on_invocation("no_tenant_crossing", {"/weir/data/label/tenant": ["prentli"]}, {
		"/functions/aws-lambda:resize-photo/accepts/tenant": ["fotofix"],
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/tenant": ["fotofix"],
		"/nodes/edge-eu-1/clearance/tenant": ["fotofix"],
	})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-FLOW-004",
			"severity": "critical",
			"message": "Data of a tenant must not get to the edge of aws-lambda:resize-photo",
			"action": "Call the function of the tenant that the data belongs to, or one that keeps tenants apart.",
			"evidence": {
				"accepts": ["fotofix"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "edge",
				"tenant": ["prentli"],
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-004",
			"severity": "critical",
			"message": "Data of a tenant must not get to the function of aws-lambda:resize-photo",
			"action": "Call the function of the tenant that the data belongs to, or one that keeps tenants apart.",
			"evidence": {
				"accepts": ["fotofix"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "function",
				"tenant": ["prentli"],
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-004",
			"severity": "critical",
			"message": "Data of a tenant must not get to the node of aws-lambda:resize-photo",
			"action": "Call the function of the tenant that the data belongs to, or one that keeps tenants apart.",
			"evidence": {
				"accepts": ["fotofix"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "node",
				"tenant": ["prentli"],
			},
			"undecided": false,
		},
	}))
}

test_undecided_data_of_which_nothing_is_known if {
	actual := testing.on_invocation("no_tenant_crossing", {"/weir/data/label/tenant": ["prentli"], "/weir/data/evidence": "unknown"}, {})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-FLOW-004",
			"severity": "critical",
			"message": "Data of a tenant must not get to the edge of aws-lambda:resize-photo",
			"action": "Call the function of the tenant that the data belongs to, or one that keeps tenants apart.",
			"evidence": {
				"accepts": ["fotofix"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "edge",
				"tenant": ["prentli"],
			},
			"undecided": true,
		},
		{
			"id": "WEIR-FLOW-004",
			"severity": "critical",
			"message": "Data of a tenant must not get to the function of aws-lambda:resize-photo",
			"action": "Call the function of the tenant that the data belongs to, or one that keeps tenants apart.",
			"evidence": {
				"accepts": ["fotofix"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "function",
				"tenant": ["prentli"],
			},
			"undecided": true,
		},
	}))
}

test_boundary_data_exactly_at_the_bound if {
	actual := testing.on_invocation("no_tenant_crossing", {"/weir/data/label/tenant": ["fotofix"]}, {
		"/functions/aws-lambda:resize-photo/accepts/tenant": ["fotofix"],
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/tenant": ["fotofix"],
		"/nodes/edge-eu-1/clearance/tenant": ["fotofix"],
	})
	testing.expect(actual, testing.silent)
}

test_bad_data_of_another_tenant if {
	actual := testing.on_invocation("no_tenant_crossing", {"/weir/data/label/tenant": ["prentli"]}, {})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-FLOW-004",
			"severity": "critical",
			"message": "Data of a tenant must not get to the edge of aws-lambda:resize-photo",
			"action": "Call the function of the tenant that the data belongs to, or one that keeps tenants apart.",
			"evidence": {
				"accepts": ["fotofix"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "edge",
				"tenant": ["prentli"],
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-004",
			"severity": "critical",
			"message": "Data of a tenant must not get to the function of aws-lambda:resize-photo",
			"action": "Call the function of the tenant that the data belongs to, or one that keeps tenants apart.",
			"evidence": {
				"accepts": ["fotofix"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "function",
				"tenant": ["prentli"],
			},
			"undecided": false,
		},
	}))
}

test_undecided_data_whose_tenant_is_not_known if {
	actual := testing.on_invocation("no_tenant_crossing", {"/weir/data/label/tenant": [], "/weir/data/evidence": "unknown"}, {})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-FLOW-004",
			"severity": "critical",
			"message": "Data of a tenant must not get to the edge of aws-lambda:resize-photo",
			"action": "Call the function of the tenant that the data belongs to, or one that keeps tenants apart.",
			"evidence": {
				"accepts": ["fotofix"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "edge",
				"tenant": [],
			},
			"undecided": true,
		},
		{
			"id": "WEIR-FLOW-004",
			"severity": "critical",
			"message": "Data of a tenant must not get to the function of aws-lambda:resize-photo",
			"action": "Call the function of the tenant that the data belongs to, or one that keeps tenants apart.",
			"evidence": {
				"accepts": ["fotofix"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "function",
				"tenant": [],
			},
			"undecided": true,
		},
	}))
}

test_boundary_place_that_keeps_tenants_apart if {
	actual := testing.on_invocation("no_tenant_crossing", {"/weir/data/label/tenant": ["prentli"]}, {
		"/functions/aws-lambda:resize-photo/accepts/tenant": [],
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/tenant": [],
	})
	testing.expect(actual, testing.silent)
}

test_boundary_data_that_two_tenants_read if {
	actual := testing.on_invocation("no_tenant_crossing", {"/weir/data/label/tenant": ["fotofix", "prentli"]}, {})
	testing.expect(actual, testing.silent)
}
