package weir.policies.invocation.break_glass_test

import data.weir.policies.invocation.break_glass as policy
import data.weir.testing
import data.weir.testing.example

test_ok_no_grant_is_asked_for if {
	actual := testing.on_invocation("break_glass", {}, {})
	testing.expect(actual, testing.silent)
}

test_ok_grant_that_applies_is_told_by_the_decision if {
	actual := testing.on_invocation(
		"break_glass", {
			"/weir/breakGlass": {
				"grant": "bg-2026-014",
				"by": "operator@fotofix",
				"reason": "provider migration",
				"expiresAtMs": 1795564800000,
			},
			"/weir/caller": {
				"kind": "user",
				"id": "operator@fotofix",
				"tenant": "fotofix",
				"provedBy": "jwt",
				"provedAtMs": 1795557590000,
			},
			"/weir/function/id": "aws-lambda:charge-card",
			"/weir/execution": null,
			"/weir/context/status": "absent",
			"/weir/function/version": "42",
			"/weir/function/digest": "sha256:c0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0de",
			"/weir/function/memoryLimitBytes": 268435456,
			"/weir/function/timeoutMs": 15000,
			"/weir/data/label/integrity": "trusted",
			"/weir/instance/residualLabel/integrity": "trusted",
		},
		{},
	)
	testing.expect(actual, testing.silent)
}

test_bad_grant_that_does_not_exist if {
	actual := testing.on_invocation(
		"break_glass", {
			"/weir/breakGlass": {
				"grant": "bg-2026-014",
				"by": "operator@fotofix",
				"reason": "provider migration",
				"expiresAtMs": 1795564800000,
			},
			"/weir/caller": {
				"kind": "user",
				"id": "operator@fotofix",
				"tenant": "fotofix",
				"provedBy": "jwt",
				"provedAtMs": 1795557590000,
			},
			"/weir/function/id": "aws-lambda:charge-card",
			"/weir/execution": null,
			"/weir/context/status": "absent",
			"/weir/function/version": "42",
			"/weir/function/digest": "sha256:c0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0de",
			"/weir/function/memoryLimitBytes": 268435456,
			"/weir/function/timeoutMs": 15000,
			"/weir/data/label/integrity": "trusted",
			"/weir/instance/residualLabel/integrity": "trusted",
			"/weir/breakGlass/grant": "bg-2026-000",
		},
		{},
	)
	testing.expect(actual, {
		"deny": set(),
		"obligations": set(),
		"alerts": {{
			"id": "WEIR-RUN-019",
			"severity": "high",
			"message": "Break-glass grant bg-2026-000 does not apply to a call to aws-lambda:charge-card",
			"evidence": {"expiresAtMs": 1795564800000, "function": "aws-lambda:charge-card", "grant": "bg-2026-000"},
		}},
	})
}

test_bad_grant_for_other_functions if {
	actual := testing.on_invocation(
		"break_glass", {
			"/weir/breakGlass": {
				"grant": "bg-2026-014",
				"by": "operator@fotofix",
				"reason": "provider migration",
				"expiresAtMs": 1795564800000,
			},
			"/weir/caller": {
				"kind": "user",
				"id": "operator@fotofix",
				"tenant": "fotofix",
				"provedBy": "jwt",
				"provedAtMs": 1795557590000,
			},
			"/weir/function/id": "aws-lambda:resize-photo",
			"/weir/execution": null,
			"/weir/context/status": "absent",
			"/weir/function/version": "42",
			"/weir/function/digest": "sha256:c0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0de",
			"/weir/function/memoryLimitBytes": 268435456,
			"/weir/function/timeoutMs": 15000,
			"/weir/data/label/integrity": "trusted",
			"/weir/instance/residualLabel/integrity": "trusted",
		},
		{},
	)
	testing.expect(actual, {
		"deny": set(),
		"obligations": set(),
		"alerts": {{
			"id": "WEIR-RUN-019",
			"severity": "high",
			"message": "Break-glass grant bg-2026-014 does not apply to a call to aws-lambda:resize-photo",
			"evidence": {"expiresAtMs": 1795564800000, "function": "aws-lambda:resize-photo", "grant": "bg-2026-014"},
		}},
	})
}

