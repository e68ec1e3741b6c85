package report

import (
	"bufio"
	"io"
)

// output buffers what a writer of a format writes and keeps the first error: a full disk or a closed pipe is reported by the
// call that met it and by all after it, and nothing is written any more.
type output struct {
	w   *bufio.Writer
	err error
}

func newOutput(w io.Writer) *output { return &output{w: bufio.NewWriterSize(w, 32<<10)} }

func (o *output) write(b []byte) {
	if o.err == nil {
		_, o.err = o.w.Write(b)
	}
}

//go:noinline
func (o *output) writeString(s string) {
	if o.err == nil {
		_, o.err = o.w.WriteString(s)
	}
}

func (o *output) flush() error {
	if o.err == nil {
		o.err = o.w.Flush()
	}
	return o.err
}

// fail keeps an error that is not the writer's.
func (o *output) fail(err error) {
	if o.err == nil {
		o.err = err
	}
}
