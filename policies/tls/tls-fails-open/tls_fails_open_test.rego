package mikscheck.rules.tls.tls_fails_open_test

import data.mikscheck.fixture
import data.mikscheck.rules.tls.tls_fails_open as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/rabbitmq", [{"pointer": "/rabbitmq/x/0", "section": "transport.rabbitmq.listener", "artifact": "", "enabled": true, "missing": ["keystore_type"]}])])
	count(findings) == 1
}

test_silent_complete if {
	findings := rule.findings with input as fixture.changed([fixture.set("/rabbitmq", [{"pointer": "/rabbitmq/x/0", "section": "transport.rabbitmq.listener", "artifact": "", "enabled": true, "missing": []}])])
	count(findings) == 0
}

test_silent_disabled if {
	findings := rule.findings with input as fixture.changed([fixture.set("/rabbitmq", [{"pointer": "/rabbitmq/x/0", "section": "transport.rabbitmq.listener", "artifact": "", "enabled": false, "missing": ["keystore_type"]}])])
	count(findings) == 0
}

test_not_judged_without_the_file if {
	findings := rule.findings with input as fixture.changed([fixture.set("/rabbitmq", [])])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}

test_fires_artifact if {
	findings := rule.findings with input as fixture.changed([fixture.set("/rabbitmq", [{"pointer": "/rabbitmq/x", "section": "message store 'Queue'", "artifact": "message-store", "enabled": true, "missing": ["keystore.type"]}])])
	some finding in findings
	finding.variant == "artifact"
	finding.args.section == "Message store 'Queue'"
}
