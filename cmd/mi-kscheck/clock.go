package main

import (
	"time"

	"github.com/spf13/pflag"
)

// clock is the option --now.
type clock struct {
	text string
	read time.Time
}

func (c *clock) register(fs *pflag.FlagSet, help string) { fs.StringVar(&c.text, "now", "", help) }

// time gives the instant that validity is judged at. This is the one place that reads the clock, and it does so once.
func (c *clock) time() (time.Time, error) {
	if !c.read.IsZero() {
		return c.read, nil
	}
	if c.text == "" {
		c.read = time.Now()
		return c.read, nil
	}
	t, err := time.Parse(time.RFC3339, c.text)
	if err != nil {
		return time.Time{}, usage("--now takes a time like 2026-11-23T00:00:00Z, not %q", c.text)
	}
	c.read = t
	return t, nil
}
