package e2e

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
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

// The configurations that are deployed are good ones.
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
		if out, err := exec.Command(shipped, "validate", writeConfig(t, text)).CombinedOutput(); err != nil || !strings.Contains(string(out), " 0 warnings") {
			t.Errorf("%s: %v\n%s", name, err, out)
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
