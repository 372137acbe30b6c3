package weir.policies.invocation.no_stale_policy_test

import data.weir.testing

test_ok_policy_that_was_confirmed if {
	actual := testing.on_invocation("no_stale_policy", {}, {})
	testing.expect(actual, testing.silent)
}

test_bad_policy_that_was_not_confirmed_for_a_day if {
	actual := testing.on_invocation("no_stale_policy", {"/weir/policy/isStale": true, "/weir/policy/ageMs": 86400000}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-014",
		"severity": "high",
		"message": "Policy photo-order-118 has not been confirmed for too long.",
		"action": "Restore the connection of the node to the bundle server.",
		"evidence": {"ageMs": 86400000, "revision": "photo-order-118"},
		"undecided": false,
	}}))
}

test_undecided_age_that_is_not_known if {
	actual := testing.on_invocation("no_stale_policy", {"/weir/policy/isStale": null}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-014",
		"severity": "high",
		"message": "Policy photo-order-118 has not been confirmed for too long.",
		"action": "Restore the connection of the node to the bundle server.",
		"evidence": {"ageMs": 42000, "revision": "photo-order-118"},
		"undecided": true,
	}}))
}

test_boundary_old_policy_that_is_tolerated_in_writing if {
	actual := testing.on_invocation("no_stale_policy", {"/weir/policy/isStale": true, "/weir/policy/ageMs": 86400000}, {"/limits/denyWhenStale": false})
	testing.expect(actual, {
		"deny": set(),
		"obligations": set(),
		"alerts": {{
			"id": "WEIR-RUN-014",
			"severity": "high",
			"message": "Policy photo-order-118 has not been confirmed for too long.",
			"evidence": {"ageMs": 86400000, "revision": "photo-order-118"},
		}},
	})
}

test_boundary_data_tables_that_do_not_say if {
	actual := testing.on_invocation("no_stale_policy", {"/weir/policy/isStale": true}, {"/limits/denyWhenStale": null})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-014",
		"severity": "high",
		"message": "Policy photo-order-118 has not been confirmed for too long.",
		"action": "Restore the connection of the node to the bundle server.",
		"evidence": {"ageMs": 42000, "revision": "photo-order-118"},
		"undecided": false,
	}}))
}

test_boundary_confirmed_policy_where_old_ones_are_tolerated if {
	actual := testing.on_invocation("no_stale_policy", {}, {"/limits/denyWhenStale": false})
	testing.expect(actual, testing.silent)
}
