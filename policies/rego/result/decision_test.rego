package weir.result_test

import data.weir.result
import data.weir.testing
import data.weir.testing.example

decide(in_input, in_tables) := decide_on(testing.changed(example.result, in_input), testing.changed(example.tables, in_tables))

decide_on(document, tables) := answer if {
	answer := result.decision with input as document
		with data.weir.schema as tables.schema
		with data.weir.lattice as tables.lattice
		with data.weir.functions as tables.functions
		with data.weir.nodes as tables.nodes
		with data.weir.breakGlass as tables.breakGlass
}

ids(answer) := {denial.id | some denial in answer.deny}

test_ok_the_example_is_allowed if {
	testing.expect(decide({}, {}), {"allow": true, "deny": set(), "obligations": set(), "alerts": set()})
}

test_bad_a_result_for_another_tenant if {
	actual := decide({"/weir/caller/tenant": "prentli"}, {})
	testing.expect(actual, {
		"allow": false,
		"deny": {{
			"id": "WEIR-FLOW-004",
			"severity": "critical",
			"message": "A result of aws-lambda:resize-photo must not get to a tenant that may not read it.",
			"action": "Let each tenant have instances of its own, or declare the data as readable by both.",
			"evidence": {
				"function": "aws-lambda:resize-photo",
				"callerTenant": "prentli",
				"tenant": ["fotofix"],
			},
			"undecided": false,
		}},
		"obligations": set(),
		"alerts": set(),
	})
}

test_undecided_denies if {
	actual := decide({"/weir/caller/tenant": null}, {})
	testing.expect(actual.allow, false)
	testing.expect({[denial.id, denial.undecided] | some denial in actual.deny}, {["WEIR-FLOW-004", true]})
}

test_bad_nothing_is_allowed_on_an_empty_input if {
	actual := decide_on({}, example.tables)
	testing.expect(actual.allow, false)
	"WEIR-RUN-001" in ids(actual)
}

test_ok_obligations_and_alerts_of_an_allowed_result if {
	actual := decide(
		{"/weir/caller/tenant": "prentli", "/result/label/tenant": "all", "/result/durationMs": 25000},
		{"/functions/aws-lambda:resize-photo/maskedFields": ["/gps"]},
	)
	testing.expect(actual, {
		"allow": true,
		"deny": set(),
		"obligations": {{"kind": "mask-fields", "paths": ["/gps"]}},
		"alerts": {{
			"id": "WEIR-RUN-008",
			"severity": "medium",
			"message": "aws-lambda:resize-photo ran longer than its contract grants.",
			"evidence": {"function": "aws-lambda:resize-photo", "durationMs": 25000, "timeoutMsMax": 20000},
		}},
	})
}

emergency := {
	"/weir/function/id": "aws-lambda:charge-card",
	"/weir/caller": {
		"kind": "user",
		"id": "operator@fotofix",
		"tenant": "fotofix",
		"provedBy": "jwt",
		"provedAtMs": 1795557590000,
	},
	"/weir/node/id": "edge-eu-2",
	"/result/label/confidentiality": "secret",
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
				"setAside": ["WEIR-FLOW-001"],
				"undecided": [],
			},
		}},
	})
}

test_bad_break_glass_leaves_other_promises_in_force if {
	actual := decide(object.union(emergency, {"/weir/caller/tenant": null}), {})
	testing.expect(actual.allow, false)
	testing.expect(ids(actual), {"WEIR-FLOW-004"})
	told := {[alert.id, alert.evidence.setAside] | some alert in actual.alerts}
	testing.expect(told, {["WEIR-RUN-019", ["WEIR-FLOW-001"]]})
}

test_boundary_an_expired_grant_sets_nothing_aside if {
	actual := decide(emergency, {"/breakGlass/bg-2026-014/expiresAtMs": 1795557600000})
	testing.expect(actual.allow, false)
	testing.expect(ids(actual), {"WEIR-FLOW-001"})
}
