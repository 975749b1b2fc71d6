# The usual commands; `make` lists them. With another Maven: make MVN=mvn test
MVN ?= ./mvnw
SERVICE = presence-service/target/presence-service.jar
BENCH = presence-bench/target/presence-bench.jar
ONE = $(MVN) -pl presence-service -am verify -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false

.PHONY: help build run demo test it redis-tests verify fmt docs sdk site fault fuzz bench bench-short release

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

build: ## build all jars, without tests
	$(MVN) -q -Dmaven.test.skip package

run: build ## one node without Redis: http://localhost:3001/
	java -jar $(SERVICE)

demo: build ## two nodes over a redis-server of their own: http://localhost:3001/ and :3002
	@redis-server --port 6399 --save '' --appendonly no > /dev/null & redis=$$!; \
	export REDIS_URL=redis://127.0.0.1:6399 PRESENCE_REDIS_REQUIRED=false PRESENCE_DRAIN_MS=0; \
	SERVER_ID=one java -jar $(SERVICE) & one=$$!; \
	SERVER_ID=two WS_PORT=3002 OPS_PORT=9465 java -jar $(SERVICE) & two=$$!; \
	trap 'kill $$one $$two 2> /dev/null' INT TERM; \
	wait $$one; wait $$two; wait $$one $$two; \
	kill $$redis 2> /dev/null; true

test: ## unit tests
	$(MVN) test

it: ## one integration test: make it NAME=TwoNodesIT, or NAME='TwoNodesIT#method'
	$(ONE) -Dtest=NoUnit -Dit.test='$(NAME)'

redis-tests: ## the integration tests that need Redis and no other program
	$(MVN) verify -Predis -pl presence-service -am

verify: ## all tests, as CI runs them
	$(MVN) verify

fmt: ## format the Java code
	$(MVN) -q spotless:apply

docs: ## write the generated tables of the documentation anew
	$(MVN) -q -pl presence-service -am test -Dtest='*DocTest,*DocIT' -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write=true

sdk: ## write the types of presence-client/server anew, from openapi.json
	cd presence-client && { npm ls --silent > /dev/null || npm ci --no-audit --no-fund; } && npm run --silent openapi

site: ## build the documentation site into target/site, and check it
	bash site/build
	node --test site/site.test.mjs

fault: ## faults: make fault ONLY=KILL_NODE,FLUSHALL EACH=10, or ROUNDS=200 for random ones
	$(ONE) -Dtest=NoUnit -Dit.test=FaultsIT $(if $(ONLY),-Dpresence.fault.only=$(ONLY)) \
	  $(if $(EACH),-Dpresence.fault.each=$(EACH)) $(if $(ROUNDS),-Dpresence.fault.rounds=$(ROUNDS)) \
	  $(if $(SEED),-Dpresence.fault.seed=$(SEED))

fuzz: ## the fuzzers: make fuzz INPUTS=10000000
	$(ONE) -Dtest='*FuzzTest' -Dit.test=HostileTrafficIT $(if $(INPUTS),-Dpresence.fuzz.inputs=$(INPUTS))

bench: build ## some budgets: make bench ONLY=fanout-20x10,nodes-20x10
	java -jar $(BENCH) budgets $(if $(ONLY),--only $(ONLY),--list)

bench-short: build ## cost against the commit before, in five minutes: make bench-short BEFORE=main
	rm -rf target/before && git worktree prune && git worktree add -f --detach target/before $(or $(BEFORE),HEAD~1)
	cd target/before && $(MVN) -q -DskipTests package -pl presence-service -am
	java -jar $(BENCH) budgets --short --before target/before/$(SERVICE); \
	status=$$?; git worktree remove --force target/before; exit $$status

release: ## write a version into all files: make release VERSION=1.2.3, then 1.3.0-SNAPSHOT
	node .ci/release.mjs set $(VERSION)
	node .ci/release.mjs check $(VERSION)
