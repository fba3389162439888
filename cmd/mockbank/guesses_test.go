package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
)

func TestNaturalGuessesGetHelp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"serve", "--port", "9000"}, "did you mean --listen 127.0.0.1:9000?"},
		{[]string{"serve", "--port=9000"}, "did you mean --listen 127.0.0.1:9000?"},
		{[]string{"serve", "-p", "9000"}, "did you mean --listen 127.0.0.1:9000?"},
		{[]string{"serve", "--db", "x.db"}, "did you mean --database x.db?"},
		{[]string{"serve", "--lissten", ":1"}, "did you mean --listen?"},
		{[]string{"serve", "--debug"}, "did you mean --log-level debug?"},
		{[]string{"serve", "--listen", "9000"}, "write an address and a port: 127.0.0.1:9000"},
		{[]string{"serve", "--listen", "localhost"}, "such as localhost:8080"},
		{[]string{"serve", "--log-level", "debgu"}, "did you mean debug?"},
		{[]string{"serve", "--log-format", "xml"}, "use auto, pretty or json"},
		{[]string{"validate", "--format", "jsno", "x.yaml"}, "did you mean json?"},
		{[]string{"test", "--filter", "tan"}, "did you mean --run tan?"},
		{[]string{"explain", "--user", "tester"}, "did you mean --username tester?"},
		{[]string{"catalogue", "show"}, "name a pack"},
		{[]string{"schema", "x"}, "\"x\" is one too many: mockbank schema takes flags only"},
		{[]string{"help", "nosuch"}, "there is no command \"nosuch\""},
		{[]string{"help", "serv"}, "did you mean serve?"},
		{[]string{"fmt", "nofile.yaml"}, "the file nofile.yaml is not there"},
		{[]string{"fmt", "."}, ". is a folder: name its files"},
		{[]string{"graph", "nosuch", "--config", shipped}, "there are success, challenge-required"},
		{[]string{"test", "--config", shipped, "nofile_test.yaml"}, "`mockbank new test` writes one"},
		{[]string{"new", "scenario", "--config", shipped, "--name", "a", "--password", "a", "--import-fails-at", "fifty"}, "--import-fails-at: \"fifty\" is no percentage"},
		{[]string{"new", "scenario", "--config", shipped, "--name", "a", "--password", "a", "--after", "5"}, "did you mean \"5s\"?"},
		{[]string{"new", "scenario", "--config", shipped, "--name", "a", "--password", "a", "--status", "TAN"}, "CHALLENGE_RESPONSE_REQUIRED"},
	} {
		command(t, "", c.args...).wants(t, 1, "", c.says)
	}
}

func TestVariablesThatNothingReads(t *testing.T) {
	t.Parallel()
	config := filepath.Join(t.TempDir(), "mockbank.yaml")
	if err := os.WriteFile(config, []byte("# ${env:MOCKBANK_SECRET}\nbanks: [{slug: A}]\nscenarios: [{name: all, authentication: AUTHENTICATED}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), terminal{
		args: []string{"explain", "--config", config}, lookupEnv: func(string) (string, bool) { return "", false }, stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr,
		environ: []string{
			"MOCKBANK_PORT=9000", "MOCKBANK_LOG_LEVLE=debug", "MOCKBANK_XYZZY=1", "MOCKBANK_SECRET=s3cret", "MOCKBANK_LISTEN=:1", "PATH=/bin",
			"MOCKBANK_SERVICE_HOST=10.0.0.1", "MOCKBANK_PORT_8080_TCP=tcp://10.0.0.1:8080", "MOCKBANK_API_PORT=tcp://10.0.0.1:1",
		},
	})
	want := "mockbank: warning: nothing reads the environment variable MOCKBANK_PORT; did you mean MOCKBANK_LISTEN=127.0.0.1:9000?\n" +
		"mockbank: warning: nothing reads the environment variable MOCKBANK_LOG_LEVLE; did you mean MOCKBANK_LOG_LEVEL?\n" +
		"mockbank: warning: nothing reads the environment variable MOCKBANK_XYZZY\n"
	if code != 0 || stderr.String() != want {
		t.Errorf("exit %d, it says\n%swant\n%s", code, stderr.String(), want)
	}
}

// Whatever reads from a terminal ends when Ctrl-C is pressed.
func TestInterruptEndsWhatReads(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"fmt", "-"}, {"validate", "-"}} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			in, silent := io.Pipe()
			defer silent.Close() //nolint:errcheck // ends the read that was left behind
			var stderr bytes.Buffer
			ended := make(chan int, 1)
			go func() {
				ended <- run(ctx, terminal{args: args, lookupEnv: func(string) (string, bool) { return "", false }, stdin: in, stdout: io.Discard, stderr: &stderr})
			}()
			synctest.Wait()
			cancel()
			if code := <-ended; code != exitError || !strings.Contains(stderr.String(), "interrupted") {
				t.Errorf("%v: exit %d, %s", args, code, stderr.String())
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		in, typed := io.Pipe()
		defer typed.Close() //nolint:errcheck // ends the read that was left behind
		i, answer := &interview{in: newBuffered(newInterruptible(ctx, in)), out: io.Discard}, ""
		asked := make(chan struct{})
		go func() { i.ask(&answer, "Name", true, asItIs); close(asked) }()
		synctest.Wait()
		cancel()
		<-asked
		if !errors.Is(i.err, errInterrupted) || answer != "" {
			t.Errorf("%v, %q", i.err, answer)
		}
	})
}

func newBuffered(from io.Reader) *bufio.Reader { return bufio.NewReader(from) }
