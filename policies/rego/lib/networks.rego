# METADATA
# title: Networks
# description: |
#   Kinds of addresses. An address is the text of an IPv4 or IPv6 address without port; an IPv4 address written as IPv6 (`::ffff:10.0.0.1`)
#   counts as what it maps to. What is no address is of no kind, and `is_public` is true only for what is known to be public.
# related_resources:
#   - description: IANA special-purpose address registries
#     ref: https://www.iana.org/assignments/iana-ipv4-special-registry
package weir.lib.networks

# METADATA
# description: Whether an address is in one of the networks, which are written as CIDR.
is_within(address, networks) if {
	some network in networks
	net.cidr_contains(network, plain(address))
}

# METADATA
# description: The address without the prefix that maps IPv4 into IPv6.
plain(address) := trim_prefix(lower(address), "::ffff:")

# METADATA
# description: |
#   Where clouds answer with credentials of the machine: AWS, Azure, Google, OpenStack and DigitalOcean share one address, the others are those
#   of ECS tasks, of EKS Pod Identity, of Alibaba and of Oracle; then the same services by IPv6.
metadata_networks := {
	"169.254.169.254/32",
	"169.254.170.2/32",
	"169.254.170.23/32",
	"100.100.100.200/32",
	"192.0.0.192/32",
	"fd00:ec2::254/128",
	"fd00:ec2::23/128",
	"fd20:ce::254/128",
}

private_networks := {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"}

local_networks := {
	"0.0.0.0/8",
	"127.0.0.0/8",
	"169.254.0.0/16",
	"224.0.0.0/4",
	"240.0.0.0/4",
	"::/128",
	"::1/128",
	"fe80::/10",
	"ff00::/8",
}

# METADATA
# description: Whether an address is one where a cloud hands out credentials.
is_metadata(address) if is_within(address, metadata_networks)

# METADATA
# description: Whether an address is of a private network, or shared behind a carrier's translation.
is_private(address) if is_within(address, private_networks)

# METADATA
# description: Whether an address stays on the machine or its link, or is of no single machine.
is_local(address) if is_within(address, local_networks)

# METADATA
# description: Whether an address is known to be none of these.
is_public(address) if {
	is_address(address)
	not is_metadata(address)
	not is_private(address)
	not is_local(address)
}

# METADATA
# description: Whether a text is an address at all.
is_address(address) if is_within(address, {"0.0.0.0/0", "::/0"})
