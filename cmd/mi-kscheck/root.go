package main

import (
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newRoot(memory *collector) *cobra.Command {
	root := &cobra.Command{
		Use:   "mi-kscheck",
		Short: "Check the keystores of WSO2 Micro Integrator deployments",
		Long: `mi-kscheck reads deployment.toml as Micro Integrator would, opens the keystores and truststores that it names, and says what
is wrong with them, where, and what to do. It starts no server, needs no Java, and uses no network.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       toolVersion(),
	}
	root.AddCommand(newCheck(memory), newInspect(memory), newInput(memory), newInventory(memory), newRules(), newExplain(), newConfig(memory), newPolicy(memory),
		newMerge(memory), newWaivers(memory), newVersion())
	root.SetFlagErrorFunc(flagError)
	return root
}

// flagError words what the flag parser says.
func flagError(c *cobra.Command, err error) error {
	var value *pflag.InvalidValueError
	if !errors.As(err, &value) {
		return usage("%w; see '%s --help'", err, c.CommandPath())
	}
	f := value.GetFlag()
	switch f.Value.Type() {
	case "int":
		return usage("--%s takes a whole number, not %q", f.Name, value.GetValue())
	case "duration":
		return usage("--%s takes a duration like 90s or 5m, not %q", f.Name, value.GetValue())
	}
	return usage("%w; see '%s --help'", err, c.CommandPath())
}

// noArgs is cobra.NoArgs in words that do not take an argument for a command.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("'%s' takes no argument, not %q", c.CommandPath(), args[0])
	}
	return nil
}
