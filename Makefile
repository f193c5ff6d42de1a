# Two commands for a new machine: `make run` (the product up) and `make test` (everything, installing what it needs).
.DEFAULT_GOAL := help
.PHONY: help run test build web ground openapi figures eval bench-safety docs pictures release install lint soak clean

help:       ## What there is to do
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */  make \1\t/' | expand -t 24

run:        ## Build what is missing and serve: your cluster with KUBECONFIG, else the practice cluster
	@scripts/run.sh $(ARGS)

test:       ## Everything: formatting, lints, unit, control plane, web, browser
	@scripts/test.sh

build:      ## The binary with the web app in it
	@scripts/build.sh

web:        ## The web app alone
	@scripts/web.sh

ground:     ## The programs of the practice cluster
	@scripts/ground.sh

openapi:    ## Write the OpenAPI document that the web app's types come from
	cargo run --quiet --package kubechat -- openapi | node -e \
	  'process.stdout.write(JSON.stringify(JSON.parse(require("fs").readFileSync(0)), null, 4) + "\n")' > web/openapi.json.new
	mv web/openapi.json.new web/openapi.json

figures:    ## Measure side by side and print the ratios
	@scripts/build.sh
	@benches/figures.sh

eval:       ## How well words become commands, per verb and style; PROVIDER=NAME of your configuration beside the built-in engine
	$(if $(PROVIDER),@scripts/build.sh)
	cargo run --locked --quiet --profile fast --package kubechat-translate --example eval -- $(SETS) $(if $(RECORD),--record=$(RECORD)) \
	  $(if $(PROVIDER),--program="target/fast/kubechat translate --stdin --output json --provider $(PROVIDER)")

bench-safety: ## How often a line is misjudged: ours, or TOOL="command" (tests/safety)
	@scripts/bench-safety.sh

docs:       ## Write docs/commands.md from the language's own grammar
	cargo run --locked --quiet --package kubechat-safety --example commands > docs/commands.md.new
	mv docs/commands.md.new docs/commands.md

pictures:   ## Take the pictures of README and docs from the real app
	@scripts/build.sh
	@scripts/pictures.sh

release:    ## The small binary: target/release/kubechat
	@scripts/web.sh
	cargo build --locked --release --package kubechat

install:    ## kubechat, and kubectl-chat as a kubectl plugin, into PREFIX (default /usr/local)
	install -D -m 0755 target/fast/kubechat $(or $(PREFIX),/usr/local)/bin/kubechat
	ln -sf kubechat $(or $(PREFIX),/usr/local)/bin/kubectl-chat

lint:       ## Formatting and lints only
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- --deny warnings

soak:       ## The same tests with large counts, then fuzzing (FUZZ_SECONDS for each target)
	@scripts/soak.sh

clean:      ## Remove what was built here (the ground stays in its cache)
	rm -rf target web/dist web/node_modules web/codegen/node_modules tests/browser/node_modules
