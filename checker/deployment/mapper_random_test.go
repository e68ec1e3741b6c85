package deployment_test

import (
	"math/rand/v2"
	"strings"
)

// literals are values as people and generators write them, right and wrong.
var literals = []string{
	`"x"`, `'x'`, `""`, `''`, `"""x"""`, "\"\"\"\nx\ny\"\"\"", "'''x\ny'''", "\"\"\"a\\\n   b\"\"\"", `"a\tb"`, `"a\u00fcb"`, `"\U0001F600"`, `"\U00110000"`,
	`"a\/b"`, `"C:\esb\x64"`, `"a\e"`, "\"a\tb\"", "'a\tb'", "\"a\x01b\"", "'a\x01b'", "\"a\x7fb\"", "\"a\u0080b\"", "\"\u00fc\u2603\U0001F600\"", "\"a\rb\"", "\"\"\"a\r\nb\"\"\"", "\"\"\"a\rb\"\"\"", "\"a\xffb\"",
	`"""a"b"""`, `"""a""b"""`, `"""a""""`, `"""a"""""`, `""""a"""`, `'''a''b'''`, `'''a''''`, `"""a\"""b"""`, `"a\ b"`, `"a`, `'a`, `"""a`, `a"`, `“x”`, `x`, `true`, `false`, `True`, `yes`, `null`,
	`0`, `1`, `-1`, `+1`, `-0`, `+0`, `01`, `00`, `-01`, `1_000`, `1__0`, `_1`, `1_`, `0x1F`, `0xff_ff`, `0X1F`, `+0x1`, `-0x1`, `0x`, `0o17`, `0o8`, `0O7`, `0b101`, `0b2`, `0x_1`, `0b1_0`,
	`9223372036854775807`, `9223372036854775808`, `-9223372036854775808`, `-9223372036854775809`, `0x7fffffffffffffff`, `0xffffffffffffffff`, `12345678901234567890`,
	`1.0`, `1.`, `.5`, `-1.5`, `+1.5`, `1e3`, `1E3`, `1e+3`, `1e-3`, `1.5e3`, `1.e3`, `1_0.0_1`, `1e1_0`, `01.5`, `00.5`, `1e03`, `0.0`, `-0.0`, `0e0`, `1e400`, `1e-400`, `inf`, `+inf`, `-inf`, `nan`, `+nan`, `-nan`, `Inf`, `infinity`, `6.626e-34`, `3.14159`, `1.0e10`, `123456789.0`, `1e7`, `1e-4`, `100.0`, `0.001`, `0.1e1`,
	`1979-05-27`, `1979-05-27T07:32:00`, `1979-05-27t07:32:00`, `1979-05-27 07:32:00`, `1979-05-27T07:32:00Z`, `1979-05-27T07:32:00z`, `1979-05-27T07:32:00+01:00`, `1979-05-27T07:32:00-07:00`, `1979-05-27T07:32:00.999999Z`, `1979-05-27T07:32:00.1234567891`, `1979-05-27T07:32`, `07:32:00`, `07:32`, `07:32:00.5`, `07:32:60`, `24:00:00`, `1979-13-01`, `1979-02-30`, `2000-02-29`, `1900-02-29`, `79-05-27`, `1979-5-27`, `0000-01-01`, `1979-05-27T07:32:00+25:00`, `1979-05-27T07:32:00+1`, `1979-05-27T07:32:00+18:00`, `1979-05-27T07:32:00+18:30`, `1979-05-27T07:32:00-00:00`,
	`[]`, `[1, 2]`, `[1, 2,]`, `[ "a", 'b' ]`, "[\n1,\n# c\n2\n]", `[1, "a"]`, `[1, 1.5]`, `[[1], ["a"]]`, `[[1], 2]`, `[,]`, `[1 2]`, `[1,,2]`, `[`, `[1`, `[{a = 1}, {b = 2}]`, `[{a = 1}, 2]`, `[{a.b = 1, c = {d = 2}}]`, `[{}]`, `[[]]`, `[[], [1]]`, `[{a = [1, 2]}]`, `[{a = [{b = 1}]}]`, `["$env{E_PLAIN}", "$ref{a.one}"]`, `["$secret{first}"]`, `["$ref{no.such}"]`, `["$env{NO_SUCH}"]`, `[{a = "$env{E_PLAIN}"}, {a = "$ref{a.one}"}]`, `[ { a = "$sys{s.plain}" } ]`, `[1979-05-27, 07:32:00]`, `[true, false]`,
	`{}`, `{ }`, `{a = 1}`, `{a = 1, b = "x"}`, `{a = 1,}`, "{a = 1,\nb = 2}", "{\na = 1}", `{a.b = 1, a.c = 2}`, `{a = 1, a = 2}`, `{a = {b = {c = 1}}}`, `{"a b" = 1}`, `{a = "$ref{a.one}"}`, `{a}`, `{a = }`, `{, a = 1}`, "{a = [1,\n2]}", "{a = \"\"\"x\ny\"\"\"}", "{a = 1 # c\n}",
	`"$ref{a.one}"`, `"$ref{a.two}/$ref{a.one}"`, `"x$env{E_PLAIN}y"`, `"$env{E_EMPTY}"`, `"$env{NO_SUCH}"`, `"$sys{s.plain}"`, `"$sys{s.empty}"`, `"$sys{s.env}"`, `"$sys{s.ref}"`, `"$sys{s.dollar}"`, `"$sys{s.end}"`, `"$sys{s.backslash}"`, `"$sys{s.last}"`, `"$env{E_REF}"`, `"$env{E_ENV}$env{E_PLAIN}"`, `"$env{E_ENV}"`, `"$env{E_SYS}"`, `"$env{E_SECRET}"`, `"$env{E_DOLLAR}"`, `"$env{E_GROUP}"`, `"$env{E_WHOLE}"`, `"$env{E_BACKSLASH}"`, `"$env{E_BRACE}"`, `"$env{E_MARKUP}"`, `"$ref{no.such}"`, `"$ref{b}"`, `"$ref{a.b}"`, `"$ref{a.b.c}"`, `"$secret{first}"`, `"$secret{no.such}"`, `"$secret{$env{E_PLAIN}}"`, `"$ref{$env{E_PLAIN}}"`, `"$env{$sys{s.plain}}"`, `"$ref{}"`, `"$env{}"`, `"$ref{a.one"`, `"$ref{keystore.primary.password}"`, `"$ref{transport.http.listener.keystore.location}"`, `"$env{E_PLAIN}$env{E_PLAIN}"`, `"$sys{s.plain}$env{E_PLAIN}$ref{a.one}"`,
}

