# Every command does its own set-up. Tools land in .tools/, everything else in target/.
export PATH := $(CURDIR)/.tools/bin:$(PATH)

.PHONY: help setup build install uninstall demo lab test unit package lint windows bench fuzz soak docs screenshots deny advisories
.PHONY: dist dist-sums dist-test dist-check dist-notes signing-key

help: ## What there is
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile

setup: ## Check what must be there, bring the rest
	@.ci/setup

build: setup ## The provider with the edge function inside, and the test harness
	cargo build --locked --workspace

install: ## A build of this checkout where `terraform init` and `tofu init` find it without any configuration
	@.ci/setup install
	cargo build --locked --release --package terraform-provider-netacea
	cargo run --locked --quiet --package packaging -- install target/release/terraform-provider-netacea

uninstall: ## Take it away again
	cargo run --locked --quiet --package packaging -- uninstall

demo: build ## The main job, told step by step on real parts
	target/debug/demo

lab: ## Try it in front of a demo shop or your own site, on loopback (ARGS="--origin https://shop.example")
	@.ci/setup install
	@cargo build --locked --quiet --package terraform-provider-netacea --package netacea-edge-lab
	@exec target/debug/netacea-edge-lab $(ARGS)

# A story waits for processes more than it computes: with one at a time for each processor, a third
# of the machine is idle.
test: export RUST_TEST_THREADS ?= $(shell expr 2 \* $$(getconf _NPROCESSORS_ONLN))
test: build lint deny ## Every test
	@.ci/setup runtimes
	@.ci/setup browser
	cargo test --locked --workspace --no-fail-fast

unit: ## The provider, and the tests that need nothing beside it: for macOS and Windows
	cargo build --locked --package terraform-provider-netacea
	cargo test --locked --package tfplugin-rs --package netacea-edge --package netacea-edge-cipher --package terraform-provider-netacea --lib --bins -- --skip emulator_tests

package: ## The package of tfplugin-rs, built as whoever takes it from a registry builds it, and its pages
	cargo package --locked --package tfplugin-rs
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --package tfplugin-rs

lint: setup ## Formatting, lints, words and workflows
	cargo fmt --check && cargo clippy --locked --workspace --all-targets --quiet -- -D warnings
	.tools/typescript/node_modules/.bin/tsc --project function/host
	.tools/typescript/node_modules/.bin/tsc --project lab/src/console
	@.ci/comments
	@.ci/words
	@.tools/zizmor/bin/zizmor --offline --quiet --persona pedantic --strict-collection .github

windows: ## Type-check the plugin protocol for Windows, where no test runs
	@.ci/windows

bench: ## Speed, memory and size, as ratios (AREA=plugin, provider or edge; BASELINE=another build)
	@.ci/setup bench
	cargo build --locked --release --workspace --bins --examples && target/release/bench $(AREA)

fuzz: ## A million inputs for every property and fuzz target, or FUZZ_CASES
	@.ci/setup fuzz
	@.ci/fuzz

soak: build ## Every fault, death, race, load and expected value, not a sample; a million events through one instance, or EDGE_EVENTS
	@.ci/setup runtimes
	MUTATIONS=all cargo test --locked --package netacea-edge --test vectors
	EDGE_EVENTS=$${EDGE_EVENTS:-1000000} cargo test --locked --package netacea-edge --test host
	RELIABILITY=full cargo test --locked --package tfplugin-rs --test terraform conformance:: -- --nocapture
	RELIABILITY=full cargo test --locked --package acceptance --test acceptance between_plan_and_apply
	RELIABILITY=full cargo test --locked --package acceptance --test acceptance promises::
	RELIABILITY=full cargo test --locked --package acceptance --test acceptance lab::load -- --nocapture --test-threads=1
	RELIABILITY=full cargo test --locked --package acceptance --test reliability -- --nocapture --test-threads=1
	@.ci/setup browser
	RELIABILITY=full cargo test --locked --package acceptance --test browser long_list -- --nocapture

docs: build ## Registry pages, from the schema and the examples
	target/debug/docs

screenshots: build ## The guide's pictures of the lab's console
	@.ci/setup browser
	PICTURES=$(CURDIR)/docs/guides cargo test --locked --package acceptance --test browser pictures

deny: ## Licenses, duplicates and sources of every dependency
	@.ci/setup deny
	.tools/cargo-deny/bin/cargo-deny --locked check bans licenses sources

advisories: ## Known vulnerabilities of dependencies, which change every day
	@.ci/setup deny
	.tools/cargo-deny/bin/cargo-deny --locked check advisories

signing-key: ## Whether the key that signs releases is good for 90 days
	@.ci/signing-key

dist-check: signing-key ## Whether TAG may be released: its version, its notes, the signing key
	@.ci/release-notes "$$TAG"

dist-notes: ## The notes of the release TAG, with the SHA-256 of dist/netacea_edge.wasm
	@.ci/release-notes "$$TAG" dist/netacea_edge.wasm

dist: ## Everything a release consists of, in dist/, for this machine's platform or TARGETS
	@.ci/setup dist
	cargo run --locked --quiet --package packaging -- build dist $(TARGETS)
	@$(MAKE) --no-print-directory dist-sums

dist-sums: ## Checksums, mirror and, with GPG_KEY, the signature of the zips in dist/
	cargo run --locked --quiet --package packaging -- sums dist

dist-test: setup ## The zips in dist/ as their users meet them
	@.ci/setup machines
	DIST=$(CURDIR)/dist cargo test --locked --package acceptance --test shipped -- --include-ignored
