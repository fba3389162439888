package contender

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// The versions that are compared.
const (
	mountebankVersion = "2.9.1"
	mockoonVersion    = "9.9.0"
	prismVersion      = "5.16.0"
	jsonServerVersion = "0.17.4"
	wireMockVersion   = "3.13.2"
	mockServerVersion = "8.0.0"
	stripeMockVersion = "v0.197.0"
)

// npmPackages are installed together, with all that they need, where their scripts are not run.
var npmPackages = []string{
	"mountebank@" + mountebankVersion, "@mockoon/cli@" + mockoonVersion, "@stoplight/prism-cli@" + prismVersion,
	"json-server@" + jsonServerVersion, "wiremock@" + wireMockVersion, "mockserver-node@" + mockServerVersion,
}

// installPatience bounds an installation.
const installPatience = 10 * time.Minute

// Cache is a folder in which peers are installed once.
type Cache struct{ Folder string }

// npm installs the packages, and returns the folder of their modules.
func (c Cache) npm(ctx context.Context) (string, error) {
	folder := filepath.Join(c.Folder, "npm")
	modules, stamp := filepath.Join(folder, "node_modules"), filepath.Join(folder, "installed")
	wanted := strings.Join(npmPackages, "\n")
	if installed, err := os.ReadFile(stamp); err == nil && string(installed) == wanted {
		return modules, nil
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", errors.New("npm is not installed")
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(folder, "package.json"), []byte(`{"private": true}`), 0o644); err != nil {
		return "", err
	}
	arguments := append([]string{"install", "--prefix", folder, "--save-exact", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"},
		npmPackages...)
	if err := install(ctx, nil, npm, arguments...); err != nil {
		return "", err
	}
	return modules, os.WriteFile(stamp, []byte(wanted), 0o644)
}

// goProgram installs a Go program, and returns its path.
func (c Cache) goProgram(ctx context.Context, name, module string) (string, error) {
	folder := filepath.Join(c.Folder, "go", strings.NewReplacer("/", "_", "@", "_").Replace(module))
	binary := filepath.Join(folder, name)
	if _, err := os.Stat(binary); err == nil {
		return binary, nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return binary, install(ctx, []string{"GOBIN=" + folder}, "go", "install", module)
}

func install(ctx context.Context, environment []string, program string, arguments ...string) error {
	ctx, cancel := context.WithTimeout(ctx, installPatience)
	defer cancel()
	command := exec.CommandContext(ctx, program, arguments...)
	command.Env = append(os.Environ(), environment...)
	output, err := command.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s could not install it: %w: %s", filepath.Base(program), err, tail(string(output), 200))
	}
	return nil
}

// tail is the end of a text, on one line.
func tail(text string, length int) string {
	text = strings.Join(strings.Fields(text), " ")
	return text[max(0, len(text)-length):]
}

// find returns the one file that the pattern finds.
func find(pattern string) (string, error) {
	found, err := filepath.Glob(pattern)
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", fmt.Errorf("there is no %s", filepath.Base(pattern))
	}
	return found[0], nil
}
