# `make run` and `make test` are all that a newcomer needs.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

ADDR    ?= 127.0.0.1:8080
DATA    ?= data/demo
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GOFLAGS_BUILD := -trimpath -ldflags '-s -w -X plumbline/internal/cli.Version=$(VERSION)'
TOOLS   := bin/tools

.PHONY: help run build web generate check test bench clean deps
help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## build and start Plumbline with the demo site
	bin/plumbline demo --addr $(ADDR) --data $(DATA)

build: web ## bin/plumbline, the web app within
	CGO_ENABLED=0 go build -tags nodynamic $(GOFLAGS_BUILD) -o bin/plumbline ./cmd/plumbline

web: internal/webui/dist/index.html ## the web app

WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/tools/node_modules -prune -o -type f -print 2>/dev/null)
internal/webui/dist/index.html: $(WEB_SOURCES) web/node_modules/.installed
	cd web && npm run --silent build

web/node_modules/.installed: web/package-lock.json web/toolchain/package-lock.json
	scripts/need node
	web/install.sh && touch $@

deps: ## install what tests need (Debian): a browser, PostgreSQL, PDF tools
	scripts/need test

generate: web/node_modules/.installed ## write what is derived: OpenAPI, API types, text catalogues
	scripts/generate

check: internal/webui/dist/index.html ## lint: gofmt, vet, golangci-lint, govulncheck, Biome, tsc
	scripts/check

test: deps build ## every test, on SQLite and PostgreSQL, and in a browser
	scripts/test

bench: deps build ## measure; see docs/BENCHMARKS.md
	scripts/bench

clean: ## remove what was built
	rm -rf bin internal/webui/dist/assets internal/webui/dist/.vite internal/webui/dist/*.* web/node_modules
