package git

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Author is who wrote a line, as the commit says; a commit can say what it likes.
type Author struct {
	Name, Email string
	Time        time.Time
	Commit      string // in hex
}

// Blamed is a line of a file as it was committed last.
type Blamed struct {
	Text string // without the line break
	Author
}

// Blame tells who wrote the lines of a file as the commit that is checked out holds it. The work tree's own file is not asked about:
// for that git would run the filters that the repository names. Nothing is fetched, so that a partial clone may give an error.
func (r *Repo) Blame(ctx context.Context, name string) ([]Blamed, error) {
	out, err := r.run(ctx, "-c", "blame.ignoreRevsFile=", "blame", "--line-porcelain", "--no-textconv", "HEAD", "--", name)
	if err != nil {
		return nil, err
	}
	var lines []Blamed
	var b Blamed
	for line := range bytes.Lines(out) {
		text := strings.TrimRight(string(line), "\r\n")
		if code, ok := strings.CutPrefix(text, "\t"); ok {
			b.Text = code
			lines = append(lines, b)
			b = Blamed{}
			continue
		}
		key, value, _ := strings.Cut(text, " ")
		switch {
		case key == "author":
			b.Name = value
		case key == "author-mail":
			b.Email = strings.Trim(value, "<>")
		case key == "author-time":
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("git gives a time of %q that can't be read", name)
			}
			b.Time = time.Unix(n, 0).UTC()
		case b.Commit == "" && len(key) >= 40:
			b.Commit = key
		}
	}
	return lines, nil
}
