package e2e

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// One file has one bank, under whatever name, and the refusal says which process that is.
func TestOneFileUnderTwoNames(t *testing.T) {
	t.Parallel()
	first := start(t, setup{})
	second := filepath.Join(t.TempDir(), "mockbank.db")
	if err := os.Link(first.database, second); err != nil {
		t.Fatal(err)
	}
	said, code := begin(t, setup{database: second}, nil)
	checkRefusedStart(t, said, code, []string{"another mockbank is using it", strconv.Itoa(first.cmd.Process.Pid), "end that one"})
	made := first.login(t, "success")
	if got := first.do(t, "GET", basePath+"/bank_connections/authenticate/"+made.ID, nil); got.Status != 200 {
		t.Errorf("after the refusal the first answers %d", got.Status)
	}
}

// What is written into a file that nobody will find is not acknowledged.
func TestADatabaseThatIsRemovedWhileItRuns(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.login(t, "success")
	files, err := filepath.Glob(s.database + "*")
	if err != nil || len(files) < 2 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, patience, "logins are refused, and it is not ready", func() bool {
		login := s.do(t, "POST", basePath+"/bank_connections/authenticate", map[string]string{"username": "tester", "password": "success"})
		return login.Status == 503 && s.do(t, "GET", "/readyz", nil).Status == 503
	})
	s.log.await(t, "the file's absence", func(l entry) bool { return l.Level == "error" })
}
