package main

import (
	"github.com/spf13/cobra"

	"github.com/mi-kscheck/mi-kscheck/checker/report"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// completeFlags tells a shell the values of check's options that have a fixed choice.
func completeFlags(c *cobra.Command) {
	fixed := func(values ...string) func() []string { return func() []string { return values } }
	for name, values := range map[string]func() []string{
		"format": report.Formats, "fail-on": fixed("error", "warning", "note", "never"), "min-level": fixed("error", "warning", "note"),
		"color": fixed("auto", "always", "never"), "product": fixed("mi"), "only": ruleWords, "disable": ruleWords, "enable": ruleWords,
	} {
		// It fails only for a flag that there is not, which the sessions would show.
		_ = c.RegisterFlagCompletionFunc(name, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return values(), cobra.ShellCompDirectiveNoFileComp
		})
	}
}

// ruleWords are the ways to name rules, each with its title. The catalogue is read only when a shell asks.
func ruleWords() []string {
	var words []string
	for _, r := range rules.All() {
		words = append(words, r.ID+"\t"+r.Title, r.Name)
	}
	return words
}
