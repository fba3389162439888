package scenarios

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// longestSecretFile bounds the file that `${file:PATH}` names, in bytes.
const longestSecretFile = 64 << 10

var (
	secretPart = regexp.MustCompile(`\$\{([^}]*)\}`)
	envName    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

var secretCodes = []CodeInfo{
	{CodeBadSecret, SeverityError, "a secret from outside is not there",
		"`${env:NAME}` stands for an environment variable and `${file:PATH}` for a file's text, wherever the language has a secret. " +
			"Both must be " +
			"there and not empty, also for `mockbank validate`. A path is looked up in the configuration's folder, unless it begins " +
			"with /; a line's end " +
			"behind the text does not count.",
		"server: {admin_token: \"${env:A_VARIABLE_THAT_IS_NOT_SET}\"}\nscenarios: [{name: all, authentication: AUTHENTICATED}]\n",
		"server: {admin_token: a-long-random-text}\nscenarios: [{name: all, authentication: AUTHENTICATED}]\n"},
}

// outside returns a text with what `${env:NAME}` and `${file:PATH}` in it stand for, and the text itself where that is
// not there. No value is ever in a message.
func (c *compiler) outside(at span, text string) string {
	if !strings.Contains(text, "${") {
		return text
	}
	return secretPart.ReplaceAllStringFunc(text, func(part string) string {
		kind, name, _ := strings.Cut(part[2:len(part)-1], ":")
		value, why := "", ""
		switch kind {
		case "env":
			value, why = c.fromEnvironment(name)
		case "file":
			value, why = fromFile(c.folder, name)
		default:
			why = "a secret from outside is written ${env:NAME} or ${file:PATH}"
		}
		if why != "" {
			c.report.add(at, CodeBadSecret, "", "%s", why)
			return part
		}
		return value
	})
}

func (c *compiler) fromEnvironment(name string) (value, why string) {
	if !envName.MatchString(name) {
		return "", fmt.Sprintf("%q is no name of an environment variable", name)
	}
	poll := c.lookupEnv
	if poll == nil {
		poll = os.LookupEnv
	}
	value, found := poll(name)
	switch {
	case !found:
		return "", fmt.Sprintf("the environment variable %s is not set", name)
	case strings.TrimSpace(value) == "":
		return "", fmt.Sprintf("the environment variable %s is empty", name)
	}
	return value, ""
}

func fromFile(folder, name string) (value, why string) {
	if name == "" {
		return "", "${file:PATH} needs the path of a file"
	}
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(folder, path)
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", fmt.Sprintf("the secret's file %q is not there, or cannot be looked at", name)
	case !info.Mode().IsRegular():
		return "", fmt.Sprintf("the secret's file %q is no file", name)
	case info.Size() > longestSecretFile:
		return "", fmt.Sprintf("the secret's file %q has more than %d bytes", name, longestSecretFile)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Sprintf("the secret's file %q cannot be read by this user", name)
	}
	value = strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
	if strings.TrimSpace(value) == "" {
		return "", fmt.Sprintf("the secret's file %q is empty", name)
	}
	return value, ""
}

// serverSecrets puts what stands outside into the server's settings.
func (c *compiler) serverSecrets(server *Server) {
	server.AdminToken = c.outside(server.value("admin_token"), server.AdminToken)
	server.Database = c.outside(server.value("database"), server.Database)
	for i, token := range server.Tokens {
		server.Tokens[i] = c.outside(server.value("tokens"), token)
	}
}
