package layout

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

func TestParseDockerfile(t *testing.T) {
	type in struct {
		Line       int
		Name, Text string
		Source     string // what the span covers
	}
	for name, c := range map[string]struct {
		data string
		want []in
	}{
		"plain":                 {"FROM a\nCOPY b c\n", []in{{1, "FROM", "a", "FROM a"}, {2, "COPY", "b c", "COPY b c"}}},
		"small letters":         {"from a\n  copy b c", []in{{1, "FROM", "a", "from a"}, {2, "COPY", "b c", "copy b c"}}},
		"comments and blanks":   {"# x\n\n \t# y\nFROM a # no comment\n", []in{{4, "FROM", "a # no comment", "FROM a # no comment"}}},
		"continued":             {"COPY a \\\n  b\nRUN x", []in{{1, "COPY", "a   b", "COPY a \\\n  b"}, {3, "RUN", "x", "RUN x"}}},
		"comment in between":    {"COPY a \\\n# c\n\n  b\n", []in{{1, "COPY", "a   b", "COPY a \\\n# c\n\n  b"}}},
		"blanks after the sign": {"COPY a \\ \t\nb", []in{{1, "COPY", "a b", "COPY a \\ \t\nb"}}},
		"two signs":             {"RUN a \\\\\nCOPY b c", []in{{1, "RUN", `a \\`, `RUN a \\`}, {2, "COPY", "b c", "COPY b c"}}},
		"at the end":            {"COPY a \\", []in{{1, "COPY", "a", "COPY a \\"}}},
		"another sign":          {"# escape=`\nCOPY a `\nb\nRUN c\\\nRUN d", []in{{2, "COPY", "a b", "COPY a `\nb"}, {4, "RUN", `c\`, `RUN c\`}, {5, "RUN", "d", "RUN d"}}},
		"a directive too late":  {"# x\n# escape=`\nCOPY a `\nRUN b", []in{{3, "COPY", "a `", "COPY a `"}, {4, "RUN", "b", "RUN b"}}},
		"Windows lines":         {"FROM a\r\nCOPY b \\\r\nc\r\n", []in{{1, "FROM", "a", "FROM a"}, {2, "COPY", "b c", "COPY b \\\r\nc"}}},
		"byte order mark":       {"\ufeffFROM a\n", []in{{1, "FROM", "a", "FROM a"}}},
		"here-document of RUN":  {"RUN <<EOF\nCOPY x y\nEOF\nCOPY a b", []in{{1, "RUN", "<<EOF\nCOPY x y", "RUN <<EOF\nCOPY x y\nEOF"}, {4, "COPY", "a b", "COPY a b"}}},
		"quoted and indented":   {"COPY <<-\"E\" /x\n\tFROM b\n\tE\nUSER c", []in{{1, "COPY", `<<-"E" /x`, "COPY <<-\"E\" /x\n\tFROM b\n\tE"}, {4, "USER", "c", "USER c"}}},
		"two here-documents":    {"COPY <<A <<B /d/\n1\nA\n2\nB\nUSER c", []in{{1, "COPY", "<<A <<B /d/", "COPY <<A <<B /d/\n1\nA\n2\nB"}, {6, "USER", "c", "USER c"}}},
		"one without end":       {"RUN <<A\nCOPY a b", []in{{1, "RUN", "<<A\nCOPY a b", "RUN <<A"}}},
		"no name":               {"\\\n\\\n", []in{{1, "", "", "\\\n\\"}}},
		"empty":                 {"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := parseDockerfile([]byte(c.data))
			if err != nil {
				t.Fatal(err)
			}
			var got []in
			for _, i := range d.instructions {
				got = append(got, in{i.line, i.name, i.text, c.data[i.span.Start:i.span.End]})
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseDockerfileRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		data string
		want error
	}{
		"no text":               {"FROM a\x00", nil},
		"large":                 {strings.Repeat("# x\n", maxDockerfile/4+1), source.ErrTooLarge},
		"too many instructions": {strings.Repeat("RUN x\n", maxInstructions+1), source.ErrTooLarge},
	} {
		if _, err := parseDockerfile([]byte(c.data)); err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestExpand(t *testing.T) {
	values := map[string]string{"A": "a", "EMPTY": "", "LONG": strings.Repeat("x", maxWord)}
	e := expander{escape: '\\', lookup: func(name string) (string, bool) { v, ok := values[name]; return v, ok }}
	for word, want := range map[string]string{
		"x": "x", "$A": "a", "${A}": "a", "x$A/y": "xa/y", "$A$A": "aa", "${A}B": "aB", "$AB": unknownMark, "$": "$", "$1": "$1", "a$/b": "a$/b",
		`\$A`: "$A", `'$A'`: "$A", `"$A b"`: "a b", `"\$A"`: "$A", `"\x"`: `\x`, `a\ b`: "a b", `'it'"s"`: "its", `\`: `\`,
		"${A:-b}": "a", "${N:-b}": "b", "${N-b}": "b", "${EMPTY:-b}": "b", "${EMPTY-b}": "", "${N:-$A}": "a", "${N:-${M:-c}}d": "cd",
		"${A:+b}": "b", "${EMPTY:+b}": "", "${EMPTY+b}": "b", "${N:+b}": unknownMark, "${A:?no}": "a", "${N:?no}": unknownMark,
		"${A#x}": unknownMark, "${A": unknownMark, "${": unknownMark, "$N/x": unknownMark + "/x", "${A}${N}": "a" + unknownMark,
		"$LONG$LONG": unknownMark,
		strings.Repeat("${N:-", 1000) + "x" + strings.Repeat("}", 1000): unknownMark,
	} {
		if got := e.word(word); got != want {
			t.Errorf("%.40q: %.40q, want %q", word, got, want)
		}
	}
	if d := cmp.Diff([]string{"a=b", `c="d e"`, `f\ g`, "'h i'"}, e.split("  a=b c=\"d e\"\t f\\ g 'h i' ")); d != "" {
		t.Error(d)
	}
}

func TestProductOf(t *testing.T) {
	for image, want := range map[string][2]string{
		"wso2/wso2mi:4.4.0":                            {"mi", "4.4.0"},
		"wso2/wso2mi":                                  {"mi", ""},
		"wso2/wso2mi:latest":                           {"mi", ""},
		"docker.io/wso2/wso2mi:4.3.0-alpine":           {"mi", "4.3.0"},
		"docker.wso2.com/wso2mi:4.2.0.56":              {"mi", "4.2.0"},
		"registry.example.org:8082/wso2/wso2mi:4.2.0":  {"mi", "4.2.0"},
		"wso2/micro-integrator:1.2.0":                  {"mi", "1.2.0"},
		"wso2/wso2mi:4.4.0@sha256:0123":                {"mi", "4.4.0"},
		"wso2/wso2mi@sha256:0123":                      {"mi", ""},
		"example/wso2mi:4.4.0":                         {"", "4.4.0"}, // made from it by others: its stores may be theirs
		"wso2/wso2am:4.3.0":                            {"apim", ""},
		"wso2/wso2is:7.0.0":                            {"is", ""},
		"wso2/wso2mi-dashboard:4.4.0":                  {"", ""},
		"eclipse-temurin:17":                           {"", ""},
		"wso2mi:4.4.0":                                 {"", "4.4.0"},
		"scratch":                                      {"", ""},
		"":                                             {"", ""},
		unknownMark:                                    {"", ""},
		"wso2/wso2mi:" + unknownMark:                   {"mi", ""},
		"registry.wso2.com/wso2-mi/wso2mi:4.5.0-rocky": {"mi", "4.5.0"},
	} {
		product, _ := productOf(image)
		if got := [2]string{product, tagOf(image)}; got != want {
			t.Errorf("%q: %q, want %q", image, got, want)
		}
	}
}

// FuzzDockerfile holds the parser and the evaluation to an end, without a panic, within the file.
func FuzzDockerfile(f *testing.F) {
	for _, seed := range []string{
		"ARG B\nFROM ${B:-wso2/wso2mi:4.4.0} AS x\nENV H=/a W=\"$H b\"\nWORKDIR $H\nCOPY --from=x a b\nCOPY [\"a b\", \"c/\"]\n",
		"# escape=`\nFROM a\nADD --chown=1 `\n x y.tar.gz https://e/x /d/\nRUN <<-'E' cat\n\tx\n\tE\n",
		"FROM a\nENV A $A$A\nENV A=$A$A B=x A=$A$B\nCOPY $A ${A:-${B:+c}} ${WSO2_SERVER_HOME}\n",
		"FROM a\nCOPY */[a-c]?/** .\nCOPY ../../x ${H%%x}\nCOPY [\n",
	} {
		f.Add([]byte(seed))
	}
	src := source.Bytes("a/b/deployment.toml", nil)
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := parseDockerfile(data)
		if err != nil {
			return
		}
		last := 0
		for _, in := range d.instructions {
			if in.line <= last || in.span.Start < 0 || in.span.End < in.span.Start || in.span.End > len(data) {
				t.Fatalf("%+v", in)
			}
			last = in.line
		}
		m := images{d: d, files: contexts{src, []string{"a/b", "a", "."}}}
		if st := m.evaluate(); st != nil {
			if strings.Contains(st.base, "\x00") {
				t.Fatalf("%q", st.base)
			}
			for _, c := range st.copies {
				if strings.Contains(c.To, "\x00") || strings.HasPrefix(c.To, "../") || strings.HasPrefix(c.From, "../") && !c.Opaque {
					t.Fatalf("%+v", c)
				}
			}
		}
	})
}
