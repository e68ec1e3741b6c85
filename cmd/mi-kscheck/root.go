package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/mi-kscheck/mi-kscheck/checker/report"
)

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "mi-kscheck",
		Short: "Check the keystores of WSO2 Micro Integrator deployments",
		Long: `mi-kscheck reads deployment.toml as Micro Integrator would, opens the keystores and truststores that it names, and says what
is wrong with them, where, and what to do. It starts no server, needs no Java, writes nothing, and uses no network.`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.CompletionOptions.HiddenDefaultCmd = false
	root.AddCommand(newCheck(), newInput(), newRules(), newExplain(), newVersion())
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usage("%s; see '%s --help'", err, c.CommandPath())
	})
	return root
}

// clean makes a message fit for a terminal line by line.
func clean(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = report.Clean(lines[i])
	}
	return strings.Join(lines, "\n")
}
