package weir.policies.invocation.no_confidential_leak_test

import data.weir.testing

test_ok_data_that_every_place_accepts if {
	actual := testing.on_invocation("no_confidential_leak", {"/weir/data/label/confidentiality": "public"}, {})
	testing.expect(actual, testing.silent)
}

test_bad_data_above_what_the_function_accepts if {
	actual := testing.on_invocation("no_confidential_leak", {"/weir/data/label/confidentiality": "secret"}, {
		"/functions/aws-lambda:resize-photo/accepts/confidentiality": "internal",
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/confidentiality": "secret",
		"/nodes/edge-eu-1/clearance/confidentiality": "secret",
	})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-001",
		"severity": "critical",
		"message": "Data that is secret must not get to the function of aws-lambda:resize-photo",
		"action": "Call with data that the place accepts, pass the data through a declassifier first, or choose a node with more clearance.",
		"evidence": {
			"accepts": "internal",
			"confidentiality": "secret",
			"function": "aws-lambda:resize-photo",
			"node": "edge-eu-1",
			"place": "function",
		},
		"undecided": false,
	}}))
}

test_bad_data_above_what_the_step_accepts if {
	actual := testing.on_invocation("no_confidential_leak", {"/weir/data/label/confidentiality": "secret"}, {
		"/functions/aws-lambda:resize-photo/accepts/confidentiality": "secret",
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/confidentiality": "personal",
		"/nodes/edge-eu-1/clearance/confidentiality": "secret",
	})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-001",
		"severity": "critical",
		"message": "Data that is secret must not get to the edge of aws-lambda:resize-photo",
		"action": "Call with data that the place accepts, pass the data through a declassifier first, or choose a node with more clearance.",
		"evidence": {
			"accepts": "personal",
			"confidentiality": "secret",
			"function": "aws-lambda:resize-photo",
			"node": "edge-eu-1",
			"place": "edge",
		},
		"undecided": false,
	}}))
}

test_bad_data_above_the_clearance_of_the_node if {
	actual := testing.on_invocation("no_confidential_leak", {"/weir/data/label/confidentiality": "secret"}, {
		"/functions/aws-lambda:resize-photo/accepts/confidentiality": "secret",
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/confidentiality": "secret",
		"/nodes/edge-eu-1/clearance/confidentiality": "public",
	})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-001",
		"severity": "critical",
		"message": "Data that is secret must not get to the node of aws-lambda:resize-photo",
		"action": "Call with data that the place accepts, pass the data through a declassifier first, or choose a node with more clearance.",
		"evidence": {
			"accepts": "public",
			"confidentiality": "secret",
			"function": "aws-lambda:resize-photo",
			"node": "edge-eu-1",
			"place": "node",
		},
		"undecided": false,
	}}))
}

test_bad_data_above_all if {
	actual := testing.on_invocation("no_confidential_leak", {"/weir/data/label/confidentiality": "secret"}, {
		"/functions/aws-lambda:resize-photo/accepts/confidentiality": "internal",
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/confidentiality": "personal",
		"/nodes/edge-eu-1/clearance/confidentiality": "public",
	})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-FLOW-001",
			"severity": "critical",
			"message": "Data that is secret must not get to the function of aws-lambda:resize-photo",
			"action": "Call with data that the place accepts, pass the data through a declassifier first, or choose a node with more clearance.",
			"evidence": {
				"accepts": "internal",
				"confidentiality": "secret",
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "function",
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-001",
			"severity": "critical",
			"message": "Data that is secret must not get to the edge of aws-lambda:resize-photo",
			"action": "Call with data that the place accepts, pass the data through a declassifier first, or choose a node with more clearance.",
			"evidence": {
				"accepts": "personal",
				"confidentiality": "secret",
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "edge",
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-001",
			"severity": "critical",
			"message": "Data that is secret must not get to the node of aws-lambda:resize-photo",
			"action": "Call with data that the place accepts, pass the data through a declassifier first, or choose a node with more clearance.",
			"evidence": {
				"accepts": "public",
				"confidentiality": "secret",
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "node",
			},
			"undecided": false,
		},
	}))
}

test_undecided_data_of_which_nothing_is_known if {
	actual := testing.on_invocation("no_confidential_leak", {"/weir/data/label/confidentiality": "secret", "/weir/data/evidence": "unknown"}, {})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-FLOW-001",
			"severity": "critical",
			"message": "Data that is secret must not get to the edge of aws-lambda:resize-photo",
			"action": "Call with data that the place accepts, pass the data through a declassifier first, or choose a node with more clearance.",
			"evidence": {
				"accepts": "internal",
				"confidentiality": "secret",
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "edge",
			},
			"undecided": true,
		},
		{
			"id": "WEIR-FLOW-001",
			"severity": "critical",
			"message": "Data that is secret must not get to the function of aws-lambda:resize-photo",
			"action": "Call with data that the place accepts, pass the data through a declassifier first, or choose a node with more clearance.",
			"evidence": {
				"accepts": "personal",
				"confidentiality": "secret",
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "function",
			},
			"undecided": true,
		},
	}))
}

