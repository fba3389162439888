# `make test` is all a contributor needs; .ci/run adds the linters.

.PHONY: build test generate check check-tools site profile

# The binary, static, as it is shipped. The profile says what is worth inlining; a plain go build or go run compiles without.
build:
	CGO_ENABLED=0 go build -trimpath -pgo=cmd/mockbank/release.pgo -tags mcp -o bin/mockbank ./cmd/mockbank

# Takes the profile anew, of logins, polls and declared endpoints over HTTP and SQLite. An old one does no harm: what is not
# there any more is passed over.
profile:
	go test -trimpath -o bin/app.test -run '^$$' -bench Declared -benchtime 15000x \
		-cpuprofile $(CURDIR)/cmd/mockbank/release.pgo ./cmd/app

# Every test, with the race detector. The end-to-end tests run last and alone: what they start shares the machine with them only.
# The limit is a package's, for tests that hang; the longest package takes six minutes of a machine that has nothing else to do,
# and ten times as long beside a load of ten.
TEST_LIMIT ?= 60m
test:
	@.ci/requirements
	@go run ./cmd/testreport -alone ./cmd/mockbank/e2e/... -- -race -timeout $(TEST_LIMIT)

generate:
	go generate ./...

# The tools of other people that mockbank's users have, at pinned versions, on what mockbank promises them: linters,
# generated clients that play the table through a validating proxy, Prometheus. From nothing that is three minutes on two
# cores (200 s of processor time), and more where Go has not compiled the tools before. Linters and generators that passed the same
# description before are not tried again; the clients are, and then it takes half a minute.
check-tools:
	.ci/contract/check

# The documentation as a static site, in bin/site.
site:
	.ci/site/build bin/site

check:
	.ci/run
