//! The provider processes below a terraform process.

use std::collections::HashMap;
use std::fs;

use anyhow::{Result, ensure};
use rustix::process::{Pid, Signal, kill_process};

/// What Linux shows of the provider's name: fifteen characters of it.
const SHOWN_NAME: &str = "terraform-provi";

/// SIGKILL for every provider that `terraform` (a process id) has started, by process id. Fails when there is none.
pub fn kill_providers(terraform: u32) -> Result<()> {
    let parents = processes();
    let below = |mut id: u32| {
        while let Some((parent, _)) = parents.get(&id) {
            if *parent == terraform {
                return true;
            }
            id = *parent;
        }
        false
    };
    let providers = parents
        .iter()
        .filter(|(id, (_, name))| name == SHOWN_NAME && below(**id));
    let ids: Vec<Pid> = providers
        .filter_map(|(id, _)| Pid::from_raw(i32::try_from(*id).ok()?))
        .collect();
    ensure!(
        !ids.is_empty(),
        "terraform {terraform} has no provider process"
    );
    for id in ids {
        kill_process(id, Signal::KILL)?;
    }
    Ok(())
}

/// Process id to parent and name, from `/proc/<id>/stat`: `id (name) state parent …`.
fn processes() -> HashMap<u32, (u32, String)> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let id = entry.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
            let parent = rest.split_whitespace().nth(1)?.parse().ok()?;
            Some((id, (parent, name.to_owned())))
        })
        .collect()
}
