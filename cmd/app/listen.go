package app

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// warnOfOthers says who else is let in where the address is not loopback's, and what closes it.
func (a *App) warnOfOthers() {
	if loopbackOnly(a.listener.Addr()) || len(a.server.Tokens) > 0 {
		return
	}
	open, closed := "the bank's API, the phone's decisions and /metrics", "server.tokens closes the first of them"
	if a.server.AdminToken != "" {
		closed += ", server.admin_token has closed the admin API"
	}
	a.logger.Warn().Str("address", a.listener.Addr().String()).
		Msg("whoever reaches this port may use " + open + ": " + closed + "; listen on 127.0.0.1 to be alone")
}

// listenerOf names the process that listens on an address, as " (process 123)", or nothing: Linux tells of the
// processes of the same user.
func listenerOf(address string) string {
	_, port, err := net.SplitHostPort(address)
	number, atoi := strconv.ParseUint(port, 10, 16)
	if err != nil || atoi != nil {
		return ""
	}
	sockets := listening(uint16(number))
	if len(sockets) == 0 {
		return ""
	}
	handles, _ := filepath.Glob("/proc/[0-9]*/fd/*") // the pattern is a good one
	for _, handle := range handles {
		if target, err := os.Readlink(handle); err == nil && sockets[target] {
			return fmt.Sprintf(" (process %s)", strings.Split(handle, "/")[2])
		}
	}
	return ""
}

// listening returns the sockets that listen on a port, as the handles of processes call them.
func listening(port uint16) map[string]bool {
	sockets := make(map[string]bool)
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		file, err := os.Open(table)
		if err != nil {
			continue
		}
		for lines := bufio.NewScanner(file); lines.Scan(); {
			// sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode
			words := strings.Fields(lines.Text())
			const listens = "0A"
			if len(words) > 9 && words[3] == listens && strings.HasSuffix(words[1], fmt.Sprintf(":%04X", port)) {
				sockets["socket:["+words[9]+"]"] = true
			}
		}
		_ = file.Close() // it was only read
	}
	return sockets
}
