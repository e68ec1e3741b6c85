//go:build unix

package source

import (
	"os"
	"syscall"
)

// openFlags keep a named pipe from blocking and a terminal from becoming ours.
const openFlags = os.O_RDONLY | syscall.O_NONBLOCK | syscall.O_NOCTTY

const hasModes = true
