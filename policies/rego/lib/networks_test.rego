package weir.lib.networks_test

import data.weir.lib.networks
import data.weir.testing

kinds(address) := {kind |
	some kind, holds in {
		"metadata": {true | networks.is_metadata(address)},
		"private": {true | networks.is_private(address)},
		"local": {true | networks.is_local(address)},
		"public": {true | networks.is_public(address)},
	}
	holds == {true}
}

test_kinds if {
	cases := {
		"169.254.169.254": {"metadata", "local"},
		"169.254.170.2": {"metadata", "local"},
		"fd00:ec2::254": {"metadata", "private"},
		"FD00:EC2::254": {"metadata", "private"},
		"::ffff:169.254.169.254": {"metadata", "local"},
		"100.100.100.200": {"metadata", "private"},
		"192.0.0.192": {"metadata"},
		"10.1.2.3": {"private"},
		"::ffff:10.1.2.3": {"private"},
		"172.16.0.1": {"private"},
		"172.32.0.1": {"public"},
		"192.168.255.255": {"private"},
		"127.0.0.1": {"local"},
		"::1": {"local"},
		"::": {"local"},
		"0.0.0.0": {"local"},
		"fe80::1": {"local"},
		"8.8.8.8": {"public"},
		"2001:4860:4860::8888": {"public"},
	}
	every address, expected in cases {
		testing.expect(kinds(address), expected)
	}
}

test_within if {
	networks.is_within("203.0.113.9", ["203.0.113.0/24"])
	not networks.is_within("203.0.114.0", ["203.0.113.0/24"])
	not networks.is_within("203.0.113.9", [])
}

test_what_is_no_address_is_of_no_kind if {
	testing.expect(kinds("metadata.google.internal"), set())
	testing.expect(kinds(""), set())
}
