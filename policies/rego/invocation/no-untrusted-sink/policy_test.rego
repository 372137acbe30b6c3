package weir.policies.invocation.no_untrusted_sink_test

import data.weir.testing

test_ok_data_that_every_place_accepts if {
	actual := testing.on_invocation("no_untrusted_sink", {"/weir/data/label/integrity": "trusted"}, {})
	testing.expect(actual, testing.silent)
}

test_bad_data_above_what_the_function_accepts if {
	actual := testing.on_invocation("no_untrusted_sink", {"/weir/data/label/integrity": "untrusted"}, {
		"/functions/aws-lambda:resize-photo/accepts/integrity": "trusted",
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/integrity": "untrusted",
		"/nodes/edge-eu-1/clearance/integrity": "untrusted",
	})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-INTEGRITY-001",
		"severity": "high",
		"message": "Data that is untrusted must not feed the function of aws-lambda:resize-photo",
		"action": "Pass the data through a validator that is declared as an endorser, or call from where data is trusted.",
		"evidence": {
			"accepts": "trusted",
			"function": "aws-lambda:resize-photo",
			"integrity": "untrusted",
			"node": "edge-eu-1",
			"place": "function",
		},
		"undecided": false,
	}}))
}

test_bad_data_above_what_the_step_accepts if {
	actual := testing.on_invocation("no_untrusted_sink", {"/weir/data/label/integrity": "untrusted"}, {
		"/functions/aws-lambda:resize-photo/accepts/integrity": "untrusted",
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/integrity": "trusted",
		"/nodes/edge-eu-1/clearance/integrity": "untrusted",
	})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-INTEGRITY-001",
		"severity": "high",
		"message": "Data that is untrusted must not feed the edge of aws-lambda:resize-photo",
		"action": "Pass the data through a validator that is declared as an endorser, or call from where data is trusted.",
		"evidence": {
			"accepts": "trusted",
			"function": "aws-lambda:resize-photo",
			"integrity": "untrusted",
			"node": "edge-eu-1",
			"place": "edge",
		},
		"undecided": false,
	}}))
}

test_bad_data_above_the_clearance_of_the_node if {
	actual := testing.on_invocation("no_untrusted_sink", {"/weir/data/label/integrity": "untrusted"}, {
		"/functions/aws-lambda:resize-photo/accepts/integrity": "untrusted",
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/integrity": "untrusted",
		"/nodes/edge-eu-1/clearance/integrity": "trusted",
	})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-INTEGRITY-001",
		"severity": "high",
		"message": "Data that is untrusted must not feed the node of aws-lambda:resize-photo",
		"action": "Pass the data through a validator that is declared as an endorser, or call from where data is trusted.",
		"evidence": {
			"accepts": "trusted",
			"function": "aws-lambda:resize-photo",
			"integrity": "untrusted",
			"node": "edge-eu-1",
			"place": "node",
		},
		"undecided": false,
	}}))
}

test_bad_data_above_all if {
	actual := testing.on_invocation("no_untrusted_sink", {"/weir/data/label/integrity": "untrusted"}, {
		"/functions/aws-lambda:resize-photo/accepts/integrity": "trusted",
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/integrity": "trusted",
		"/nodes/edge-eu-1/clearance/integrity": "trusted",
	})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-INTEGRITY-001",
			"severity": "high",
			"message": "Data that is untrusted must not feed the edge of aws-lambda:resize-photo",
			"action": "Pass the data through a validator that is declared as an endorser, or call from where data is trusted.",
			"evidence": {
				"accepts": "trusted",
				"function": "aws-lambda:resize-photo",
				"integrity": "untrusted",
				"node": "edge-eu-1",
				"place": "edge",
			},
			"undecided": false,
		},
		{
			"id": "WEIR-INTEGRITY-001",
			"severity": "high",
			"message": "Data that is untrusted must not feed the function of aws-lambda:resize-photo",
			"action": "Pass the data through a validator that is declared as an endorser, or call from where data is trusted.",
			"evidence": {
				"accepts": "trusted",
				"function": "aws-lambda:resize-photo",
				"integrity": "untrusted",
				"node": "edge-eu-1",
				"place": "function",
			},
			"undecided": false,
		},
		{
			"id": "WEIR-INTEGRITY-001",
			"severity": "high",
			"message": "Data that is untrusted must not feed the node of aws-lambda:resize-photo",
			"action": "Pass the data through a validator that is declared as an endorser, or call from where data is trusted.",
			"evidence": {
				"accepts": "trusted",
				"function": "aws-lambda:resize-photo",
				"integrity": "untrusted",
				"node": "edge-eu-1",
				"place": "node",
			},
			"undecided": false,
		},
	}))
}

