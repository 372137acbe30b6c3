package weir.lib.labels_test

import data.weir.lib.labels
import data.weir.testing

# A lattice that is no chain: medical and financial are side by side.
levels := {
	"flowsTo": {
		"public": {"public": true, "medical": true, "financial": true, "secret": true},
		"medical": {"medical": true, "secret": true},
		"financial": {"financial": true, "secret": true},
		"secret": {"secret": true},
	},
	"join": {
		"public": {"public": "public", "medical": "medical", "financial": "financial", "secret": "secret"},
		"medical": {"public": "medical", "medical": "medical", "financial": "secret", "secret": "secret"},
		"financial": {"public": "financial", "medical": "secret", "financial": "financial", "secret": "secret"},
		"secret": {"public": "secret", "medical": "secret", "financial": "secret", "secret": "secret"},
	},
	"bottom": "public",
	"top": "secret",
}

integrity := {
	"flowsTo": {"trusted": {"trusted": true, "untrusted": true}, "untrusted": {"untrusted": true}},
	"join": {
		"trusted": {"trusted": "trusted", "untrusted": "untrusted"},
		"untrusted": {"trusted": "untrusted", "untrusted": "untrusted"},
	},
	"bottom": "trusted",
	"top": "untrusted",
}

lattice := {"confidentiality": levels, "integrity": integrity}

names := ["public", "medical", "financial", "secret"]

label(confidentiality, trust, region, tenant) := {
	"confidentiality": confidentiality,
	"integrity": trust,
	"region": region,
	"tenant": tenant,
	"marks": [],
}

test_level_flows_to_itself_and_above if {
	actual := {[low, high] | some low in names; some high in names; labels.level_flows_to(levels, low, high)}
	testing.expect(actual, {
		["public", "public"],
		["public", "medical"],
		["public", "financial"],
		["public", "secret"],
		["medical", "medical"],
		["medical", "secret"],
		["financial", "financial"],
		["financial", "secret"],
		["secret", "secret"],
	})
}

test_unknown_level_flows_nowhere if {
	not labels.level_flows_to(levels, "pubilc", "secret")
	not labels.level_flows_to(levels, "public", "sekret")
	not labels.level_flows_to(levels, null, "secret")
	not labels.level_flows_to({}, "public", "secret")
}

test_join_of_levels_is_their_least_upper_bound if {
	every left in names {
		every right in names {
			joined := labels.join_levels(levels, left, right)
			labels.level_flows_to(levels, left, joined)
			labels.level_flows_to(levels, right, joined)
			above := {level | some level in names; levels.flowsTo[left][level]; levels.flowsTo[right][level]}
			every level in above {
				labels.level_flows_to(levels, joined, level)
			}
		}
	}
}

test_join_of_unknown_level_is_top if {
	testing.expect(labels.join_levels(levels, "pubilc", "public"), "secret")
	testing.expect(labels.join_levels(levels, "public", "pubilc"), "secret")
}

test_all_names_flow_everywhere if {
	labels.names_flow_to("all", "all")
	labels.names_flow_to("all", ["eu-1"])
	labels.names_flow_to("all", [])
}

test_names_flow_to_fewer_names if {
	labels.names_flow_to(["eu-1", "us-1"], ["eu-1"])
	labels.names_flow_to(["eu-1"], ["eu-1"])
	labels.names_flow_to(["us-1", "eu-1"], ["eu-1", "us-1"])
	labels.names_flow_to(["eu-1"], [])
	labels.names_flow_to([], [])
}

test_names_do_not_flow_to_more_names if {
	not labels.names_flow_to(["eu-1"], ["eu-1", "us-1"])
	not labels.names_flow_to(["eu-1"], ["us-1"])
	not labels.names_flow_to(["eu-1"], "all")
	not labels.names_flow_to([], ["eu-1"])
	not labels.names_flow_to([], "all")
}

test_names_of_no_list_flow_nowhere if {
	not labels.names_flow_to(null, ["eu-1"])
	not labels.names_flow_to(null, null)
	not labels.names_flow_to(null, [])
	not labels.names_flow_to({"eu-1": true}, [])
	not labels.names_flow_to("eu-1", "eu-1")
	not labels.names_flow_to({"eu-1": true}, ["eu-1"])
	not labels.names_flow_to(["eu-1"], null)
	not labels.names_flow_to(["eu-1"], {})
}

test_join_of_names_is_what_both_have if {
	testing.expect(labels.join_names("all", "all"), "all")
	testing.expect(labels.join_names("all", ["eu-1"]), ["eu-1"])
	testing.expect(labels.join_names(["eu-1"], "all"), ["eu-1"])
	testing.expect(labels.join_names(["us-1", "eu-1"], ["eu-1", "us-1"]), ["eu-1", "us-1"])
	testing.expect(labels.join_names(["us-1"], ["eu-1"]), [])
}

test_exceeds_names_each_axis if {
	bound := label("medical", "trusted", ["eu-1"], ["fotofix"])
	low := label("public", "trusted", "all", "all")
	labels.flows_to(lattice, low, bound)
	testing.expect(labels.exceeds(lattice, low, bound), set())
	cases := {
		"confidentiality": label("financial", "trusted", "all", "all"),
		"integrity": label("public", "untrusted", "all", "all"),
		"region": label("public", "trusted", ["us-1"], "all"),
		"tenant": label("public", "trusted", "all", ["prentli"]),
	}
	every axis, high in cases {
		testing.expect(labels.exceeds(lattice, high, bound), {axis})
		not labels.flows_to(lattice, high, bound)
	}
}

# A level may be called like the set of all names.
test_level_called_all_is_a_level if {
	named := {
		"confidentiality": {"flowsTo": {"all": {"all": true}, "none": {"none": true, "all": true}}},
		"integrity": integrity,
	}
	high := label("all", "trusted", "all", "all")
	testing.expect(labels.exceeds(named, high, label("none", "trusted", "all", "all")), {"confidentiality"})
	testing.expect(labels.exceeds(named, high, high), set())
}

test_axis_that_does_not_exist_is_exceeded if {
	not labels.axis_flows_to(lattice, "colour", label("public", "trusted", "all", "all"), label("secret", "untrusted", [], []))
}

test_exceeds_every_axis_without_a_bound if {
	all_axes := {"confidentiality", "integrity", "region", "tenant"}
	testing.expect(labels.exceeds(lattice, label("public", "trusted", ["eu-1"], ["fotofix"]), {}), all_axes)
	testing.expect(labels.exceeds(lattice, {}, label("secret", "untrusted", [], [])), all_axes)
}

test_join_of_labels if {
	left := object.union(label("medical", "trusted", ["eu-1", "us-1"], "all"), {"marks": ["token", "error"]})
	right := object.union(label("financial", "untrusted", ["us-1"], ["fotofix"]), {"marks": ["error", "assumed"]})
	testing.expect(labels.join(lattice, left, right), {
		"confidentiality": "secret",
		"integrity": "untrusted",
		"region": ["us-1"],
		"tenant": ["fotofix"],
		"marks": ["assumed", "error", "token"],
	})
}

test_has_mark if {
	labels.has_mark({"marks": ["token"]}, "token")
	not labels.has_mark({"marks": ["token"]}, "error")
	not labels.has_mark({}, "error")
}
