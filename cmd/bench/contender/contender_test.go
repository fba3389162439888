package contender

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// Every configuration holds every password, and the marker that its answers are known by.
func TestContents(t *testing.T) {
	t.Parallel()
	s := &Setup{Folder: "folder", Address: "127.0.0.1:8080", Admin: "127.0.0.1:8081", Stubs: 3}
	program := []string{"runtime", "program"}
	for name, c := range map[string]*Contender{
		"mockbank": Mockbank("mockbank"), "durable": Durable("mockbank"), "wiremock": wireMock(program), "mockserver": mockServer(program),
		"mountebank": mountebank(program), "mockoon": mockoon(program), "prism": prism(program), "json-server": jsonServer(program),
		"hoverfly": hoverfly(program[:1]),
	} {
		content := string(c.content(s, "MARKER_7"))
		if strings.HasSuffix(c.file, ".json") && !json.Valid([]byte(content)) {
			t.Errorf("%s: its configuration is not JSON:\n%s", name, content)
		}
		for i := range s.Stubs {
			if !strings.Contains(content, Password(i)) {
				t.Errorf("%s does not know the password %s", name, Password(i))
			}
			if !strings.Contains(string(c.request(s, i)), Password(i)) {
				t.Errorf("%s is not asked for the password %s", name, Password(i))
			}
		}
		if !strings.Contains(content, "MARKER_7") {
			t.Errorf("%s does not answer with the marker", name)
		}
		if command := strings.Join(c.command(s), " "); !strings.Contains(command, "8080") && !strings.Contains(content, "8080") {
			t.Errorf("%s is not told its port: %s", name, command)
		}
		if !c.Reloads() {
			t.Errorf("%s has no way to reload", name)
		}
	}
}

func TestWhatCannotBeHadSaysWhy(t *testing.T) {
	t.Parallel()
	r := recipe{
		"name", func(context.Context, Cache) ([]string, error) { return nil, errors.New("npm is not installed") }, mountebank,
	}
	if c := r.prepare(t.Context(), Cache{}); c.Missing != "npm is not installed" || c.Name != "name" {
		t.Errorf("contender %+v", c)
	}
	if _, err := Peers(t.Context(), Cache{}, []string{"nothing"}, map[string]string{"unheard": "path"}); err == nil || !strings.Contains(err.Error(), "unheard") {
		t.Errorf("error %v, want one that names the peer nobody knows", err)
	}
}