test_undecided_data_of_which_nothing_is_known if {
	actual := testing.on_invocation("no_untrusted_sink", {"/weir/data/label/integrity": "untrusted", "/weir/data/evidence": "unknown"}, {})
	testing.expect(actual, testing.silent)
}

test_boundary_data_exactly_at_the_bound if {
	actual := testing.on_invocation("no_untrusted_sink", {"/weir/data/label/integrity": "untrusted"}, {
		"/functions/aws-lambda:resize-photo/accepts/integrity": "untrusted",
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/integrity": "untrusted",
		"/nodes/edge-eu-1/clearance/integrity": "untrusted",
	})
	testing.expect(actual, testing.silent)
}

test_bad_untrusted_data_for_a_step_that_needs_integrity if {
	actual := testing.on_invocation("no_untrusted_sink", {}, {"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/integrity": "trusted"})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-INTEGRITY-001",
		"severity": "high",
		"message": "Data that is untrusted must not feed the edge of aws-lambda:resize-photo",
		"action": "Pass the data through a validator that is declared as an endorser, or call from where data is trusted.",
		"evidence": {
			"accepts": "trusted",
			"function": "aws-lambda:resize-photo",
			"integrity": "untrusted",
			"node": "edge-eu-1",
			"place": "edge",
		},
		"undecided": false,
	}}))
}

test_undecided_data_of_unknown_origin_for_a_step_that_needs_integrity if {
	actual := testing.on_invocation("no_untrusted_sink", {"/weir/data/evidence": "unknown"}, {"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/integrity": "trusted"})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-INTEGRITY-001",
		"severity": "high",
		"message": "Data that is untrusted must not feed the edge of aws-lambda:resize-photo",
		"action": "Pass the data through a validator that is declared as an endorser, or call from where data is trusted.",
		"evidence": {
			"accepts": "trusted",
			"function": "aws-lambda:resize-photo",
			"integrity": "untrusted",
			"node": "edge-eu-1",
			"place": "edge",
		},
		"undecided": true,
	}}))
}

test_boundary_level_that_the_lattice_does_not_have if {
	actual := testing.on_invocation("no_untrusted_sink", {"/weir/data/label/integrity": "trustworthy"}, {})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-INTEGRITY-001",
			"severity": "high",
			"message": "Data that is trustworthy must not feed the edge of aws-lambda:resize-photo",
			"action": "Pass the data through a validator that is declared as an endorser, or call from where data is trusted.",
			"evidence": {
				"accepts": "untrusted",
				"function": "aws-lambda:resize-photo",
				"integrity": "trustworthy",
				"node": "edge-eu-1",
				"place": "edge",
			},
			"undecided": false,
		},
		{
			"id": "WEIR-INTEGRITY-001",
			"severity": "high",
			"message": "Data that is trustworthy must not feed the function of aws-lambda:resize-photo",
			"action": "Pass the data through a validator that is declared as an endorser, or call from where data is trusted.",
			"evidence": {
				"accepts": "untrusted",
				"function": "aws-lambda:resize-photo",
				"integrity": "trustworthy",
				"node": "edge-eu-1",
				"place": "function",
			},
			"undecided": false,
		},
		{
			"id": "WEIR-INTEGRITY-001",
			"severity": "high",
			"message": "Data that is trustworthy must not feed the node of aws-lambda:resize-photo",
			"action": "Pass the data through a validator that is declared as an endorser, or call from where data is trusted.",
			"evidence": {
				"accepts": "untrusted",
				"function": "aws-lambda:resize-photo",
				"integrity": "trustworthy",
				"node": "edge-eu-1",
				"place": "node",
			},
			"undecided": false,
		},
	}))
}
