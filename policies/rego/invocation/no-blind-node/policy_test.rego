package weir.policies.invocation.no_blind_node_test

import data.weir.testing

test_ok_node_that_is_watched if {
	actual := testing.on_invocation("no_blind_node", {}, {})
	testing.expect(actual, testing.silent)
}

test_bad_node_that_loses_events if {
	actual := testing.on_invocation("no_blind_node", {"/weir/node/isBlind": true, "/weir/node/blindReason": "ring buffer overrun"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-013",
		"severity": "high",
		"message": "Node edge-eu-1 does not see what functions do.",
		"action": "Repair the sensor of the node, or call the function elsewhere.",
		"evidence": {"node": "edge-eu-1", "reason": "ring buffer overrun"},
		"undecided": false,
	}}))
}

test_undecided_node_that_nobody_watches if {
	actual := testing.on_invocation("no_blind_node", {"/weir/node/isBlind": null, "/weir/node/blindReason": null}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-013",
		"severity": "high",
		"message": "Node edge-eu-1 does not see what functions do.",
		"action": "Repair the sensor of the node, or call the function elsewhere.",
		"evidence": {"node": "edge-eu-1", "reason": null},
		"undecided": true,
	}}))
}

test_boundary_node_that_loses_events_tolerated_in_writing if {
	actual := testing.on_invocation("no_blind_node", {"/weir/node/isBlind": true, "/weir/node/blindReason": "ring buffer overrun"}, {"/limits/denyWhenBlind": false})
	testing.expect(actual, {
		"deny": set(),
		"obligations": set(),
		"alerts": {{
			"id": "WEIR-RUN-013",
			"severity": "high",
			"message": "Node edge-eu-1 does not see what functions do.",
			"evidence": {"node": "edge-eu-1", "reason": "ring buffer overrun"},
		}},
	})
}

test_boundary_node_that_nobody_watches_tolerated_in_writing if {
	actual := testing.on_invocation("no_blind_node", {"/weir/node/isBlind": null, "/weir/node/blindReason": null}, {"/limits/denyWhenBlind": false})
	testing.expect(actual, {
		"deny": set(),
		"obligations": set(),
		"alerts": {{
			"id": "WEIR-RUN-013",
			"severity": "high",
			"message": "Node edge-eu-1 does not see what functions do.",
			"evidence": {"node": "edge-eu-1", "reason": null},
		}},
	})
}

test_boundary_data_tables_that_do_not_say if {
	actual := testing.on_invocation("no_blind_node", {"/weir/node/isBlind": true, "/weir/node/blindReason": null}, {"/limits/denyWhenBlind": null})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-013",
		"severity": "high",
		"message": "Node edge-eu-1 does not see what functions do.",
		"action": "Repair the sensor of the node, or call the function elsewhere.",
		"evidence": {"node": "edge-eu-1", "reason": null},
		"undecided": false,
	}}))
}

test_boundary_watched_node_where_blind_ones_are_tolerated if {
	actual := testing.on_invocation("no_blind_node", {}, {"/limits/denyWhenBlind": false})
	testing.expect(actual, testing.silent)
}