// names are segments of keys, as written.
var names = []string{"a", "b", "c", "one", "two", `"a"`, `'b'`, `"a b"`, `'a.b'`, `"ü"`, `"it's"`, `'say "x"'`, `""`, `''`, `"a\tb"`, `"a\\b"`, `'a\b'`, "-", "_", "1", "1-a", "ü", "a b", "A", `"""a"""`, `"\u00fc"`, `"\u0041"`, "true", "inf", "1979-05-27", "a$", `"a$"`}

var keysOfMeaning = []string{
	"keystore.primary.file_name", "keystore.primary.password", "keystore.primary.alias", "keystore.internal.password", "truststore.file_name", "transport.http.listener.keystore.location",
	"transport.http.sender.hostname_verifier", "transport.https.sender.parameter.'HostnameVerifier'", "transport.https.sender.parameter.HostnameVerifier", "transport.wss.sender.enable", "transport-wss.sender.enable", "user_store.type", "secrets.first", "secrets.enable", "secrets.second", "secrets.'a.b'", "runtime_secrets.enable", "runtime_secrets.provider", "a.one", "a.two", "server.hostname", "transport.http.listener.enable",
	"transport.http.secured_protocols", "transport.http.listener.secured_protocols", "internal_api_ssl_config.key_store.location",
}

