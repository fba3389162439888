package scenarios

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// Pack is a ready-made set of scenarios, for `include: catalogue:NAME`.
type Pack struct {
	Name string
	// About is what the comment at the head of the pack says.
	About string
	// Text is the pack's YAML.
	Text      string
	Scenarios []PackScenario
}

// PackScenario is one case of a pack.
type PackScenario struct {
	Name        string
	Description string
	Tags        []string
	// When holds the conditions as they are written, such as the password.
	When When
	// Lines are how many lines of 100 columns say what happens, faults for the scenario included; what it is called, when
	// it is played, and what others share with it are not counted.
	Lines int
}

// Packs reads the packs of a catalogue, by name.
func Packs(catalogue fs.FS) ([]Pack, error) {
	root := &root{files: catalogue, packs: true}
	names, err := root.yamlFiles(".")
	if err != nil {
		return nil, fmt.Errorf("the catalogue: %w", err)
	}
	packs := make([]Pack, 0, len(names))
	for _, name := range names {
		text, err := fs.ReadFile(catalogue, name)
		if err != nil {
			return nil, fmt.Errorf("the catalogue: %w", err)
		}
		pack, err := packOf(strings.TrimSuffix(name, ".yaml"), string(text))
		if err != nil {
			return nil, err
		}
		packs = append(packs, pack)
	}
	return packs, nil
}

func packOf(name, text string) (Pack, error) {
	report := &Report{}
	file := &source{name: packPrefix + name, text: text}
	pack := Pack{Name: name, About: headComment(text), Text: text}
	if root := parse(file, report); root != nil {
		lines := countLines(text, root)
		for _, scenario := range decodeDocument(file, root, report).Scenarios {
			pack.Scenarios = append(pack.Scenarios, PackScenario{
				Name: scenario.Name, Description: scenario.Description, Tags: scenario.Tags, When: scenario.When,
				Lines: lines[scenario.Name],
			})
		}
	}
	if report.HasErrors() {
		return Pack{}, fmt.Errorf("the catalogue: %s", report.Diagnostics[0])
	}
	return pack, nil
}

// headComment joins the comment lines that a text begins with.
func headComment(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		said, comment := strings.CutPrefix(strings.TrimSpace(line), "#")
		if !comment {
			break
		}
		lines = append(lines, strings.TrimSpace(said))
	}
	return strings.Join(lines, " ")
}

// Trigger tells the password that the scenario answers to, and what else must hold.
func (s *PackScenario) Trigger() string {
	trigger := AnyWord
	if password := s.When.Password; password != nil {
		trigger = password.String()
		if password.Equals != nil && len(password.OneOf) == 0 {
			trigger = *password.Equals
		}
		if password.Matches != "" {
			trigger = password.Matches
		}
	}
	for _, fact := range s.When.facts() {
		trigger += ", " + fact
	}
	return trigger
}

// Cases lists the numbers of the cases, as the tags have them.
func (s *PackScenario) Cases() []int {
	var cases []int
	for _, tag := range s.Tags {
		if text, found := strings.CutPrefix(tag, "case "); found {
			if number, err := strconv.Atoi(text); err == nil {
				cases = append(cases, number)
			}
		}
	}
	return cases
}

// seenAt is what a tag begins with that names a real system which shows the case.
const seenAt = "seen at "

// SeenAt lists the real systems that show the case.
func (s *PackScenario) SeenAt() []string {
	var systems []string
	for _, tag := range s.Tags {
		if system, found := strings.CutPrefix(tag, seenAt); found {
			systems = append(systems, system)
		}
	}
	return systems
}
