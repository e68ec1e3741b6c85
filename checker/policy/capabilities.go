package policy

import (
	"slices"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
)

// allowed are the built-in functions that a policy may call: what looks at the document and at text. Left out on purpose are
// the network (http.send, net.*), the clock (time.now_ns), the environment (opa.runtime), randomness (rand.*, uuid.*),
// what decodes or verifies for others (io.jwt.*, crypto.x509.*, crypto.parse_*), and what can be asked for work without
// bounds by a small argument (bits.*, numbers.range*, glob and regex with computed patterns are bounded by the document's size).
var allowed = []string{
	"abs", "ceil", "floor", "round", "plus", "minus", "mul", "div", "rem", "count", "sum", "product", "max", "min", "sort",
	"eq", "neq", "lt", "lte", "gt", "gte", "equal", "assign", "and", "or",
	"array.concat", "array.reverse", "array.slice",
	"internal.member_2", "internal.member_3", "internal.print", "internal.template_string", "internal.test_case",
	"intersection", "union", "object.get", "object.keys", "object.remove", "object.union", "object.union_n", "object.filter", "object.subset",
	"concat", "contains", "endswith", "startswith", "indexof", "indexof_n", "lower", "upper", "replace", "split", "sprintf",
	"substring", "trim", "trim_left", "trim_prefix", "trim_right", "trim_space", "trim_suffix", "strings.any_prefix_match",
	"strings.any_suffix_match", "strings.count", "strings.replace_n", "strings.reverse", "format_int", "to_number",
	"is_array", "is_boolean", "is_null", "is_number", "is_object", "is_set", "is_string", "type_name",
	"regex.match", "regex.is_valid", "json.filter", "json.remove", "json.patch", "time.parse_rfc3339_ns", "time.diff", "time.date",
	"time.weekday", "base64.is_valid", "hex.encode", "cast_array", "walk",
}

// capabilities is OPA's own list cut down to allowed, made once: the parser would otherwise sort all built-ins a module.
var capabilities = sync.OnceValue(func() *ast.Capabilities {
	all := ast.CapabilitiesForThisVersion()
	c := &ast.Capabilities{FutureKeywords: all.FutureKeywords, Features: all.Features, AllowNet: []string{}}
	for _, b := range all.Builtins {
		if slices.Contains(allowed, b.Name) {
			c.Builtins = append(c.Builtins, b)
		}
	}
	return c
})

// checkedByTests are the stages of the compiler that only find faults. The built-in policies can't have any at run time:
// TestBuiltIn compiles them with every stage. Leaving them out saves a third of the start.
var checkedByTests = []ast.StageID{
	ast.StageCheckUnusedImports, ast.StageCheckKeywordOverrides, ast.StageCheckDuplicateImports, ast.StageCheckVoidCalls,
	ast.StageParseMetadataBlocks, ast.StageSetAnnotationSet, ast.StageRewriteRegoMetadataCalls, ast.StageCheckRuleConflicts,
	ast.StageCheckUndefinedFuncs, ast.StageCheckRecursion, ast.StageCheckTypes, ast.StageCheckUnsafeBuiltins,
	ast.StageCheckDeprecatedBuiltins, ast.StageBuildRequiredCapabilities,
}
