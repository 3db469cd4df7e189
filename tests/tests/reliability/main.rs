//! Under fire: faults, deaths, races, load and hostile input, each with the number it has to reach.
//!
//! `make test` runs a seeded sample of each, `make soak` all of it (`RELIABILITY=full`);
//! `RELIABILITY_SEED` chooses another sample. Every test prints its figures as `reliability <name>
//! <value> <unit>`; `docs/guides/reliability.md` has the table of a full run. What is asserted is
//! order and outcome; times are printed.
//!
//! * `crashes`: whoever dies at whatever AWS call: the next apply converges, and nothing of anybody
//!   is lost
//! * `edge_load`: visitors wait for Protector as long as is allowed and no longer, and not at all
//!   once it is known to hang
//! * `estates`: hundreds of integrations: time and calls grow with the estate and no faster, memory
//!   stays bounded
//! * `faults`: whatever AWS and the network do to a call: it works out, or one diagnostic says why
//!   not and what to do
//! * `hostile_input`: whatever comes over the provider's socket is answered, in bounded memory
//! * `ingest_load`: every log entry arrives or is counted as dropped; copies come only where nobody
//!   can know, and are counted
//! * `long_run`: mixed load for half an hour: no growth, no stuck connection, no lost decision
//! * `races`: what colleagues do to the distribution during an apply stays; one version is
//!   published
//! * `secrecy`: write-only secrets are in the uploaded package and in no other place on this side,
//!   in no disguise

mod crashes;
mod edge_load;
mod estates;
mod faults;
mod hostile_input;
mod ingest_load;
mod lives;
mod long_run;
mod published;
mod races;
mod secrecy;
