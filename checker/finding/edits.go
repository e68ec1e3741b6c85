package finding

import (
	"cmp"
	"slices"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
)

// edits puts the changes that a policy asks for in terms of the file's bytes; none where one of them can't be made safely, or
// where they get in each other's way. A value is changed where it stands, and so for all that inherit it, only if the finding
// is about that very place.
func edits(in Input, v *verdict) []Edit {
	var out []Edit
	if in.Deployment.File.Within != nil || in.Deployment.File.Packed {
		return nil // what a text is like inside another one is not known here, and nothing is written into archives
	}
	for _, e := range v.raw.Edits {
		p, ok := in.Places.Find(e.At)
		if !ok || !p.Written || p.File != nil || p.Value != nil && p.Value.Tainted {
			return nil
		}
		made := in.Deployment.Edits(p.Span, deployment.Change{Kind: deployment.ChangeKind(e.Kind), Name: e.Name, Text: e.Text})
		if len(made) == 0 {
			return nil
		}
		for _, m := range made {
			out = append(out, Edit{Edit: m, Region: in.Deployment.Lines.Region(m.Span)})
		}
	}
	slices.SortStableFunc(out, func(a, b Edit) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	for i := 1; i < len(out); i++ {
		if out[i].Start < out[i-1].End {
			return nil
		}
	}
	return out
}
