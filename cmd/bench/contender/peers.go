package contender

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Peers installs the peers whose names contain one of the words in only (all, where there are none)
// and returns them. Those that cannot be had here say so in Missing. Given are programs that the
// user has, by name.
func Peers(ctx context.Context, cache Cache, only []string, given map[string]string) ([]*Contender, error) {
	recipes := []recipe{
		{"WireMock " + wireMockVersion, java("wiremock/build/wiremock-standalone-*.jar"), wireMock},
		{"MockServer " + mockServerVersion, java("mockserver-node/mockserver-netty-*.jar"), mockServer},
		{"mountebank " + mountebankVersion, node("mountebank/bin/mb"), mountebank},
		{"Prism " + prismVersion, node("@stoplight/prism-cli/dist/index.js"), prism},
		{"Mockoon " + mockoonVersion, node("@mockoon/cli/bin/run.js"), mockoon},
		{"json-server " + jsonServerVersion, node("json-server/lib/cli/bin.js"), jsonServer},
		{"stripe-mock " + stripeMockVersion, goProgram("stripe-mock", "github.com/stripe/stripe-mock@"+stripeMockVersion), stripeMock},
	}
	for name, path := range given {
		if name != "hoverfly" {
			return nil, fmt.Errorf("--peer %s: no recipe says how to run it; there is one for hoverfly", name)
		}
		recipes = append(recipes, recipe{"Hoverfly (as given)", own(path), hoverfly})
	}
	var all []*Contender
	for _, r := range recipes {
		if Wanted(r.name, only) {
			all = append(all, r.prepare(ctx, cache))
		}
	}
	return all, nil
}

// Wanted reports whether a name contains one of the words, whatever their case.
func Wanted(name string, only []string) bool {
	return len(only) == 0 || slices.ContainsFunc(only, func(word string) bool {
		return strings.Contains(strings.ToLower(name), strings.ToLower(word))
	})
}

// recipe is how a peer is had and run.
type recipe struct {
	name   string
	obtain obtain
	define func(program []string) *Contender
}

// obtain returns how a program's command begins.
type obtain func(ctx context.Context, cache Cache) ([]string, error)

func (r recipe) prepare(ctx context.Context, cache Cache) *Contender {
	program, err := r.obtain(ctx, cache)
	c := r.define(program)
	c.Name, c.Family = r.name, Peer
	if err != nil {
		c.Missing = err.Error()
	}
	return c
}

func java(jar string) obtain { return packaged("java", jar) }

func node(script string) obtain { return packaged("node", script) }

// packaged is a file of an npm package, and the machine's program that runs it.
func packaged(runtime, file string) obtain {
	return func(ctx context.Context, cache Cache) ([]string, error) {
		program, err := exec.LookPath(runtime)
		if err != nil {
			return nil, fmt.Errorf("%s is not installed", runtime)
		}
		modules, err := cache.npm(ctx)
		if err != nil {
			return nil, err
		}
		path, err := find(filepath.Join(modules, file))
		return []string{program, path}, err
	}
}

func goProgram(name, module string) obtain {
	return func(ctx context.Context, cache Cache) ([]string, error) {
		path, err := cache.goProgram(ctx, name, module)
		return []string{path}, err
	}
}

func own(path string) obtain {
	return func(context.Context, Cache) ([]string, error) {
		found, err := exec.LookPath(path)
		return []string{found}, err
	}
}
