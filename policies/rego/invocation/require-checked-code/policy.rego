# METADATA
# title: The deployed code is not the code that was checked
# description: |
#   What was proved before deployment was proved of one digest and version. Where the contract pins them, only these run.
# schemas:
#   - input: schema.invocation
# custom:
#   id: WEIR-RUN-007
#   severity: critical
#   cwe: [CWE-494]
#   owasp: [SAS-6]
#   maturity: stable
#   recommended_action: Deploy what was checked, or check what is deployed and update the contract.
#   limits:
#     - believes the digest that the platform or the node reports
#     - does not look at code that the function loads when it runs
package weir.policies.invocation.require_checked_code

import data.weir.lib.facts
import data.weir.lib.verdict

digest_admitted if is_null(facts.callee.digests)

digest_admitted if facts.callee.digests[input.weir.function.digest]

version_admitted if is_null(facts.callee.versions)

version_admitted if facts.callee.versions[input.weir.function.version]

default digest_is_known := false

digest_is_known if is_string(input.weir.function.digest)

default version_is_known := false

version_is_known if is_string(input.weir.function.version)

deny contains result if {
	facts.callee
	not digest_admitted
	result := verdict.judged(
		rego.metadata.chain(),
		digest_is_known,
		verdict.words(["The code of", input.weir.function.id, "is not known to be one that was checked."]),
		{"function": input.weir.function.id, "digest": input.weir.function.digest},
	)
}

deny contains result if {
	facts.callee
	not version_admitted
	result := verdict.judged(
		rego.metadata.chain(),
		version_is_known,
		verdict.words(["The version of", input.weir.function.id, "is not known to be one that was checked."]),
		{"function": input.weir.function.id, "version": input.weir.function.version},
	)
}
