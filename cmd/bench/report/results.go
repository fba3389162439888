package report

import (
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/mockbank/mockbank/cmd/bench/measure"
)

// Results are everything that one run of the benchmark measured.
type Results struct {
	When        time.Time
	Took        time.Duration
	Machine     Machine
	Rounds      int
	Duration    time.Duration
	Connections int

	Contenders []Contender
	Samples    []measure.Sample
	Starts     []Start
	Reloads    []measure.Reload
	UnderLoad  []measure.UnderLoad
	InFlight   *measure.InFlight   `json:",omitempty"`
	OnPostgres *measure.OnPostgres `json:",omitempty"`
	// Grown are the databases of the part scale, CleanUps what became of them.
	Grown    []measure.Grown   `json:",omitempty"`
	CleanUps []measure.CleanUp `json:",omitempty"`
	// Durability is what a commit of the PostgreSQL survives that the part postgres ran on.
	Durability string `json:",omitempty"`
	// Binary is the size of mockbank's binary in bytes, Modules how many modules are in it.
	Binary  int64
	Modules int
	// Missing says what could not be measured, and why.
	Missing []Missing
}

// Contender is who took part.
type Contender struct{ Name, Family, Note string }

// Missing is what could not be measured.
type Missing struct{ Name, Why string }

// Start is one start of mockbank in an empty folder.
type Start struct {
	Took time.Duration
	Idle int64
	Rest measure.Rest
	// Live is the time from the save of a change to the first answer that shows it.
	Live time.Duration
}

// Machine is what the figures hold for.
type Machine struct {
	Processors int
	Model      string
	System, Go string
	// LoadBefore and LoadAfter are the load averages over one minute.
	LoadBefore, LoadAfter string
}

// ThisMachine describes the machine.
func ThisMachine() Machine {
	return Machine{
		Processors: runtime.NumCPU(), Model: processor(), System: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(),
		LoadBefore: loadAverage(),
	}
}

// Finish notes when the run ended.
func (r *Results) Finish() {
	r.Took = time.Since(r.When)
	r.Machine.LoadAfter = loadAverage()
}

// NotMeasured notes what could not be measured, once.
func (r *Results) NotMeasured(name, why string) {
	m := Missing{Name: name, Why: strings.Join(strings.Fields(why), " ")}
	if !slices.Contains(r.Missing, m) {
		r.Missing = append(r.Missing, m)
	}
}

func processor() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown"
	}
	_, rest, _ := strings.Cut(string(info), "model name")
	line, _, _ := strings.Cut(rest, "\n")
	_, model, _ := strings.Cut(line, ":")
	return strings.TrimSpace(model)
}

func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}
