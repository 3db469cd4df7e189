//! Waiting with an end: every pause ends at its deadline, and when Terraform is stopped.

use std::time::Duration;

use tfplugin::Timeout;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::error::Error;

/// The time for a write, and for what belongs to one that CloudFront may have accepted.
const GRACE: Duration = Duration::from_secs(30);

/// The end of one resource operation: its time limit, or Terraform's stop.
#[derive(Clone, Debug)]
pub(crate) struct Deadline {
    end: Instant,
    limit: Duration,
    stop: CancellationToken,
}

impl Deadline {
    pub(crate) fn after(limit: impl Into<Timeout>, stop: CancellationToken) -> Deadline {
        let limit = limit.into().duration();
        Deadline {
            end: Instant::now() + limit,
            limit,
            stop,
        }
    }

    /// For what must still be done after a write: neither a stop nor the end of the operation's
    /// time prevents it.
    pub(crate) fn grace() -> Deadline {
        Deadline::after(GRACE, CancellationToken::new())
    }

    /// The same operation with an earlier end, if `limit` comes first.
    pub(super) fn within(&self, limit: Duration) -> Deadline {
        let end = self.end.min(Instant::now() + limit);
        Deadline {
            end,
            limit: self.limit.min(limit),
            stop: self.stop.clone(),
        }
    }

    /// The same operation with an end that leaves `reserve` for what comes after, or half of what
    /// is left.
    pub(crate) fn leaving(&self, reserve: Duration) -> Deadline {
        let remaining = self.remaining();
        self.within(remaining.saturating_sub(reserve).max(remaining / 2))
    }

    pub(crate) fn remaining(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }

    /// Runs `work` unless the deadline or a stop comes first. `work` is dropped then: right for
    /// reading and for calls that the next apply continues.
    pub(super) fn run<T>(
        &self,
        doing: &str,
        work: impl Future<Output = T>,
    ) -> impl Future<Output = Result<T, Error>> {
        // The SDK's calls are large; on the heap they do not enlarge every future that contains
        // them.
        let work = Box::pin(work);
        async move {
            tokio::select! {
                biased;
                () = self.stop.cancelled() => Err(Error::Cancelled { doing: doing.to_owned() }),
                done = tokio::time::timeout_at(self.end, work) => done.map_err(|_| self.expired(doing)),
            }
        }
    }

    /// Runs `work` to its end even when Terraform is stopped: for a write whose outcome must be
    /// known. The deadline cuts it off, but a write that begins shortly before it gets as much time
    /// as [`Deadline::grace`] has.
    pub(super) fn finish<T>(
        &self,
        doing: &str,
        work: impl Future<Output = T>,
    ) -> impl Future<Output = Result<T, Error>> {
        let work = Box::pin(work);
        let end = self.end.max(Instant::now() + GRACE);
        async move {
            tokio::time::timeout_at(end, work)
                .await
                .map_err(|_| self.expired(doing))
        }
    }

    /// Waits for the next attempt. If the end comes before it, the error comes now.
    pub(crate) async fn pause(&self, pause: Duration, doing: &str) -> Result<(), Error> {
        if pause > self.remaining() {
            return Err(self.expired(doing));
        }
        self.run(doing, tokio::time::sleep(pause)).await
    }

    fn expired(&self, doing: &str) -> Error {
        Error::Timeout {
            doing: doing.to_owned(),
            limit: self.limit,
        }
    }
}

/// Growing pauses with jitter, so that parallel operations do not meet again and again.
#[derive(Clone, Debug)]
pub(super) struct Backoff {
    next: Duration,
    most: Duration,
}

impl Backoff {
    pub(super) const fn new(first: Duration, most: Duration) -> Backoff {
        Backoff { next: first, most }
    }

    /// Between three quarters and five quarters of a step that grows by half each time.
    pub(super) fn next(&mut self) -> Duration {
        let step = self.next;
        self.next = (step * 3 / 2).min(self.most);
        step.mul_f64(0.75 + fastrand::f64() / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_pause_that_would_outlast_the_deadline_fails_at_once() {
        let deadline = Deadline::after(Duration::from_secs(10), CancellationToken::new());
        let before = Instant::now();
        let error = deadline
            .pause(Duration::from_secs(11), "the function")
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Timeout { .. }), "{error}");
        assert_eq!(before.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_ends_a_pause_but_not_a_write() {
        let stop = CancellationToken::new();
        let deadline = Deadline::after(Duration::from_secs(60), stop.clone());
        stop.cancel();
        let paused = deadline
            .pause(Duration::from_secs(5), "the distribution")
            .await;
        assert!(matches!(paused, Err(Error::Cancelled { .. })));
        let written = deadline
            .finish("the update", async {
                tokio::time::sleep(Duration::from_secs(5)).await;
                7
            })
            .await;
        assert!(matches!(written, Ok(7)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_that_begins_before_the_deadline_gets_the_time_to_end() {
        let deadline = Deadline::after(Duration::from_secs(1), CancellationToken::new());
        let write = async |seconds| {
            let sleep = tokio::time::sleep(Duration::from_secs(seconds));
            deadline.finish("the update", sleep).await
        };
        assert!(write(20).await.is_ok());
        let error = write(40).await.unwrap_err();
        assert!(matches!(error, Error::Timeout { .. }), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_reserve_is_left_or_half_of_what_there_is() {
        let deadline =
            |seconds| Deadline::after(Duration::from_secs(seconds), CancellationToken::new());
        let reserve = Duration::from_secs(120);
        let left = |seconds| deadline(seconds).leaving(reserve).remaining().as_secs();
        assert_eq!((left(600), left(60)), (480, 30));
    }

    #[test]
    fn pauses_grow_to_the_limit_and_vary_by_a_quarter() {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(4));
        let pauses: Vec<f64> = (0..50).map(|_| backoff.next().as_secs_f64()).collect();
        assert!((0.75..=1.25).contains(&pauses[0]), "{pauses:?}");
        assert!(
            pauses[10..].iter().all(|pause| (3.0..=5.0).contains(pause)),
            "{pauses:?}"
        );
        assert!(
            pauses[10..].iter().any(|pause| *pause != pauses[10]),
            "no jitter in {pauses:?}"
        );
    }
}
