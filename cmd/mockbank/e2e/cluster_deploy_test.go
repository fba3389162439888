package e2e

import (
	"debug/elf"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// deployed reads a file of the folder deploy.
func deployed(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "deploy", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The configurations that are deployed are good ones, play the specification, and with the token that the deployment
// brings its sessions and their clocks can be reached, without it nothing of the admin API can.
func TestDeployedConfigurations(t *testing.T) {
	t.Parallel()
	_, inMap, found := strings.Cut(deployed(t, "kubernetes/configmap.yaml"), "mockbank.yaml: |\n")
	if !found {
		t.Fatal("the ConfigMap holds no mockbank.yaml")
	}
	for name, text := range map[string]string{
		"ConfigMap": strings.ReplaceAll(inMap, "\n    ", "\n")[4:],
		"compose":   deployed(t, "compose/conf/mockbank.yaml"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := writeConfig(t, text)
			if out, err := exec.Command(shipped, "validate", config).CombinedOutput(); err != nil || !strings.Contains(string(out), " 0 warnings") {
				t.Errorf("%v\n%s", err, out)
			}
			s := prepared(t, setup{config: config})
			s.cmd.Env = append(s.cmd.Env, "MOCKBANK_ADMIN_TOKEN=token-of-the-deployment")
			s.run(t)
			t.Cleanup(func() { s.end(t) })
			s.awaitListening(t)
			s.playsTheTable(t)
			for token, want := range map[string]int{"token-of-the-deployment": http.StatusOK, "": http.StatusUnauthorized} {
				if got := s.turnsClock(t, token); got != want {
					t.Errorf("with the token %q a session's clock answers %d, want %d", token, got, want)
				}
			}
		})
	}
}

// turnsClock turns a session's clock with a token, and returns the answer's status.
func (s *server) turnsClock(t *testing.T, token string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/admin/v1/sessions/deployed/clock", strings.NewReader(`{"advance": "2s"}`))
	must(t, err)
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := s.client.Do(request)
	must(t, err)
	must(t, answer.Body.Close())
	return answer.StatusCode
}

// The token comes from a Secret, which the Deployment names as the kustomization makes it, and compose gives both nodes one.
func TestDeploymentsBringTheToken(t *testing.T) {
	t.Parallel()
	var deployment struct {
		Spec struct {
			Template struct {
				Spec struct {
					Containers []struct {
						Env []struct {
							Name      string
							ValueFrom struct {
								SecretKeyRef struct{ Name, Key string } `yaml:"secretKeyRef"`
							} `yaml:"valueFrom"`
						}
					}
				}
			}
		}
	}
	must(t, yaml.Unmarshal([]byte(deployed(t, "kubernetes/deployment.yaml")), &deployment))
	var kustomization struct {
		SecretGenerator []struct {
			Name string
			Envs []string
		} `yaml:"secretGenerator"`
	}
	must(t, yaml.Unmarshal([]byte(deployed(t, "kubernetes/kustomization.yaml")), &kustomization))
	made := kustomization.SecretGenerator[0]
	found := false
	for _, variable := range deployment.Spec.Template.Spec.Containers[0].Env {
		from := variable.ValueFrom.SecretKeyRef
		found = found || variable.Name == "MOCKBANK_ADMIN_TOKEN" && from.Name == made.Name && strings.Contains(deployed(t, "kubernetes/"+made.Envs[0]), "\n"+from.Key+"=")
	}
	if !found {
		t.Errorf("no Secret of the kustomization gives the Deployment its MOCKBANK_ADMIN_TOKEN: %+v", deployment)
	}
	var compose struct {
		Services map[string]struct{ Environment map[string]string }
	}
	must(t, yaml.Unmarshal([]byte(deployed(t, "compose/compose.yaml")), &compose))
	for _, node := range []string{"node-1", "node-2"} {
		if compose.Services[node].Environment["MOCKBANK_ADMIN_TOKEN"] == "" {
			t.Errorf("compose gives %s no MOCKBANK_ADMIN_TOKEN", node)
		}
	}
}

// The image of a release is the one that the Dockerfile makes, but for where the program comes from.
func TestBothImagesAreAlike(t *testing.T) {
	t.Parallel()
	const begin = "COPY mockbank.yaml "
	_, own, _ := strings.Cut(deployed(t, "Dockerfile"), begin)
	_, released, found := strings.Cut(deployed(t, "Dockerfile.release"), begin)
	if !found || own != released {
		t.Errorf("Dockerfile ends with\n%s\nand Dockerfile.release with\n%s", own, released)
	}
}

// What the Dockerfile builds needs nothing that an empty image does not have.
func TestImageIsStatic(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("MISSING: Linux, which the image is for")
	}
	_, build, found := strings.Cut(deployed(t, "Dockerfile"), "RUN CGO_ENABLED=0 go ")
	if !found {
		t.Fatal("the Dockerfile builds no static binary")
	}
	build, _, _ = strings.Cut(build, "\n")
	binary := filepath.Join(t.TempDir(), "mockbank")
	command := exec.Command("sh", "-c", "CGO_ENABLED=0 go "+strings.ReplaceAll(build, "/out/mockbank", binary))
	command.Dir = filepath.Join("..", "..", "..")
	command.Env = append(os.Environ(), "VERSION=v1.2.3", "COMMIT=5eed", "DATE=2026-11-24T09:00:00Z")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if said, err := exec.Command(binary, "version").Output(); !strings.HasPrefix(string(said), "mockbank v1.2.3, commit 5eed, 2026-11-24T09:00:00Z, go") {
		t.Errorf("it says it is %s (%v)", said, err)
	}
	file, err := elf.Open(binary)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	for _, part := range file.Progs {
		if part.Type == elf.PT_INTERP {
			t.Error("the binary wants a dynamic linker")
		}
	}
	if libraries, err := file.ImportedLibraries(); err == nil && len(libraries) > 0 {
		t.Errorf("the binary wants %v", libraries)
	}
}
