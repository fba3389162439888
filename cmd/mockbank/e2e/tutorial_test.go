package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fence is a piece of a Markdown page between ``` and ```.
type fence struct{ language, text string }

func fencesOf(page string) []fence {
	var fences []fence
	for i, part := range strings.Split(page, "\n```") {
		if language, text, found := strings.Cut(part, "\n"); found && i%2 == 1 {
			fences = append(fences, fence{language, text})
		}
	}
	return fences
}

// The commands of the pages work, in their order, and say what the pages say.
func TestPages(t *testing.T) {
	t.Parallel()
	for name, commands := range map[string]int{
		"tutorial.md": 16, "sessions.md": 25,
		"how-to/parallel-tests.md": 3, "how-to/behind-a-proxy.md": 2, "how-to/cors.md": 3, "how-to/mcp.md": 2, "how-to/webhooks.md": 5, "how-to/load-tests.md": 3, "pages.md": 3, "consents.md": 15, "apis.md": 6, "webhooks.md": 3,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			followPage(t, name, commands)
		})
	}
}

// followPage does what a page of the documentation tells its reader to do: so many commands at least.
func followPage(t *testing.T, name string, commands int) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("MISSING: curl, which the page uses")
	}
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", name))
	if err != nil {
		t.Fatal(err)
	}
	reader := newFollower(t)
	ran := 0
	text := strings.NewReplacer("127.0.0.1:8080", reader.address, "9000", freePort(t)).Replace(string(page))
	for _, one := range fencesOf(text) {
		switch one.language {
		case "sh background":
			reader.serve(one.text)
		case "sh":
			ran++
			reader.run(one.text)
		case "text":
			reader.saw(one.text)
		}
	}
	if ran < commands {
		t.Errorf("only %d commands were found in %s", ran, name)
	}
}

// freePort is one that nobody listens at.
func freePort(t *testing.T) string {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer free.Close() //nolint:errcheck // only its port was wanted
	_, port, err := net.SplitHostPort(free.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// follower is somebody who follows a page.
type follower struct {
	t       *testing.T
	address string
	folder  string
	env     []string
	// variables is the file that takes variables from one command to the next.
	variables string
	said      string
	// patience is how long a command may take.
	patience time.Duration
}

func newFollower(t *testing.T) *follower {
	t.Helper()
	r := &follower{t: t, address: net.JoinHostPort("127.0.0.1", freePort(t)), folder: t.TempDir(), patience: patience}
	r.variables = filepath.Join(r.folder, ".variables")
	r.env = append(os.Environ(), "PATH="+filepath.Dir(shipped)+":"+os.Getenv("PATH"), "MOCKBANK_LISTEN="+r.address)
	return r
}

func (f *follower) shell(ctx context.Context, script string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "bash", "-c", script)
	cmd.Dir, cmd.Env = f.folder, f.env
	return cmd
}

// run runs a command in the folder, with the variables of those before it.
func (f *follower) run(command string) {
	f.t.Helper()
	ctx, stop := context.WithTimeout(f.t.Context(), f.patience)
	defer stop()
	script := fmt.Sprintf("set -e -o pipefail; touch %[1]q; . %[1]q\n%[2]s\nfor name in PROCESS CONNECTION BANK ADMIN PATH; do declare -p $name 2>/dev/null; done > %[1]q || true", f.variables, command)
	out, err := f.shell(ctx, script).CombinedOutput()
	f.said = string(out)
	if err != nil {
		f.t.Fatalf("%s\n%v\n%s", command, err, out)
	}
	f.settle()
}

// settle lets a running server read what the command has written, which a person is too slow to notice.
func (f *follower) settle() {
	_ = f.shell(f.t.Context(), "curl -s -m 5 -X POST http://"+f.address+"/admin/v1/reload").Run()
}

func (f *follower) saw(text string) {
	f.t.Helper()
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); !strings.Contains(f.said, line) {
			f.t.Errorf("the page says %q, but it was:\n%s", line, f.said)
		}
	}
}

// serve starts a command that goes on, and waits until the bank answers.
func (f *follower) serve(command string) {
	f.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	cmd := f.shell(ctx, "exec "+command)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = patience
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() {
		stop()
		if err := cmd.Wait(); err != nil && ctx.Err() == nil {
			f.t.Errorf("%s: %v\n%s", command, err, log.String())
		}
	})
	script := fmt.Sprintf("curl -s -o /dev/null --retry-connrefused --retry 100 --retry-delay 0 --retry-max-time %d http://%s/healthz", patience/time.Second, f.address)
	if err := f.shell(ctx, script).Run(); err != nil {
		f.t.Fatalf("%s does not answer: %v", command, err)
	}
}
