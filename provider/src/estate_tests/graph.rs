//! Carries out what waits for each other, in one of the orders that Terraform may choose.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

/// What a node does. An error keeps those that wait for it from being done.
pub(super) type Work = std::pin::Pin<Box<dyn Future<Output = Result<(), ()>> + Send>>;

pub(super) struct Node {
    /// Indices of the nodes that come first.
    pub(super) after: BTreeSet<usize>,
    pub(super) work: Box<dyn FnOnce() -> Work + Send>,
}

/// Does all of it, so many at a time. Whether nothing failed.
pub(super) async fn walk(nodes: Vec<Node>, parallelism: usize) -> bool {
    let after: Arc<Vec<BTreeSet<usize>>> =
        Arc::new(nodes.iter().map(|node| node.after.clone()).collect());
    let mut waiting: Vec<Option<Node>> = nodes.into_iter().map(Some).collect();
    let mut done = BTreeSet::new();
    let mut failed = BTreeSet::new();
    let mut running = JoinSet::new();
    loop {
        // Whoever waits for one that failed is skipped.
        loop {
            let hopeless = (0..waiting.len())
                .find(|index| waiting[*index].is_some() && !after[*index].is_disjoint(&failed));
            let Some(index) = hopeless else { break };
            waiting[index] = None;
            failed.insert(index);
        }
        while running.len() < parallelism {
            let ready: Vec<usize> = (0..waiting.len())
                .filter(|index| waiting[*index].is_some() && after[*index].is_subset(&done))
                .collect();
            if ready.is_empty() {
                break;
            }
            let index = ready[fastrand::usize(..ready.len())];
            let node = waiting[index].take().expect("it is waiting");
            let pause = Duration::from_millis(fastrand::u64(0..200));
            let work = (node.work)();
            running.spawn(async move {
                tokio::time::sleep(pause).await;
                (index, work.await)
            });
        }
        match running.join_next().await {
            Some(Ok((index, Ok(())))) => {
                done.insert(index);
            }
            Some(Ok((index, Err(())))) => {
                failed.insert(index);
            }
            Some(Err(error)) => std::panic::resume_unwind(error.into_panic()),
            None => {
                let left = waiting.iter().filter(|node| node.is_some()).count();
                assert_eq!(left, 0, "the model's graph has a cycle");
                return failed.is_empty();
            }
        }
    }
}