test_bad_grant_of_someone_else if {
	actual := testing.on_invocation(
		"break_glass", {
			"/weir/breakGlass": {
				"grant": "bg-2026-014",
				"by": "operator@fotofix",
				"reason": "provider migration",
				"expiresAtMs": 1795564800000,
			},
			"/weir/caller": {
				"kind": "user",
				"id": "operator@fotofix",
				"tenant": "fotofix",
				"provedBy": "jwt",
				"provedAtMs": 1795557590000,
			},
			"/weir/function/id": "aws-lambda:charge-card",
			"/weir/execution": null,
			"/weir/context/status": "absent",
			"/weir/function/version": "42",
			"/weir/function/digest": "sha256:c0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0de",
			"/weir/function/memoryLimitBytes": 268435456,
			"/weir/function/timeoutMs": 15000,
			"/weir/data/label/integrity": "trusted",
			"/weir/instance/residualLabel/integrity": "trusted",
			"/weir/caller/id": "ines",
		},
		{},
	)
	testing.expect(actual, {
		"deny": set(),
		"obligations": set(),
		"alerts": {{
			"id": "WEIR-RUN-019",
			"severity": "high",
			"message": "Break-glass grant bg-2026-014 does not apply to a call to aws-lambda:charge-card",
			"evidence": {"expiresAtMs": 1795564800000, "function": "aws-lambda:charge-card", "grant": "bg-2026-014"},
		}},
	})
}

test_bad_grant_that_the_point_says_is_made_out_to_someone_else if {
	actual := testing.on_invocation(
		"break_glass", {
			"/weir/breakGlass": {
				"grant": "bg-2026-014",
				"by": "operator@fotofix",
				"reason": "provider migration",
				"expiresAtMs": 1795564800000,
			},
			"/weir/caller": {
				"kind": "user",
				"id": "operator@fotofix",
				"tenant": "fotofix",
				"provedBy": "jwt",
				"provedAtMs": 1795557590000,
			},
			"/weir/function/id": "aws-lambda:charge-card",
			"/weir/execution": null,
			"/weir/context/status": "absent",
			"/weir/function/version": "42",
			"/weir/function/digest": "sha256:c0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0de",
			"/weir/function/memoryLimitBytes": 268435456,
			"/weir/function/timeoutMs": 15000,
			"/weir/data/label/integrity": "trusted",
			"/weir/instance/residualLabel/integrity": "trusted",
			"/weir/breakGlass/by": "ines",
		},
		{},
	)
	testing.expect(actual, {
		"deny": set(),
		"obligations": set(),
		"alerts": {{
			"id": "WEIR-RUN-019",
			"severity": "high",
			"message": "Break-glass grant bg-2026-014 does not apply to a call to aws-lambda:charge-card",
			"evidence": {"expiresAtMs": 1795564800000, "function": "aws-lambda:charge-card", "grant": "bg-2026-014"},
		}},
	})
}

test_bad_caller_who_only_claims_to_be_the_one if {
	actual := testing.on_invocation(
		"break_glass", {
			"/weir/breakGlass": {
				"grant": "bg-2026-014",
				"by": "operator@fotofix",
				"reason": "provider migration",
				"expiresAtMs": 1795564800000,
			},
			"/weir/caller": {
				"kind": "user",
				"id": "operator@fotofix",
				"tenant": "fotofix",
				"provedBy": "jwt",
				"provedAtMs": 1795557590000,
			},
			"/weir/function/id": "aws-lambda:charge-card",
			"/weir/execution": null,
			"/weir/context/status": "absent",
			"/weir/function/version": "42",
			"/weir/function/digest": "sha256:c0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0de",
			"/weir/function/memoryLimitBytes": 268435456,
			"/weir/function/timeoutMs": 15000,
			"/weir/data/label/integrity": "trusted",
			"/weir/instance/residualLabel/integrity": "trusted",
			"/weir/caller/provedBy": "none",
		},
		{},
	)
	testing.expect(actual, {
		"deny": set(),
		"obligations": set(),
		"alerts": {{
			"id": "WEIR-RUN-019",
			"severity": "high",
			"message": "Break-glass grant bg-2026-014 does not apply to a call to aws-lambda:charge-card",
			"evidence": {"expiresAtMs": 1795564800000, "function": "aws-lambda:charge-card", "grant": "bg-2026-014"},
		}},
	})
}

