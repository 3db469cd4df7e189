//! Under fire: faults, deaths, races, load and hostile input, each with the number it has to reach.
//!
//! `make test` runs a seeded sample of each, `make soak` all of it (`RELIABILITY=full`); `RELIABILITY_SEED` chooses another sample.
//! Every test prints its figures as `reliability <name> <value> <unit>`; `docs/guides/reliability.md` has the table of a full run.
//! What is asserted is order and outcome; times are printed.
//!
//! | module | what it protects |
//! |---|---|
//! | `estates` | hundreds of integrations: time and calls grow with the estate and no faster, memory stays bounded |
//! | `hostile_input` | whatever comes over the provider's socket is answered, in bounded memory |
//! | `races` | what colleagues do to the distribution during an apply stays; one version is published |

mod estates;
mod hostile_input;
mod plugin;
mod races;