func pick(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

func randomKey(r *rand.Rand) string {
	if r.IntN(3) == 0 {
		return pick(r, keysOfMeaning)
	}
	few := names[:5]
	if r.IntN(6) == 0 {
		few = names
	}
	parts := make([]string, 1+r.IntN(3))
	for i := range parts {
		parts[i] = pick(r, few)
	}
	dot := "."
	if r.IntN(30) == 0 {
		dot = pick(r, []string{" . ", "..", "\t.", ".\n", ". "})
	}
	return strings.Join(parts, dot)
}

func randomLiteral(r *rand.Rand) string {
	if r.IntN(2) == 0 {
		return pick(r, []string{`"x"`, `'y'`, `1`, `true`, `"$ref{a.one}"`, `{a = 1}`, `[{a = 1}]`, `"$env{E_PLAIN}"`, `""`})
	}
	return pick(r, literals)
}

// randomFile is a file of any kind.
func randomFile(r *rand.Rand, real []string) string {
	var text string
	switch {
	case r.IntN(6) == 0:
		text = randomConfig(r, true).render(r)
	case r.IntN(5) == 0 && len(real) > 0:
		text = mutate(r, pick(r, real))
	default:
		var b strings.Builder
		for range 1 + r.IntN(6) {
			switch r.IntN(8) {
			case 0, 1:
				b.WriteString("[" + randomKey(r) + "]")
			case 2:
				b.WriteString("[[" + randomKey(r) + "]]")
			case 3:
				b.WriteString(pick(r, []string{"# comment", "", "#\x01", "#\t", "[a", "[[a]", "[a]]", "[]", "[ a . b ]", "[a] x = 1", "a = 1 b = 2", "a", "= 1", "a =", "[[[a]]]", "[ [a] ]", "# \xff", "#\x7f", "\ufeff", "\x00", "\f", "[a] # c", "[transport.mail.sender]", "[[transport.mail.sender]]\nparameter.enable_tls = 1\nx = '$ref{a.one}'", "[[transport.jms.listener]]\nparameter.password = '$env{E_PLAIN}'"}))
			default:
				b.WriteString(randomKey(r) + pick(r, []string{" = ", "=", " =", "= ", " = ", "\t=\t", " = "}) + randomLiteral(r) + pick(r, []string{"", "", "", "", "", " # c", " ", "\t", " x"}))
			}
			b.WriteString(pick(r, []string{"\n", "\n", "\n", "\n", "\n", "\n", "\r\n", "\r", "\n\n", "\n  "}))
		}
		text = b.String()
	}
	if r.IntN(12) == 0 {
		text = mutate(r, text)
	}
	return text
}

// mutate changes a little.
func mutate(r *rand.Rand, text string) string {
	if text == "" {
		return text
	}
	for range 1 + r.IntN(3) {
		i := r.IntN(len(text) + 1)
		switch r.IntN(4) {
		case 0:
			text = text[:i] + pick(r, []string{`"`, `'`, "=", "[", "]", "{", "}", ",", ".", "\n", "\r", "#", " ", "\t", "\\", "0", "_", "-", "ü", "\x00", "“", "\xff"}) + text[i:]
		case 1:
			j := min(len(text), i+1+r.IntN(3))
			text = text[:i] + text[j:]
		case 2:
			lines := strings.SplitAfter(text, "\n")
			a, b := r.IntN(len(lines)), r.IntN(len(lines))
			lines[a], lines[b] = lines[b], lines[a]
			text = strings.Join(lines, "")
		case 3:
			lines := strings.SplitAfter(text, "\n")
			a := r.IntN(len(lines))
			text = strings.Join(lines[:a], "") + strings.Join(lines[min(len(lines), a+1):], "")
		}
	}
	return text
}