test_undecided_moment_of_the_decision_that_is_not_known if {
	actual := testing.on_invocation(
		"break_glass", {
			"/weir/breakGlass": {
				"grant": "bg-2026-014",
				"by": "operator@fotofix",
				"reason": "provider migration",
				"expiresAtMs": 1795564800000,
			},
			"/weir/caller": {
				"kind": "user",
				"id": "operator@fotofix",
				"tenant": "fotofix",
				"provedBy": "jwt",
				"provedAtMs": 1795557590000,
			},
			"/weir/function/id": "aws-lambda:charge-card",
			"/weir/execution": null,
			"/weir/context/status": "absent",
			"/weir/function/version": "42",
			"/weir/function/digest": "sha256:c0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0de",
			"/weir/function/memoryLimitBytes": 268435456,
			"/weir/function/timeoutMs": 15000,
			"/weir/data/label/integrity": "trusted",
			"/weir/instance/residualLabel/integrity": "trusted",
			"/time/unixMs": null,
		},
		{},
	)
	testing.expect(actual, {
		"deny": set(),
		"obligations": set(),
		"alerts": {{
			"id": "WEIR-RUN-019",
			"severity": "high",
			"message": "Break-glass grant bg-2026-014 does not apply to a call to aws-lambda:charge-card",
			"evidence": {"expiresAtMs": 1795564800000, "function": "aws-lambda:charge-card", "grant": "bg-2026-014"},
		}},
	})
}

test_boundary_grant_that_expires_now if {
	actual := testing.on_invocation(
		"break_glass", {
			"/weir/breakGlass": {
				"grant": "bg-2026-014",
				"by": "operator@fotofix",
				"reason": "provider migration",
				"expiresAtMs": 1795564800000,
			},
			"/weir/caller": {
				"kind": "user",
				"id": "operator@fotofix",
				"tenant": "fotofix",
				"provedBy": "jwt",
				"provedAtMs": 1795557590000,
			},
			"/weir/function/id": "aws-lambda:charge-card",
			"/weir/execution": null,
			"/weir/context/status": "absent",
			"/weir/function/version": "42",
			"/weir/function/digest": "sha256:c0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0de",
			"/weir/function/memoryLimitBytes": 268435456,
			"/weir/function/timeoutMs": 15000,
			"/weir/data/label/integrity": "trusted",
			"/weir/instance/residualLabel/integrity": "trusted",
		},
		{"/breakGlass/bg-2026-014/expiresAtMs": 1795557600000},
	)
	testing.expect(actual, {
		"deny": set(),
		"obligations": set(),
		"alerts": {{
			"id": "WEIR-RUN-019",
			"severity": "high",
			"message": "Break-glass grant bg-2026-014 does not apply to a call to aws-lambda:charge-card",
			"evidence": {"expiresAtMs": 1795564800000, "function": "aws-lambda:charge-card", "grant": "bg-2026-014"},
		}},
	})
}

test_boundary_grant_that_the_point_says_expires_now if {
	actual := testing.on_invocation(
		"break_glass", {
			"/weir/breakGlass": {
				"grant": "bg-2026-014",
				"by": "operator@fotofix",
				"reason": "provider migration",
				"expiresAtMs": 1795564800000,
			},
			"/weir/caller": {
				"kind": "user",
				"id": "operator@fotofix",
				"tenant": "fotofix",
				"provedBy": "jwt",
				"provedAtMs": 1795557590000,
			},
			"/weir/function/id": "aws-lambda:charge-card",
			"/weir/execution": null,
			"/weir/context/status": "absent",
			"/weir/function/version": "42",
			"/weir/function/digest": "sha256:c0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0de",
			"/weir/function/memoryLimitBytes": 268435456,
			"/weir/function/timeoutMs": 15000,
			"/weir/data/label/integrity": "trusted",
			"/weir/instance/residualLabel/integrity": "trusted",
			"/weir/breakGlass/expiresAtMs": 1795557600000,
		},
		{},
	)
	testing.expect(actual, {
		"deny": set(),
		"obligations": set(),
		"alerts": {{
			"id": "WEIR-RUN-019",
			"severity": "high",
			"message": "Break-glass grant bg-2026-014 does not apply to a call to aws-lambda:charge-card",
			"evidence": {"expiresAtMs": 1795557600000, "function": "aws-lambda:charge-card", "grant": "bg-2026-014"},
		}},
	})
}

