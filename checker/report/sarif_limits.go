package report

import (
	"bufio"
	"bytes"
	"compress/flate"
	"fmt"
	"io"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// What GitHub takes of a SARIF file. It refuses a file with more results or more bytes, and shows the most severe results only.
const (
	maxResults   = 25_000
	shownResults = 5_000
	maxZipped    = 10_000_000 // bytes, gzipped
	// zippedResults is what results may take of that; the rest is for the rules before and the notifications behind them.
	zippedResults = 8_000_000
	// unzipped is how many bytes are counted as they are, before it is worth while to compress for the count.
	unzipped = 1 << 20
)

// Classes of results, the most severe first. What is waived asks nobody to do anything.
const (
	classError = iota
	classWarning
	classNote
	classOther
	classes
)

var classNames = [classes]string{"error", "warning", "note", "waived one"}

func classOf(f *finding.Finding) int {
	if f.Suppressed != nil {
		return classOther
	}
	return classOther - min(f.Level.Rank(), classOther)
}

// resultList writes the results of a run within GitHub's limits. As many as GitHub shows are kept until the end and written in
// their order. Where there are more, errors are written as they come, and lesser results are held back, compressed, until it is
// known whether there is room for them: then the most severe are written first, and the rest is counted. So memory is bounded.
type resultList struct {
	out       *output
	max       int // results that may be written; 0: maxResults
	first     []heldResult
	firstSize int
	spilled   bool // there are more than are kept in their order
	written   int
	size      meter
	held      [classes]*pile
	dropped   [classes]int
}

type heldResult struct {
	class int
	line  []byte
}

// maxFirst bounds what the results that are kept in their order take of memory.
const maxFirst = 8 << 20

// add takes a result as one line of JSON.
func (l *resultList) add(class int, line []byte) {
	if l.spilled {
		l.sort(class, line)
		return
	}
	l.first = append(l.first, heldResult{class, line})
	if l.firstSize += len(line); len(l.first) > shownResults || l.firstSize > maxFirst {
		l.spilled = true
		for _, r := range l.first {
			l.sort(r.class, r.line)
		}
		l.first = nil
	}
}

// sort writes an error, and holds a lesser result back.
func (l *resultList) sort(class int, line []byte) {
	switch {
	case class != classError:
		if l.held[class] == nil {
			l.held[class] = &pile{}
		}
		if !l.held[class].add(line) {
			l.dropped[class]++
		}
	case l.full():
		l.dropped[class]++
	default:
		l.write(line)
	}
}

func (l *resultList) full() bool {
	limit := l.max
	if limit == 0 {
		limit = maxResults
	}
	return l.written >= limit || l.size.bytes() >= zippedResults
}

func (l *resultList) write(line []byte) {
	if l.written > 0 {
		l.out.writeString(",")
	}
	l.out.writeString("\n")
	l.out.write(line)
	l.size.add(line)
	l.written++
}

// end writes what was held back, and gives what there is to say about the limits.
func (l *resultList) end() []finding.Notification {
	for _, r := range l.first {
		l.write(r.line)
	}
	for class, p := range l.held {
		if p == nil {
			continue
		}
		err := p.each(func(line []byte) {
			if l.full() {
				l.dropped[class]++
			} else {
				l.write(line)
			}
		})
		if err != nil {
			l.out.fail(fmt.Errorf("writing SARIF: %w", err))
		}
	}
	var said []finding.Notification
	note := func(format string, args ...any) {
		said = append(said, finding.Notification{Level: finding.Note, Message: fmt.Sprintf(format, args...)})
	}
	var left []string
	for class, n := range l.dropped {
		if n > 0 {
			left = append(left, plural(n, classNames[class]))
		}
	}
	if len(left) > 0 {
		note("Results were left out, the less severe ones first: %s. GitHub refuses a file with more than %d results or %d MB (gzipped). Another format has all, and so have several runs over parts of the tree.",
			enumerate(left), maxResults, maxZipped/1_000_000)
	}
	if l.written > shownResults {
		note("There are %d results. GitHub shows the %d most severe of a file.", l.written, shownResults)
	}
	return said
}

// pile holds lines back, compressed.
type pile struct {
	buffer bytes.Buffer
	flate  *flate.Writer
	lines  int
}

// maxPile bounds what one pile takes of memory.
const maxPile = zippedResults

// add gives false where the pile is full.
func (p *pile) add(line []byte) bool {
	if p.lines >= maxResults || p.buffer.Len() >= maxPile {
		return false
	}
	if p.flate == nil {
		p.flate, _ = flate.NewWriter(&p.buffer, flate.BestSpeed) // fails for an unknown level only
	}
	p.lines++
	_, _ = p.flate.Write(line) // a buffer takes all
	_, _ = p.flate.Write([]byte{'\n'})
	return true
}

// each gives the lines back, in their order, and empties the pile.
func (p *pile) each(do func(line []byte)) error {
	if p.flate == nil {
		return nil
	}
	if err := p.flate.Close(); err != nil {
		return err
	}
	r := bufio.NewReaderSize(flate.NewReader(&p.buffer), 64<<10)
	for {
		line, err := r.ReadBytes('\n')
		if err == io.EOF { //nolint:errorlint // as bufio says it
			return nil
		}
		if err != nil {
			return err
		}
		do(line[:len(line)-1])
	}
}

// meter tells, a little on the high side, how large what it was given is when it is compressed.
type meter struct {
	raw    int
	zipped counter
	flate  *flate.Writer
}

type counter int

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

func (m *meter) add(b []byte) {
	if m.raw < unzipped {
		m.raw += len(b)
		return
	}
	if m.flate == nil {
		m.flate, _ = flate.NewWriter(&m.zipped, flate.BestSpeed) // fails for an unknown level only
	}
	_, _ = m.flate.Write(b) // a counter takes all
}

func (m *meter) bytes() int { return m.raw + int(m.zipped) }
