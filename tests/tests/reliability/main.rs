//! Under fire: faults, deaths, races, load and hostile input, each with the number it has to reach.
//!
//! `make test` runs a seeded sample of each, `make soak` all of it (`RELIABILITY=full`); `RELIABILITY_SEED` chooses another sample.
//! Every test prints its figures as `reliability <name> <value> <unit>`; `docs/guides/reliability.md` has the table of a full run.
//! What is asserted is order and outcome; times are printed.
//!
//! | module | what it protects |
//! |---|---|
//! | `edge_load` | visitors wait for Protector as long as is allowed and no longer, and not at all once it is known to hang |
//! | `ingest_load` | every log entry arrives or is counted as dropped; copies come only where nobody can know, and are counted |
//! | `long_run` | mixed load for half an hour: no growth, no stuck connection, no lost decision |

mod edge_load;
mod ingest_load;
mod long_run;
mod published;
