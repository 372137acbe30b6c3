package weir.lib.known_test

import data.weir.lib.known

absent_is_known if known.is_known(input.absent)

absent_is_at_most if known.is_at_most(input.absent, 5)

test_null_and_absent_are_not_known if {
	not known.is_known(null)
	not absent_is_known with input as {}
	every value in [false, 0, "", [], {}] {
		known.is_known(value)
	}
}

test_at_most if {
	known.is_at_most(5, 5)
	known.is_at_most(-1, 5)
	not known.is_at_most(6, 5)
	not known.is_at_most(null, 5)
	not known.is_at_most(false, 5)
	not known.is_at_most(5, null)
	not known.is_at_most(5, "5")
	not absent_is_at_most with input as {}
}

test_below if {
	known.is_below(4, 5)
	not known.is_below(5, 5)
	not known.is_below(null, 5)
	not known.is_below(5, "6")
}
