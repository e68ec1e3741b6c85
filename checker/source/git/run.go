package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Why git gives no facts.
var (
	ErrNoProgram = errors.New("no git program")
	ErrForeign   = errors.New("the repository belongs to another user")
	ErrTooLarge  = errors.New("larger than the limit")
)

// Limits of one call of the program.
const (
	maxOutput = 256 << 20
	patience  = 30 * time.Second // where the context sets no deadline of its own
)

// settings override what a repository could say to make git start a program, reach the network, read a file of its choice,
// or write. Some can't do harm to the few commands that are called here; they stand so that nobody has to know which.
var settings = []string{
	"core.fsmonitor=false",
	"core.hooksPath=" + os.DevNull,
	"core.attributesFile=" + os.DevNull,
	"core.excludesFile=" + os.DevNull,
	"core.sshCommand=false",
	"core.askPass=",
	"core.editor=false",
	"core.pager=",
	"core.gitProxy=",
	"core.alternateRefsCommand=",
	"core.untrackedCache=false",
	"credential.helper=",
	"diff.external=",
	"diff.orderFile=" + os.DevNull,
	"diff.ignoreSubmodules=all",
	"protocol.allow=never",
	"submodule.recurse=false",
	"gc.auto=0",
	"maintenance.auto=false",
}

// arguments are the program's arguments before a command.
func arguments(more ...string) []string {
	args := []string{"--no-pager", "--no-optional-locks", "--no-replace-objects"}
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	return append(args, more...)
}

// environment is all that the program is told; nothing of the checker's own gets in. There is no PATH: the commands called
// here are part of the program, and what is not found can't be started. GIT_ALLOW_PROTOCOL counts above protocol.NAME.allow,
// which the repository could set.
func environment(more ...string) []string {
	return append([]string{
		"LC_ALL=C",
		"GIT_CONFIG_NOSYSTEM=1",
		"GIT_CONFIG_SYSTEM=" + os.DevNull,
		"GIT_CONFIG_GLOBAL=" + os.DevNull,
		"GIT_ATTR_NOSYSTEM=1",
		"GIT_NO_LAZY_FETCH=1",
		"GIT_ALLOW_PROTOCOL=none",
		"GIT_OPTIONAL_LOCKS=0",
		"GIT_TERMINAL_PROMPT=0",
		"GIT_PAGER=",
		"GIT_EDITOR=false",
	}, more...)
}

// command is a call of git in the repository, found there and nowhere above, whatever core.worktree says.
func (r *Repo) command(ctx context.Context, args ...string) (*exec.Cmd, error) {
	program, err := exec.LookPath("git")
	if err != nil {
		return nil, fmt.Errorf("git can't be asked about %q: %w", r.root, ErrNoProgram)
	}
	var pre []string
	for _, dir := range r.safeDirectories() {
		pre = append(pre, "-c", "safe.directory="+dir)
	}
	cmd := exec.CommandContext(ctx, program, append(pre, arguments(args...)...)...)
	cmd.Dir = r.root
	cmd.Env = environment("GIT_CEILING_DIRECTORIES="+filepath.Dir(r.root), "GIT_WORK_TREE="+r.root)
	if r.index != "" {
		cmd.Env = append(cmd.Env, "GIT_INDEX_FILE="+r.index)
	}
	cmd.WaitDelay = time.Second
	return cmd, nil
}

// run calls git and gives what it printed.
func (r *Repo) run(ctx context.Context, args ...string) ([]byte, error) {
	out, err := r.once(ctx, args...)
	if errors.Is(err, ErrForeign) && r.trust(ctx) {
		out, err = r.once(ctx, args...)
	}
	return out, err
}

func (r *Repo) once(ctx context.Context, args ...string) ([]byte, error) {
	return r.under(ctx, nil, args...)
}

// under calls git with more in its environment.
func (r *Repo) under(ctx context.Context, env []string, args ...string) ([]byte, error) {
	ctx, cancel := patient(ctx)
	defer cancel()
	cmd, err := r.command(ctx, args...)
	if err != nil {
		return nil, err
	}
	cmd.Env = append(cmd.Env, env...)
	out, complaint := &limited{left: maxOutput, stop: cancel}, &limited{left: 4096}
	cmd.Stdout, cmd.Stderr = out, complaint
	err = cmd.Run()
	if out.over {
		return nil, fmt.Errorf("git prints too much about %q: %w", r.root, ErrTooLarge)
	}
	if err != nil {
		return nil, r.failure(ctx, err, complaint.String())
	}
	return out.Bytes(), nil
}

func patient(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, patience)
}

// failure says why a call of git failed.
func (r *Repo) failure(ctx context.Context, err error, complaint string) error {
	if ctx.Err() != nil {
		return fmt.Errorf("git took too long to answer about %q: %w", r.root, ctx.Err())
	}
	if strings.Contains(complaint, "dubious ownership") {
		return fmt.Errorf("git does not answer about %q: %w; if you trust it, run: git config --global --add safe.directory %s",
			r.root, ErrForeign, r.root)
	}
	first, _, _ := strings.Cut(strings.TrimSpace(complaint), "\n")
	return fmt.Errorf("git could not be asked about %q: %s: %w", r.root, strings.TrimPrefix(first, "fatal: "), err)
}

// trust looks up which repositories of others the user declared safe. Git heeds that setting only from the user's and the
// system's own configuration, which is otherwise not read; it is asked for outside of any repository.
func (r *Repo) trust(ctx context.Context) bool {
	r.safeMu.Lock()
	defer r.safeMu.Unlock()
	if r.safe != nil {
		return len(r.safe) > 0
	}
	program, err := exec.LookPath("git")
	if err != nil {
		return false
	}
	home, homeErr := os.UserHomeDir()
	r.safe = []string{}
	for _, scope := range []string{"--system", "--global"} {
		if scope == "--global" && homeErr != nil {
			continue
		}
		ctx, cancel := patient(ctx)
		cmd := exec.CommandContext(ctx, program, "config", scope, "-z", "--get-all", "safe.directory")
		cmd.Dir = filepath.VolumeName(r.root) + string(filepath.Separator)
		cmd.Env = []string{"LC_ALL=C", "HOME=" + home}
		out := &limited{left: 1 << 20, stop: cancel}
		cmd.Stdout = out
		err := cmd.Run()
		cancel()
		if err != nil {
			continue // not set there
		}
		for dir := range bytes.SplitSeq(bytes.TrimSuffix(out.Bytes(), []byte{0}), []byte{0}) {
			r.safe = append(r.safe, string(dir))
		}
	}
	return len(r.safe) > 0
}

func (r *Repo) safeDirectories() []string {
	r.safeMu.Lock()
	defer r.safeMu.Unlock()
	return r.safe
}

// limited takes so many bytes and drops the rest; the first one over ends the program.
type limited struct {
	bytes.Buffer
	left int
	over bool
	stop context.CancelFunc
}

var _ io.Writer = (*limited)(nil)

func (l *limited) Write(p []byte) (int, error) {
	if len(p) > l.left {
		l.over = true
		if l.stop != nil {
			l.stop()
		}
		l.Buffer.Write(p[:l.left])
		l.left = 0
		return len(p), nil
	}
	l.left -= len(p)
	return l.Buffer.Write(p)
}
