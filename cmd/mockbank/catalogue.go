package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/mockbank/mockbank/scenarios"
	"github.com/mockbank/mockbank/scenarios/catalogue"
)

func newCatalogueCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "catalogue",
		Short: "List the ready-made packs of scenarios",
		Long: `Lists the ready-made packs of scenarios with the password that brings each case about, what then
happens, and the real systems that behave so. A configuration plays a pack that it includes:

  include: [catalogue:imports, catalogue:outages]

The passwords of a pack mean the same for every user of every bank of the configuration.`,
		Example: "  mockbank catalogue\n  mockbank catalogue --format json\n  mockbank catalogue show imports > my-imports.yaml",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return listCatalogue(cmd.OutOrStdout(), format)
		},
	}
	cmd.Flags().StringVar(&format, "format", "table", "the list's form: table, json or markdown")
	completeWords(cmd, "format", "table", "json", "markdown")
	cmd.AddCommand(newCatalogueShowCommand())
	return cmd
}

func newCatalogueShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "show PACK",
		Short:   "Print a pack's YAML, to read it or to make it one's own",
		Example: "  mockbank catalogue show limits\n  mockbank catalogue show imports > my-imports.yaml",
		Args:    needs(1, 1, "a pack, as `mockbank catalogue` lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return showPack(cmd.OutOrStdout(), args[0])
		},
		ValidArgsFunction: completePacks,
	}
}

func listCatalogue(out io.Writer, format string) error {
	packs, err := scenarios.Packs(catalogue.Files)
	if err != nil {
		return err
	}
	switch format {
	case "table":
		return writePackTable(out, packs)
	case "json":
		return writePackJSON(out, packs)
	case "markdown":
		_, err := io.WriteString(out, packPage(packs))
		return err
	default:
		return oneOf("format", format, "table", "json", "markdown")
	}
}

func writePackTable(out io.Writer, packs []scenarios.Pack) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for i, pack := range packs {
		if i > 0 {
			_, _ = fmt.Fprintln(table) // a failure shows at the flush
		}
		_, _ = fmt.Fprintf(table, "catalogue:%s\n%s\n", pack.Name, pack.About)
		for _, one := range pack.Scenarios {
			_, _ = fmt.Fprintf(table, "  %s\t%s\t%s\n", one.Trigger(), one.Description, strings.Join(one.SeenAt(), ", "))
		}
	}
	return table.Flush()
}

// packJSON is a pack as `--format json` tells it.
type packJSON struct {
	Name      string             `json:"name"`
	Include   string             `json:"include"`
	About     string             `json:"about"`
	Scenarios []packScenarioJSON `json:"scenarios"`
}

type packScenarioJSON struct {
	Name    string   `json:"name"`
	Trigger string   `json:"trigger"`
	Outcome string   `json:"outcome"`
	SeenAt  []string `json:"seen_at"`
	Tags    []string `json:"tags"`
}

func writePackJSON(out io.Writer, packs []scenarios.Pack) error {
	list := make([]packJSON, len(packs))
	for i, pack := range packs {
		list[i] = packJSON{Name: pack.Name, Include: "catalogue:" + pack.Name, About: pack.About}
		for _, one := range pack.Scenarios {
			list[i].Scenarios = append(list[i].Scenarios, packScenarioJSON{one.Name, one.Trigger(), one.Description, one.SeenAt(),
				one.Tags})
		}
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(map[string]any{"packs": list})
}

func showPack(out io.Writer, name string) error {
	packs, err := scenarios.Packs(catalogue.Files)
	if err != nil {
		return err
	}
	name = strings.TrimPrefix(name, "catalogue:")
	for _, pack := range packs {
		if pack.Name == name {
			_, err := io.WriteString(out, pack.Text)
			return err
		}
	}
	if near := nearestNames(packNames(packs), name); near != "" {
		return fmt.Errorf("no pack is called %q; did you mean %s?", name, near)
	}
	return fmt.Errorf("no pack is called %q; there are %s", name, strings.Join(packNames(packs), ", "))
}

func packNames(packs []scenarios.Pack) []string {
	names := make([]string, len(packs))
	for i, pack := range packs {
		names[i] = pack.Name
	}
	return names
}

func completePacks(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	packs, err := scenarios.Packs(catalogue.Files)
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []cobra.Completion
	for _, pack := range packs {
		names = append(names, cobra.CompletionWithDesc(pack.Name, pack.About))
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
