package weir.invocation_test

import data.weir.invocation
import data.weir.testing
import data.weir.testing.example

decide(in_input, in_tables) := decide_on(testing.changed(example.invocation, in_input), testing.changed(example.tables, in_tables))

decide_on(document, tables) := answer if {
	answer := invocation.decision with input as document
		with data.weir.schema as tables.schema
		with data.weir.lattice as tables.lattice
		with data.weir.functions as tables.functions
		with data.weir.compositions as tables.compositions
		with data.weir.nodes as tables.nodes
		with data.weir.breakGlass as tables.breakGlass
		with data.weir.limits as tables.limits
}

ids(answer) := {denial.id | some denial in answer.deny}

test_ok_the_example_is_allowed if {
	testing.expect(decide({}, {}), {"allow": true, "deny": set(), "obligations": set(), "alerts": set()})
}

test_bad_every_reason_is_told if {
	actual := decide({"/weir/smuggled": ["__ow_user"], "/weir/data/label/confidentiality": "secret"}, {})
	testing.expect(actual, {
		"allow": false,
		"deny": {
			{
				"id": "WEIR-FLOW-001",
				"severity": "critical",
				"message": "Data that is secret must not get to the edge of aws-lambda:resize-photo",
				"action": concat(" ", [
					"Call with data that the place accepts, pass the data through a declassifier first,",
					"or choose a node with more clearance.",
				]),
				"evidence": {
					"place": "edge",
					"function": "aws-lambda:resize-photo",
					"node": "edge-eu-1",
					"confidentiality": "secret",
					"accepts": "internal",
				},
				"undecided": false,
			},
			{
				"id": "WEIR-FLOW-001",
				"severity": "critical",
				"message": "Data that is secret must not get to the function of aws-lambda:resize-photo",
				"action": concat(" ", [
					"Call with data that the place accepts, pass the data through a declassifier first,",
					"or choose a node with more clearance.",
				]),
				"evidence": {
					"place": "function",
					"function": "aws-lambda:resize-photo",
					"node": "edge-eu-1",
					"confidentiality": "secret",
					"accepts": "personal",
				},
				"undecided": false,
			},
			{
				"id": "WEIR-RUN-012",
				"severity": "critical",
				"message": "A request to aws-lambda:resize-photo brings platform state from outside.",
				"action": "Remove the reserved fields from the request.",
				"evidence": {"function": "aws-lambda:resize-photo", "names": ["__ow_user"]},
				"undecided": false,
			},
		},
		"obligations": set(),
		"alerts": set(),
	})
}

test_undecided_denies if {
	actual := decide({"/weir/instance/residualLabel": null}, {})
	testing.expect(actual, {
		"allow": false,
		"deny": {{
			"id": "WEIR-RUN-006",
			"severity": "high",
			"message": "What instance resize-photo-7c9d4 of aws-lambda:resize-photo has seen is not known.",
			"action": "Replace the instance, or let each tenant and level of data have instances of its own.",
			"evidence": {"instance": "resize-photo-7c9d4", "function": "aws-lambda:resize-photo"},
			"undecided": true,
		}},
		"obligations": set(),
		"alerts": set(),
	})
}

test_bad_nothing_is_allowed_on_an_empty_input if {
	actual := decide_on({}, example.tables)
	testing.expect(actual.allow, false)
	"WEIR-RUN-001" in ids(actual)
}

test_bad_nothing_is_allowed_without_data if {
	actual := invocation.decision with input as example.invocation
	testing.expect(actual.allow, false)
	"WEIR-RUN-001" in ids(actual)
	"WEIR-RUN-002" in ids(actual)
}

test_ok_obligations_and_alerts_of_an_allowed_call if {
	actual := decide(
		{
			"/weir/caller/tenant": "prentli",
			"/weir/caller/provedAtMs": 1795557000000,
			"/weir/instance/residualLabel/tenant": "all",
			"/weir/policy/isStale": true,
		},
		{
			"/functions/aws-lambda:resize-photo/maskedFields": ["/gps"],
			"/functions/aws-lambda:resize-photo/reauthenticateAfterSeconds": 60,
			"/limits/denyWhenStale": false,
		},
	)
	testing.expect(actual, {
		"allow": true,
		"deny": set(),
		"obligations": {
			{"kind": "mask-fields", "paths": ["/gps"]},
			{"kind": "require-reauthentication", "maxAgeSeconds": 60},
		},
		"alerts": {{
			"id": "WEIR-RUN-014",
			"severity": "high",
			"message": "Policy photo-order-118 has not been confirmed for too long.",
			"evidence": {"revision": "photo-order-118", "ageMs": 42000},
		}},
	})
}

# The operator calls charge-card by hand on a node that loses events, with a signed context of no execution.
emergency := {
	"/weir/function/id": "aws-lambda:charge-card",
	"/weir/function/version": "42",
	"/weir/function/digest": "sha256:c0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0de",
	"/weir/function/memoryLimitBytes": 268435456,
	"/weir/function/timeoutMs": 15000,
	"/weir/instance/residualLabel/integrity": "trusted",
	"/weir/node/isBlind": null,
	"/weir/caller": {
		"kind": "user",
		"id": "operator@fotofix",
		"tenant": "fotofix",
		"provedBy": "jwt",
		"provedAtMs": 1795557590000,
	},
	"/weir/execution/fromStep": "check",
	"/weir/data/label/integrity": "trusted",
	"/weir/breakGlass": {
		"grant": "bg-2026-014",
		"by": "operator@fotofix",
		"reason": "provider migration",
		"expiresAtMs": 1795564800000,
	},
}

test_ok_break_glass_sets_aside_what_it_names_and_is_alerted if {
	actual := decide(emergency, {})
	testing.expect(actual, {
		"allow": true,
		"deny": set(),
		"obligations": set(),
		"alerts": {{
			"id": "WEIR-RUN-019",
			"severity": "high",
			"message": "Break-glass grant bg-2026-014 was used by operator@fotofix to call aws-lambda:charge-card",
			"evidence": {
				"grant": "bg-2026-014",
				"by": "operator@fotofix",
				"reason": "payment provider migrates during the night of 24 November",
				"expiresAtMs": 1795564800000,
				"function": "aws-lambda:charge-card",
				"setAside": ["WEIR-RUN-004", "WEIR-RUN-013"],
				"undecided": ["WEIR-RUN-013"],
			},
		}},
	})
}

test_bad_break_glass_leaves_other_promises_in_force if {
	actual := decide(object.union(emergency, {"/weir/function/version": "41"}), {})
	testing.expect(actual.allow, false)
	testing.expect(ids(actual), {"WEIR-RUN-007"})
	told := {[alert.id, alert.evidence.setAside] | some alert in actual.alerts}
	testing.expect(told, {["WEIR-RUN-019", ["WEIR-RUN-004", "WEIR-RUN-013"]]})
}

test_boundary_an_expired_grant_sets_nothing_aside_and_is_alerted if {
	actual := decide(emergency, {"/breakGlass/bg-2026-014/expiresAtMs": 1795557600000})
	testing.expect(actual.allow, false)
	testing.expect(ids(actual), {"WEIR-RUN-004", "WEIR-RUN-013"})
	testing.expect(actual.alerts, {{
		"id": "WEIR-RUN-019",
		"severity": "high",
		"message": "Break-glass grant bg-2026-014 does not apply to a call to aws-lambda:charge-card",
		"evidence": {
			"grant": "bg-2026-014",
			"function": "aws-lambda:charge-card",
			"expiresAtMs": 1795564800000,
		},
	}})
}
