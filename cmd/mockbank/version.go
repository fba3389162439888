package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mockbank/mockbank/cmd/app"
)

// These are set by the linker for releases; otherwise the build's own information serves.
var version, commit, date string

func newVersionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Long:  "Prints the version, the commit that it was built from and that commit's date, and what it was built with and for.",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "mockbank", versionLine(thisBuild()))
			return err
		},
	}
}

// versionLine describes a build in one line.
func versionLine(b app.Build) string {
	parts := []string{b.Version}
	if b.Commit != "" {
		parts = append(parts, "commit "+b.Commit)
	}
	if b.Date != "" {
		parts = append(parts, b.Date)
	}
	return strings.Join(append(parts, runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH), ", ")
}

// thisBuild is the program that runs.
func thisBuild() app.Build {
	info, _ := debug.ReadBuildInfo()
	return build(info)
}

// build tells what the program was built from: what the linker was told, else what the Go command found in the
// checkout; info may be nil.
func build(info *debug.BuildInfo) app.Build {
	b := app.Build{Version: version, Commit: commit, Date: date}
	if info == nil {
		info = &debug.BuildInfo{}
	}
	b.Version = cmp.Or(b.Version, info.Main.Version, "unknown")
	found := map[string]string{}
	for _, setting := range info.Settings {
		found[setting.Key] = setting.Value
	}
	b.Date = cmp.Or(b.Date, found["vcs.time"])
	if b.Commit == "" && found["vcs.revision"] != "" {
		b.Commit = found["vcs.revision"]
		if found["vcs.modified"] == "true" {
			b.Commit += " (modified)"
		}
	}
	return b
}
