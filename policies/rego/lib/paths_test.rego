package weir.lib.paths_test

import data.weir.lib.paths
import data.weir.testing

test_without_query if {
	testing.expect(paths.without_query("/orders/7?token=x#y"), "/orders/7")
	testing.expect(paths.without_query("/orders/7#y?z"), "/orders/7")
	testing.expect(paths.without_query("/orders"), "/orders")
	testing.expect(paths.without_query(""), "")
}

test_prefix if {
	paths.has_prefix(["v1", "orders", "7"], ["v1", "orders"])
	paths.has_prefix(["v1", "orders", "7"], ["v1", "*", "7"])
	paths.has_prefix(["v1"], ["v1"])
	paths.has_prefix([], [])
	not paths.has_prefix(["v1"], ["v1", "orders"])
	not paths.has_prefix(["v1", "orders"], ["v2"])
	not paths.has_prefix(["v1x", "orders"], ["v1"])
	not paths.has_prefix([], ["*"])
}

test_ambiguous if {
	every segments in [[".."], ["a", "."], ["a/b"], ["a\\b"], ["a\u0000"]] {
		paths.is_ambiguous(segments)
	}
	every segments in [[], ["a", "b.c"], ["..."]] {
		not paths.is_ambiguous(segments)
	}
}

# The examples of RFC 6901, section 5.
test_pointer if {
	testing.expect(paths.pointer([]), "")
	testing.expect(paths.pointer(["foo", 0]), "/foo/0")
	testing.expect(paths.pointer([""]), "/")
	testing.expect(paths.pointer(["a/b"]), "/a~1b")
	testing.expect(paths.pointer(["m~n"]), "/m~0n")
	testing.expect(paths.pointer(["~1"]), "/~01")
}

test_pointer_segments if {
	testing.expect(paths.pointer_segments(""), [])
	testing.expect(paths.pointer_segments("/"), [""])
	testing.expect(paths.pointer_segments("/foo/0"), ["foo", "0"])
	testing.expect(paths.pointer_segments("/a~1b"), ["a/b"])
	testing.expect(paths.pointer_segments("/m~0n"), ["m~n"])
	testing.expect(paths.pointer_segments("/~01"), ["~1"])
	not paths.pointer_segments("foo")
}
