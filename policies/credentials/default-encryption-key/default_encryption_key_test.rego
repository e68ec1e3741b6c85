package mikscheck.rules.credentials.default_encryption_key_test

import data.mikscheck.fixture
import data.mikscheck.rules.credentials.default_encryption_key as rule

test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "crypto_provider", "value": {"pointer": "/values/x.crypto_provider", "key": "x.crypto_provider", "state": "known", "reason": "", "text": "org.wso2.micro.integrator.crypto.provider.SymmetricKeyInternalCryptoProvider", "shown": "org.wso2.micro.integrator.crypto.provider.SymmetricKeyInternalCryptoProvider", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.crypto_provider", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}, {"name": "encryption_key", "value": {"pointer": "/values/x.encryption_key", "key": "x.encryption_key", "state": "known", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.encryption_key", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": true, "common": false, "length": 8}}}])])
	count(findings) == 1
	some finding in findings
	object.get(finding, "variant", "") == ""
}

test_fires_as_warning_for_a_clear_key if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "crypto_provider", "value": {"pointer": "/values/x.crypto_provider", "key": "x.crypto_provider", "state": "known", "reason": "", "text": "org.wso2.micro.integrator.crypto.provider.SymmetricKeyInternalCryptoProvider", "shown": "org.wso2.micro.integrator.crypto.provider.SymmetricKeyInternalCryptoProvider", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.crypto_provider", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}, {"name": "encryption_key", "value": {"pointer": "/values/x.encryption_key", "key": "x.encryption_key", "state": "known", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.encryption_key", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 1
	some finding in findings
	finding.variant == "clear"
}

test_silent_default_provider if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "crypto_provider", "value": {"pointer": "/values/x.crypto_provider", "key": "x.crypto_provider", "state": "known", "reason": "", "text": "x.KeyStoreBasedInternalCryptoProvider", "shown": "x.KeyStoreBasedInternalCryptoProvider", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.crypto_provider", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}, {"name": "encryption_key", "value": {"pointer": "/values/x.encryption_key", "key": "x.encryption_key", "state": "known", "reason": "", "text": "", "shown": "", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.encryption_key", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": true, "common": false, "length": 8}}}])])
	count(findings) == 0
}

test_silent_behind_a_variable if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "crypto_provider", "value": {"pointer": "/values/x.crypto_provider", "key": "x.crypto_provider", "state": "known", "reason": "", "text": "org.wso2.micro.integrator.crypto.provider.SymmetricKeyInternalCryptoProvider", "shown": "org.wso2.micro.integrator.crypto.provider.SymmetricKeyInternalCryptoProvider", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.crypto_provider", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}, {"name": "encryption_key", "value": {"pointer": "/values/x.encryption_key", "key": "x.encryption_key", "state": "known", "reason": "", "text": "", "shown": "", "tainted": false, "clear": false, "written": true, "defaulted": false, "root": "x.encryption_key", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 0
}

test_not_judged_key_unknown if {
	findings := rule.findings with input as fixture.changed([fixture.set("/options", [{"name": "crypto_provider", "value": {"pointer": "/values/x.crypto_provider", "key": "x.crypto_provider", "state": "known", "reason": "", "text": "org.wso2.micro.integrator.crypto.provider.SymmetricKeyInternalCryptoProvider", "shown": "org.wso2.micro.integrator.crypto.provider.SymmetricKeyInternalCryptoProvider", "tainted": false, "clear": true, "written": true, "defaulted": false, "root": "x.crypto_provider", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}, {"name": "encryption_key", "value": {"pointer": "/values/x.encryption_key", "key": "x.encryption_key", "state": "unknown", "reason": "", "text": "", "shown": "", "tainted": false, "clear": false, "written": true, "defaulted": false, "root": "x.encryption_key", "via": "", "inherited": "", "markup": false, "backslash": false, "control": false, "carbon_home": false, "password": {"default": false, "common": false, "length": 8}}}])])
	count(findings) == 0
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