test_boundary_data_exactly_at_the_bound if {
	actual := testing.on_invocation("no_confidential_leak", {"/weir/data/label/confidentiality": "internal"}, {
		"/functions/aws-lambda:resize-photo/accepts/confidentiality": "internal",
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/confidentiality": "internal",
		"/nodes/edge-eu-1/clearance/confidentiality": "internal",
	})
	testing.expect(actual, testing.silent)
}

test_bad_personal_data_in_a_call_whose_step_accepts_internal_data if {
	actual := testing.on_invocation("no_confidential_leak", {"/weir/data/label/confidentiality": "personal"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-001",
		"severity": "critical",
		"message": "Data that is personal must not get to the edge of aws-lambda:resize-photo",
		"action": "Call with data that the place accepts, pass the data through a declassifier first, or choose a node with more clearance.",
		"evidence": {
			"accepts": "internal",
			"confidentiality": "personal",
			"function": "aws-lambda:resize-photo",
			"node": "edge-eu-1",
			"place": "edge",
		},
		"undecided": false,
	}}))
}

test_undecided_data_of_unknown_origin if {
	actual := testing.on_invocation("no_confidential_leak", {"/weir/data/label/confidentiality": "secret", "/weir/data/evidence": "unknown"}, {})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-FLOW-001",
			"severity": "critical",
			"message": "Data that is secret must not get to the edge of aws-lambda:resize-photo",
			"action": "Call with data that the place accepts, pass the data through a declassifier first, or choose a node with more clearance.",
			"evidence": {
				"accepts": "internal",
				"confidentiality": "secret",
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "edge",
			},
			"undecided": true,
		},
		{
			"id": "WEIR-FLOW-001",
			"severity": "critical",
			"message": "Data that is secret must not get to the function of aws-lambda:resize-photo",
			"action": "Call with data that the place accepts, pass the data through a declassifier first, or choose a node with more clearance.",
			"evidence": {
				"accepts": "personal",
				"confidentiality": "secret",
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "function",
			},
			"undecided": true,
		},
	}))
}

test_boundary_level_that_the_lattice_does_not_have if {
	actual := testing.on_invocation("no_confidential_leak", {"/weir/data/label/confidentiality": "pubilc"}, {})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-FLOW-001",
			"severity": "critical",
			"message": "Data that is pubilc must not get to the edge of aws-lambda:resize-photo",
			"action": "Call with data that the place accepts, pass the data through a declassifier first, or choose a node with more clearance.",
			"evidence": {
				"accepts": "internal",
				"confidentiality": "pubilc",
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "edge",
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-001",
			"severity": "critical",
			"message": "Data that is pubilc must not get to the function of aws-lambda:resize-photo",
			"action": "Call with data that the place accepts, pass the data through a declassifier first, or choose a node with more clearance.",
			"evidence": {
				"accepts": "personal",
				"confidentiality": "pubilc",
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "function",
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-001",
			"severity": "critical",
			"message": "Data that is pubilc must not get to the node of aws-lambda:resize-photo",
			"action": "Call with data that the place accepts, pass the data through a declassifier first, or choose a node with more clearance.",
			"evidence": {
				"accepts": "secret",
				"confidentiality": "pubilc",
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "node",
			},
			"undecided": false,
		},
	}))
}

test_boundary_lattice_without_levels if {
	actual := testing.on_invocation("no_confidential_leak", {}, {"/lattice/confidentiality": {}})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-FLOW-001",
			"severity": "critical",
			"message": "Data that is internal must not get to the edge of aws-lambda:resize-photo",
			"action": "Call with data that the place accepts, pass the data through a declassifier first, or choose a node with more clearance.",
			"evidence": {
				"accepts": "internal",
				"confidentiality": "internal",
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "edge",
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-001",
			"severity": "critical",
			"message": "Data that is internal must not get to the function of aws-lambda:resize-photo",
			"action": "Call with data that the place accepts, pass the data through a declassifier first, or choose a node with more clearance.",
			"evidence": {
				"accepts": "personal",
				"confidentiality": "internal",
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "function",
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-001",
			"severity": "critical",
			"message": "Data that is internal must not get to the node of aws-lambda:resize-photo",
			"action": "Call with data that the place accepts, pass the data through a declassifier first, or choose a node with more clearance.",
			"evidence": {
				"accepts": "secret",
				"confidentiality": "internal",
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "node",
			},
			"undecided": false,
		},
	}))
}

test_not_applicable_no_place_is_known if {
	actual := testing.on_invocation("no_confidential_leak", {"/weir/function/id": "openfaas:other", "/weir/node/id": "edge-7"}, {})
	testing.expect(actual, testing.silent)
}
