package weir.lib.verdict_test

import data.weir.lib.verdict
import data.weir.testing

chain := [
	{"path": ["weir", "policies", "invocation", "no_example", "deny"]},
	{
		"path": ["weir", "policies", "invocation", "no_example"],
		"annotations": {"custom": {"id": "WEIR-RUN-999", "severity": "low", "recommended_action": "Do it.", "limits": "none"}},
	},
]

test_violated if {
	testing.expect(verdict.violated(chain, "It is wrong.", {"at": 1}), {
		"id": "WEIR-RUN-999",
		"severity": "low",
		"message": "It is wrong.",
		"action": "Do it.",
		"evidence": {"at": 1},
		"undecided": false,
	})
}

test_undecided if {
	testing.expect(verdict.undecided(chain, "It is not known.", {}), {
		"id": "WEIR-RUN-999",
		"severity": "low",
		"message": "It is not known.",
		"action": "Do it.",
		"evidence": {},
		"undecided": true,
	})
}

test_noted if {
	testing.expect(verdict.noted(chain, "It happened.", {}), {
		"id": "WEIR-RUN-999",
		"severity": "low",
		"message": "It happened.",
		"evidence": {},
	})
}

test_judged if {
	some_denial := verdict.violated(chain, "It is wrong.", {})
	testing.expect(verdict.judged(chain, true, "It is wrong.", {}), some_denial)
	every is_known in [false, null, "true"] {
		testing.expect(verdict.judged(chain, is_known, "It is wrong.", {}), verdict.undecided(chain, "It is wrong.", {}))
	}
}

test_words if {
	testing.expect(verdict.words(["a", null, 3, ["b"]]), "a (not known) 3 [\"b\"]")
	testing.expect(verdict.words([]), "")
}
