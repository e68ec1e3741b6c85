package report

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "Der Schlüssel 'wso2carbon' läuft ab: 鍵 ключ 🔑", "Der Schlüssel 'wso2carbon' läuft ab: 鍵 ключ 🔑"},
		{"windows path", `C:\wso2\conf`, `C:\wso2\conf`},
		{"escape sequence", "a\x1b[31mred\x1b]0;title\x07", `a\x1b[31mred\x1b]0;title\x07`},
		{"line breaks", "a\nb\r\nc\td\u2028e\u2029f\x0bg\x0ch\u0085i", `a\nb\r\nc\td\u2028e\u2029f\x0bg\x0ch\u0085i`},
		{"C1", "a\u009b31mb", `a\u009b31mb`},
		{"raw C1 byte", "a\x9b31m", `a\x9b31m`},
		{"NUL and DEL", "\x00\x7f", `\x00\x7f`},
		{"bidirectional", "\u202egpj.exe\u202c \u2066x\u2069 \u200f\u061c", `\u202egpj.exe\u202c \u2066x\u2069 \u200f\u061c`},
		{"zero width", "wso2\u200bcarbon\u200d\ufeff\u2060\u00ad", `wso2\u200bcarbon\u200d\ufeff\u2060\u00ad`},
		{"blank letters", "a\u3164b\u115fc\uffa0d\u2800e\u034f", `a\u3164b\u115fc\uffa0d\u2800e\u034f`},
		{"variation selectors and tags", "a\ufe0fb\U000e0041\U000e0100", `a\ufe0fb\U000e0041\U000e0100`},
		{"other spaces", "a\u00a0b\u2003c\u202fd", `a\u00a0b\u2003c\u202fd`},
		{"ideographic space", "鍵\u3000庫", "鍵\u3000庫"},
		{"private and unassigned", "\ue000\U0010ffff\u0378", `\ue000\U0010ffff\u0378`},
		{"not UTF-8", "a\xff\xc3(b\xed\xa0\x80", `a\xff\xc3(b\xed\xa0\x80`},
		{"replacement character", "\ufffd", "\ufffd"},
		{"command at the start", "::error::x", `:\x3aerror::x`},
		{"command after a space", "see ::set-output name=x::y", `see :\x3aset-output name=x::y`},
		{"command after a wide space", "鍵\u3000::error::", "鍵\u3000:\\x3aerror::"},
		{"command after a newline", "a\n::error::x", `a\n::error::x`}, // stays on one line, so nothing is at a start
		{"colons inside", "fe80::1 a::b '::x'", "fe80::1 a::b '::x'"},
		{"brackets", "##[error]a x##[add-mask]b", `#\x23[error]a x#\x23[add-mask]b`},
		{"azure", "a##vso[task.setvariable]b", `a#\x23vso[task.setvariable]b`},
		{"upper case", "##VSO[x]", `#\x23VSO[x]`},
		{"teamcity", "##teamcity[x]", `#\x23teamcity[x]`},
		{"three", "###[x]", `##\x23[x]`},
		{"heading", "## a [b] ##", "## a [b] ##"},
		{"hidden in a command", "##\u200bvso[x]", `##\u200bvso[x]`},
		{"markup stays", `</script> [x](javascript:y) =HYPERLINK("z")`, `</script> [x](javascript:y) =HYPERLINK("z")`},
		{"empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Clean(c.in); got != c.want {
				t.Errorf("Clean(%q)\n got %s\nwant %s", c.in, got, c.want)
			}
			if got := Clean(c.want); got != c.want {
				t.Errorf("cleaning twice changes %q to %q", c.want, got)
			}
		})
	}
}

func TestCleanIsBounded(t *testing.T) {
	huge := strings.Repeat("a", 64<<10)
	for _, c := range []struct {
		name, in string
		most     int
	}{
		{"a word", huge, maxValue},
		{"a word of escapes", strings.Repeat("\u202e", 64<<10), maxValue},
		{"a word in a sentence", "The alias '" + huge + "' is not there. Add it.", maxValue + 40},
		{"many words", strings.Repeat("word ", 16<<10), maxText},
	} {
		got := Clean(c.in)
		if n := utf8.RuneCountInString(got); n > c.most {
			t.Errorf("%s: %d code points, more than %d", c.name, n, c.most)
		}
		if !strings.Contains(got, "…") {
			t.Errorf("%s: nothing tells that it was cut: %s", c.name, got)
		}
	}
	if got := Clean("The alias '" + huge + "' is not there. Add it."); !strings.HasPrefix(got, "The alias 'aaa") || !strings.HasSuffix(got, "aaa' is not there. Add it.") {
		t.Errorf("the words around a long value are lost: %s", got)
	}
	if n := utf8.RuneCountInString(CleanValue(strings.Repeat("ä b ", 1000))); n != maxValue {
		t.Errorf("a value of many words has %d code points, want %d", n, maxValue)
	}
}

func FuzzClean(f *testing.F) {
	for _, h := range hostileStrings() {
		f.Add(h)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, got := range []string{Clean(s), CleanValue(s), cleanPath(s)} {
			if at := unfit(got); at != "" {
				t.Errorf("%q became %q: %s", s, got, at)
			}
		}
		if got := Clean(s); Clean(got) != got && !strings.Contains(got, "…") {
			t.Errorf("%q: cleaning twice changes %q to %q", s, got, Clean(got))
		}
	})
}

func TestCleanMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"[x](javascript:alert)":    `\[x\]\(javascript:alert\)`,
		"<b onclick=x>&":           "&lt;b onclick=x&gt;&amp;",
		"https://example.org a@b":  "https&#58;//example.org a&#64;b",
		"www.example.org 1.2":      "www&#46;example.org 1.2",
		"![i](u) `c` *a* _b_ ~~s~": `\!\[i\]\(u\) \` + "`c\\`" + ` \*a\* \_b\_ \~\~s\~`,
		"# h | c":                  `\# h \| c`,
		"::error::\u202e":          `:\\x3aerror::\\u202e`,
	} {
		if got := CleanMarkdown(in); got != want {
			t.Errorf("CleanMarkdown(%q) = %s, want %s", in, got, want)
		}
	}
}
