package git

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
)

// Entry is a file in the index.
type Entry struct {
	Name string
	ID   string // of the blob, in hex
	Link bool   // a symbolic link: the blob is where it leads
	Exec bool
	// Unmerged: there is a conflict, and this is one side of it.
	Unmerged bool
}

// Index lists the files of the index in the order of names, one a name; submodules are left out.
func (r *Repo) Index(ctx context.Context) ([]Entry, error) {
	out, err := r.run(ctx, "ls-files", "-z", "--stage")
	if err != nil {
		return nil, err
	}
	var entries []Entry
	for _, line := range split(out) {
		// "100644 <id> 0\t<name>"
		head, name, ok := strings.Cut(line, "\t")
		f := strings.Fields(head)
		if !ok || len(f) != 3 {
			return nil, fmt.Errorf("git gives an index of %q that can't be read", r.root)
		}
		mode := f[0]
		if mode == "160000" || len(entries) > 0 && entries[len(entries)-1].Name == name {
			continue
		}
		entries = append(entries, Entry{Name: name, ID: f[1], Link: mode == "120000", Exec: mode == "100755", Unmerged: f[2] != "0"})
	}
	return entries, nil
}

// Blob gives the content of a blob. One process serves all of them, started with the first. A blob larger than limit bytes
// is not read (ErrTooLarge).
func (r *Repo) Blob(ctx context.Context, id string, limit int64) ([]byte, error) {
	if strings.Trim(id, "0123456789abcdef") != "" || id == "" {
		return nil, fmt.Errorf("%q names no blob", id)
	}
	ctx, cancel := patient(ctx)
	defer cancel()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.blobs == nil {
		b, err := r.start()
		if err != nil {
			return nil, err
		}
		r.blobs = b
	}
	unhook := context.AfterFunc(ctx, r.blobs.kill)
	data, err := r.blobs.read(id, limit)
	if !unhook() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("git took too long to give a file of %q: %w", r.root, ctx.Err())
		}
		r.blobs.stop()
		r.blobs = nil
	}
	return data, err
}

// blobs is a running "git cat-file --batch".
type blobs struct {
	cmd  *exec.Cmd
	kill context.CancelFunc
	in   io.WriteCloser
	out  *bufio.Reader
}

func (r *Repo) start() (*blobs, error) {
	// It outlives the call that starts it; Blob ends it with the call's context, Close at the end.
	ctx, kill := context.WithCancel(context.Background())
	cmd, err := r.command(ctx, "cat-file", "--batch")
	if err != nil {
		kill()
		return nil, err
	}
	in, err := cmd.StdinPipe()
	if err == nil {
		var out io.ReadCloser
		if out, err = cmd.StdoutPipe(); err == nil {
			if err = cmd.Start(); err == nil {
				return &blobs{cmd, kill, in, bufio.NewReader(out)}, nil
			}
		}
	}
	kill()
	return nil, fmt.Errorf("git could not be asked about %q: %w", r.root, err)
}

func (b *blobs) stop() {
	if b == nil {
		return
	}
	b.in.Close()
	b.kill()
	_ = b.cmd.Wait() // it was killed, which is no news
}

// read asks for one blob: "<id> blob <size>\n<content>\n", or "<id> missing\n".
func (b *blobs) read(id string, limit int64) ([]byte, error) {
	if _, err := io.WriteString(b.in, id+"\n"); err != nil {
		return nil, fmt.Errorf("git does not take a question: %w", err)
	}
	head, err := b.out.ReadSlice('\n')
	if errors.Is(err, io.EOF) { // it ends where it would have to fetch, which it may not
		return nil, fmt.Errorf("git gives no answer: %w", ErrMissing)
	}
	if err != nil {
		return nil, fmt.Errorf("git does not answer: %w", err)
	}
	f := bytes.Fields(head)
	if len(f) != 3 || string(f[1]) != "blob" {
		return nil, fmt.Errorf("the repository does not hold the file's content: %w", ErrMissing)
	}
	size, err := strconv.ParseInt(string(f[2]), 10, 64)
	if err != nil || size < 0 {
		return nil, errors.New("git gives no size of the file")
	}
	if size > limit {
		return nil, ErrTooLarge
	}
	data := make([]byte, size+1)
	if _, err := io.ReadFull(b.out, data); err != nil {
		return nil, fmt.Errorf("git breaks off: %w", err)
	}
	return data[:size], nil
}