test_boundary_grant_in_its_last_millisecond if {
	actual := testing.on_invocation(
		"break_glass", {
			"/weir/breakGlass": {
				"grant": "bg-2026-014",
				"by": "operator@fotofix",
				"reason": "provider migration",
				"expiresAtMs": 1795564800000,
			},
			"/weir/caller": {
				"kind": "user",
				"id": "operator@fotofix",
				"tenant": "fotofix",
				"provedBy": "jwt",
				"provedAtMs": 1795557590000,
			},
			"/weir/function/id": "aws-lambda:charge-card",
			"/weir/execution": null,
			"/weir/context/status": "absent",
			"/weir/function/version": "42",
			"/weir/function/digest": "sha256:c0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0dec0de",
			"/weir/function/memoryLimitBytes": 268435456,
			"/weir/function/timeoutMs": 15000,
			"/weir/data/label/integrity": "trusted",
			"/weir/instance/residualLabel/integrity": "trusted",
			"/weir/breakGlass/expiresAtMs": 1795557600001,
		},
		{"/breakGlass/bg-2026-014/expiresAtMs": 1795557600001},
	)
	testing.expect(actual, testing.silent)
}

grant := {
	"grant": "bg-2026-014",
	"by": "operator@fotofix",
	"reason": "provider migration",
	"expiresAtMs": 1795564800000,
}

opened := testing.changed(example.invocation, {
	"/weir/breakGlass": grant,
	"/weir/caller/id": "operator@fotofix",
	"/weir/caller/kind": "user",
	"/weir/function/id": "aws-lambda:charge-card",
})

set_aside(document, grants) := ids if {
	ids := policy.sets_aside with input as document with data.weir.breakGlass as grants
}

test_ok_sets_aside_exactly_what_the_grant_names if {
	actual := set_aside(opened, example.tables.breakGlass)
	testing.expect(actual, {"WEIR-FLOW-001", "WEIR-RUN-004", "WEIR-RUN-013"})
}

test_bad_sets_nothing_aside_without_a_grant if {
	actual := set_aside(testing.changed(opened, {"/weir/breakGlass": null}), example.tables.breakGlass)
	testing.expect(actual, set())
}

test_bad_sets_nothing_aside_once_expired if {
	grants := testing.changed(example.tables.breakGlass, {"/bg-2026-014/expiresAtMs": 1795557600000})
	testing.expect(set_aside(opened, grants), set())
}

test_boundary_never_sets_aside_what_is_missing_from_an_input if {
	grants := testing.changed(example.tables.breakGlass, {"/bg-2026-014/setsAside": {
		"WEIR-RUN-001": true,
		"WEIR-RUN-013": true,
	}})
	testing.expect(set_aside(opened, grants), {"WEIR-RUN-013"})
}

test_ok_use_tells_what_was_set_aside_and_what_was_undecided if {
	denials := {
		{"id": "WEIR-RUN-013", "undecided": true, "evidence": {}},
		{"id": "WEIR-FLOW-001", "undecided": false, "evidence": {"place": "edge"}},
		{"id": "WEIR-FLOW-001", "undecided": false, "evidence": {"place": "node"}},
	}
	actual := policy.use(denials) with input as opened with data.weir.breakGlass as example.tables.breakGlass
	testing.expect(actual, {
		"id": "WEIR-RUN-019",
		"severity": "high",
		"message": "Break-glass grant bg-2026-014 was used by operator@fotofix to call aws-lambda:charge-card",
		"evidence": {
			"grant": "bg-2026-014",
			"by": "operator@fotofix",
			"reason": "payment provider migrates during the night of 24 November",
			"expiresAtMs": 1795564800000,
			"function": "aws-lambda:charge-card",
			"setAside": ["WEIR-FLOW-001", "WEIR-RUN-013"],
			"undecided": ["WEIR-RUN-013"],
		},
	})
}

test_bad_use_of_a_grant_that_does_not_apply_tells_nothing if {
	not policy.use(set()) with input as testing.changed(opened, {"/weir/caller/id": "ines"})
		with data.weir.breakGlass as example.tables.breakGlass
}
