package load

import "fmt"

// Request lays a request out as it goes over the wire. A body is JSON; "" sends none.
func Request(method, address, path, body string) []byte {
	if body == "" && method == "GET" {
		return fmt.Appendf(nil, "%s %s HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\n\r\n", method, path, address)
	}
	return fmt.Appendf(nil, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		method, path, address, len(body), body)
}
