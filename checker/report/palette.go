package report

import (
	"github.com/fatih/color"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// palette paints words for a terminal, or leaves them alone. Whether it does is the run's choice: the library's own guess, a
// global that depends on the process, is overridden.
type palette struct {
	path, bold, faint, good *color.Color
	levels                  map[finding.Level]*color.Color
}

func newPalette(on bool) palette {
	paint := func(a ...color.Attribute) *color.Color {
		c := color.New(a...)
		if on {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
		return c
	}
	return palette{
		path:  paint(color.Bold, color.Underline),
		bold:  paint(color.Bold),
		faint: paint(color.Faint),
		good:  paint(color.FgGreen),
		levels: map[finding.Level]*color.Color{
			finding.Error:   paint(color.FgRed, color.Bold),
			finding.Warning: paint(color.FgYellow, color.Bold),
			finding.Note:    paint(color.FgCyan, color.Bold),
			finding.None:    paint(color.Faint),
		},
	}
}

func (p *palette) level(l finding.Level, s string) string {
	if c := p.levels[l]; c != nil {
		return c.Sprint(s)
	}
	return s
}
