package weir.lib.clock_test

import data.weir.lib.clock
import data.weir.testing

test_now_is_the_time_of_the_input if {
	actual := clock.now_ms with input as {"time": {"unixMs": 1764021600000}}
	testing.expect(actual, 1764021600000)
}

test_now_is_undefined_without_time if {
	not clock.now_ms with input as {}
	not clock.now_ms with input as {"time": {"unixMs": "1764021600000"}}
	not clock.now_ms with input as {"time": {"unixMs": null}}
}

test_a_moment_has_passed_when_it_is_now if {
	clock.has_passed(10, 10)
	clock.has_passed(9, 10)
	not clock.has_passed(11, 10)
	not clock.has_passed(null, 10)
	not clock.has_passed(10, "10")
}

test_a_moment_is_ahead_when_it_is_later if {
	clock.is_ahead(11, 10)
	not clock.is_ahead(10, 10)
	not clock.is_ahead("11", 10)
	not clock.is_ahead(10, null)
}

test_age if testing.expect(clock.age_ms(7, 10), 3)
