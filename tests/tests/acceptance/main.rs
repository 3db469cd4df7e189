//! The stories, in one binary. Each builds an estate of its own (account, distribution, origin,
//! Netacea's services), so all run side by side.
//!
//! * `applying`: an apply changes our slots and nothing else; the next plan is empty, here and on
//!   another machine
//! * `associating`: a published version in one more distribution: the same slots, the same rules,
//!   the same words
//! * `canary`: the staging half of a continuous deployment is taken only when it is meant, says who
//!   reaches it, and is promoted by one apply
//! * `destroying`: the distribution is as before, byte for byte; a displaced function is back; our
//!   function is gone
//! * `detaching`: the emergency switch leaves every slot in one update; the next apply takes them
//!   again
//! * `querying`: `terraform query` finds what exists; what it generates takes it over unchanged
//! * `drift`: whatever others do to our slots is in the plan, named slot by slot, and healed
//! * `two_owners`: one state replaces the whole distribution, another manages slots in it: neither
//!   loses anything to the other
//! * `updating`: a changed setting publishes a version and moves every slot to it; rotated secrets
//!   too
//! * `upgrading`: a state that release 0.1 wrote: the first plan is the one that `UPGRADING.md`
//!   promises, and its apply moves every slot without a gap
//! * `rolling_back`: a pinned version is used as it is; nothing is published until the pin is gone
//! * `attached`: a provider that runs in a debugger serves one command after another
//! * `bad_input`: mistakes are errors at plan, at their attribute, with the next step; nothing is
//!   written
//! * `between_plan_and_apply`: what others do meanwhile is applied around or told in words; never a
//!   bug of the provider's
//! * `promises`: of several resources each keeps what is its own, and none leaves a slot empty
//!   unsaid
//! * `interrupted`: stopped, or failing late: the next apply converges and no live association is
//!   lost
//! * `killed`: killed in the middle of an apply: the same
//! * `lifecycles`: versions are pruned, functions retained, made again, tagged; their logs go where
//!   they are sent
//! * `log_groups`: retention, keys and tags of a function's logs, in all regions at once
//! * `risky`: what is legal but risky is a warning at plan
//! * `hazards`: what stands around slots and makes protection useless is known at plan, is listed
//!   by the data source, changes nothing that is written, and can be acknowledged
//! * `unknown_values`: every argument may come from another resource that is not made yet
//! * `odd_documents`: a path pattern called `default`, one without its first slash, a behavior
//!   without an element for functions
//! * `refusals`: an update that CloudFront refuses for good is told with the next step, and leaves
//!   nothing half-written
//! * `permissions`: a missing permission names action and ARN; missing credentials are one error
//! * `secrets`: sensitive secrets are in the state and in no output
//! * `settings_round_trip`: every setting goes from HCL into state and zip, and back by an import
//! * `packaging`: the same configuration makes the same zip, wherever it is made
//! * `ignoring`: `ignore_changes` does what Terraform says it does, whatever it names
//! * `importing`: what runs can be taken under management without replacing it
//! * `migrating`: the functions of Netacea's own package give way together, and come back together
//!   or not at all
//! * `opentofu`: the calls that OpenTofu makes and Terraform does not, by a client of our own
//! * `in_use`: a function that a distribution uses is not deleted; what is said about it is true
//! * `turning_off`: the switches of the guide do what it says
//! * `data_sources`: a distribution is shown slot by slot; the documents hold what AWS asks for,
//!   without asking it
//! * `coverage`: which behaviors of the account are protected and which are not, in few calls
//! * `smoke_test`: a site is asked whether the edge function answers, and the answer is true
//! * `functions`: what provider functions give fits where it is used; a bad argument is an error at
//!   the argument
//! * `provider_block`: accounts that are not to be touched are not; tags that are others' are left
//!   alone
//! * `visitors`: the published zip, driven by CloudFront's events: who passes, who is stopped, what
//!   is logged
//! * `surroundings`: the zip among custom error responses and pages of other origins
//! * `examples`: every configuration in `examples/` is formatted, applies, and settles
//! * `docs`: the registry's pages are made from this schema and these examples; every attribute is
//!   described
//! * `simulator`: the edge simulator itself obeys CloudFront's rules: it is what `visitors` relies
//!   on
//! * `lab`: the lab starts, refuses strangers, plays every kind of visitor in front of any site,
//!   and stays small
//! * `arrows`: the workspace's crates depend on each other as the architecture says
//! * `module_arrows`: within a crate, files use each other in one direction only, floor by floor
//! * `messages`: whatever the provider says about AWS is proven by a test, and disproven by another
//! * `citations`: sections, laws, pages and headings that are cited exist
//!
//! The harness is the library of this crate; its map is in `src/lib.rs`. `make test` builds the
//! provider first.

mod applying;
mod arrows;
mod associating;
mod attached;
mod bad_input;
mod between_plan_and_apply;
mod canary;
mod citations;
mod coverage;
mod data_sources;
mod destroying;
mod detaching;
mod docs;
mod drift;
mod examples;
mod functions;
mod hazards;
mod ignoring;
mod importing;
mod in_use;
mod interrupted;
mod killed;
mod lab;
mod lifecycles;
mod log_groups;
mod messages;
mod migrating;
mod module_arrows;
mod odd_documents;
mod opentofu;
mod packaging;
mod permissions;
mod promises;
mod provider_block;
mod querying;
mod refusals;
mod risky;
mod rolling_back;
mod secrets;
mod settings_round_trip;
mod simulator;
mod smoke_test;
mod surroundings;
mod turning_off;
mod two_owners;
mod unknown_values;
mod updating;
mod upgrading;
mod visitors;

/// The resource of every example.
const ADDRESS: &str = "netacea_cloudfront_integration.shop";

/// The behaviors that `examples/manage-foreign-distribution` protects.
const PROTECTED: [&str; 3] = ["default", "/checkout/*", "/api/*"];

/// The example that most stories start from.
const EXAMPLE: &str = "manage-foreign-distribution";

/// The function that the examples publish.
const FUNCTION: &str = "netacea-shop";
