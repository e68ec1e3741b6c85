package source

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// ErrCircle is a circle of links; it is an ErrOutside, since it leads nowhere in the root.
var ErrCircle = fmt.Errorf("a circle of links: %w", ErrOutside)

// sentence is an error whose text is for the user and whose cause is for errors.Is.
type sentence struct {
	text  string
	cause error
}

func (e *sentence) Error() string { return e.text }
func (e *sentence) Unwrap() error { return e.cause }

func say(cause error, format string, args ...any) error {
	return &sentence{fmt.Sprintf(format, args...), cause}
}

// explain turns what the system said about a file into a sentence with one of this package's causes. shown is the name that
// the user knows the file by.
func explain(shown string, err error) error {
	var done *sentence
	switch {
	case err == nil || errors.As(err, &done):
		return err
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return say(fs.ErrNotExist, "%q does not exist", shown)
	case errors.Is(err, syscall.EINVAL), errors.Is(err, syscall.ENAMETOOLONG), errors.Is(err, fs.ErrInvalid):
		return say(fs.ErrNotExist, "%q does not exist: the system allows no such name", shown)
	case errors.Is(err, fs.ErrPermission):
		return say(fs.ErrPermission, "%q may not be read: permission denied; run the check as a user who may read it", shown)
	case errors.Is(err, syscall.ELOOP):
		return say(ErrCircle, "%q can't be read: its links lead in a circle", shown)
	case errors.Is(err, syscall.ENXIO):
		return say(ErrNotRegular, "%q can't be read: it is a socket or a device, not a regular file", shown)
	case escapes(err):
		return say(ErrOutside, "%q is not read: it is a link that leaves the folder being checked", shown)
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return say(err, "%q can't be read: %v", shown, err)
}

// escapes tells an os.Root's refusal of a path that leaves it. The error has no name of its own; a test holds the text.
func escapes(err error) bool {
	var p *fs.PathError
	return errors.As(err, &p) && p.Err != nil && p.Err.Error() == "path escapes from parent"
}

func notRegular(shown string, mode fs.FileMode) error {
	what := "it is not a regular file"
	switch {
	case mode.IsDir():
		what = "it is a folder, not a file"
	case mode&fs.ModeSymlink != 0:
		what = "it is a symbolic link, which is not followed here"
	case mode&fs.ModeNamedPipe != 0:
		what = "it is a named pipe, not a regular file"
	case mode&fs.ModeSocket != 0:
		what = "it is a socket, not a regular file"
	case mode&fs.ModeDevice != 0:
		what = "it is a device, not a regular file"
	}
	return say(ErrNotRegular, "%q can't be read: %s", shown, what)
}

func tooLarge(shown string, limit int64) error {
	return say(ErrTooLarge, "%q is not read: it is larger than the limit of %d MiB", shown, limit>>20)
}
