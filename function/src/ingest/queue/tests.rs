//! The queue under refusals, failures and more entries than it has room for.

use super::{Fate, Queue, Tally};
use crate::ingest::{Batching, Receipt};
use crate::settings::Kinesis;

const FAILED: Receipt = Receipt::Failed {
    is_ambiguous: false,
};
const UNCLEAR: Receipt = Receipt::Failed { is_ambiguous: true };

fn single(entries_limit: u32) -> Queue {
    Queue::new(entries_limit, Batching::single())
}

fn batches(batch_size: u32) -> Queue {
    let kinesis = Kinesis {
        batch_size,
        ramp_up: false,
        ..Kinesis::default()
    };
    Queue::new(1000, Batching::of(&kinesis))
}

fn fill(queue: &mut Queue, entries: &[&str]) {
    for entry in entries {
        queue.push((*entry).to_owned(), Tally::default(), None, 0);
    }
}

fn take(queue: &mut Queue, now: u64) -> Option<(u32, Vec<Vec<String>>)> {
    let (id, records) = queue.take(now)?;
    let texts =
        |record: &Vec<super::Waiting>| record.iter().map(|waiting| waiting.entry.clone()).collect();
    Some((id, records.iter().map(texts).collect()))
}

fn kept(kept: usize) -> Option<Fate> {
    Some(Fate { kept, lost: 0 })
}

#[test]
fn the_oldest_go_first_and_are_counted_once() {
    let mut queue = single(2);
    fill(&mut queue, &["a", "b", "c", "d"]);
    assert_eq!(queue.take_tally().dropped, 2);
    assert_eq!(queue.take_tally(), Tally::default());
    assert_eq!(take(&mut queue, 0), Some((0, vec![vec!["c".to_owned()]])));
}

#[test]
fn what_a_lost_entry_would_have_told_is_told_by_another() {
    let mut queue = single(1);
    let tally = |dropped, resent| Tally { dropped, resent };
    assert_eq!(queue.push("a".to_owned(), tally(3, 1), None, 0), 0);
    assert_eq!(queue.push("b".to_owned(), tally(0, 2), None, 0), 1);
    assert_eq!(queue.take_tally(), tally(4, 1), "a and what it told");
    let (id, _) = take(&mut queue, 0).unwrap();
    queue.settle(id, &Receipt::Refused, 0, 0);
    let (id, _) = take(&mut queue, 0).unwrap();
    queue.settle(id, &Receipt::Refused, 0, 0);
    assert_eq!(queue.take_tally(), tally(1, 2), "b and what it told");
}

#[test]
fn bytes_are_bounded_too() {
    let mut queue = single(1000);
    for _ in 0..20 {
        queue.push("x".repeat(512 << 10), Tally::default(), None, 0);
    }
    assert_eq!(queue.take_tally().dropped, 4);
    let too_long = "x".repeat((512 << 10) + 1);
    assert_eq!(queue.push(too_long, Tally::default(), None, 0), 1);
    assert_eq!(queue.take_tally().dropped, 1, "an entry that is too long");
}

#[test]
fn a_failing_service_is_asked_again_after_a_pause_and_nothing_is_lost() {
    let mut queue = batches(1);
    fill(&mut queue, &["a"]);
    let (id, _) = take(&mut queue, 0).unwrap();
    assert_eq!(queue.settle(id, &FAILED, 0, 255), kept(1));
    assert_eq!(queue.due(), Some(500));
    assert_eq!(take(&mut queue, 499), None);
    let (id, records) = take(&mut queue, 500).unwrap();
    assert_eq!(records, [["a"]]);
    assert_eq!(
        queue.take_tally(),
        Tally::default(),
        "it cannot have arrived"
    );
    assert_eq!(queue.settle(id, &UNCLEAR, 500, 255), kept(1));
    assert_eq!(queue.take_tally().resent, 1);
    assert_eq!(take(&mut queue, 1499), None);
    let (id, _) = take(&mut queue, 1500).unwrap();
    assert_eq!(queue.settle(id, &Receipt::Arrived, 1500, 0), kept(0));
    assert_eq!(queue.take_tally(), Tally::default());
    assert_eq!(queue.due(), None);
}

#[test]
fn calls_that_fail_together_count_once() {
    let mut queue = single(10);
    fill(&mut queue, &["a"; 8]);
    let ids: Vec<u32> = core::iter::from_fn(|| take(&mut queue, 0))
        .map(|(id, _)| id)
        .collect();
    for id in ids {
        queue.settle(id, &UNCLEAR, 100, 255);
    }
    assert_eq!(queue.due(), Some(600), "a short pause");
}

#[test]
fn single_entries_may_fail_now_and_then_without_a_pause() {
    let mut queue = single(10);
    fill(&mut queue, &["a", "b", "c"]);
    let fail = |queue: &mut Queue, now| {
        let (id, _) = take(queue, now).unwrap();
        queue.settle(id, &FAILED, now, 255)
    };
    assert_eq!(fail(&mut queue, 0), kept(1));
    assert_eq!(fail(&mut queue, 0), kept(1));
    assert_eq!(queue.due(), Some(0), "that may be chance");
    assert_eq!(fail(&mut queue, 0), kept(1));
    assert_eq!(queue.due(), Some(500));
    let (id, _) = take(&mut queue, 500).unwrap();
    assert_eq!(take(&mut queue, 500), None, "one finds out");
    assert_eq!(queue.settle(id, &FAILED, 500, 255), kept(1));
    assert_eq!(queue.due(), Some(1500));
    let (id, _) = take(&mut queue, 1500).unwrap();
    queue.settle(id, &Receipt::Arrived, 1500, 0);
    assert_eq!(core::iter::from_fn(|| take(&mut queue, 1500)).count(), 2);
}

#[test]
fn a_call_that_was_made_twice_may_have_arrived_twice() {
    let mut queue = batches(2);
    fill(&mut queue, &["a", "b", "c", "d"]);
    let (id, _) = take(&mut queue, 0).unwrap();
    queue.repeated(id);
    queue.repeated(id + 1);
    assert_eq!(queue.settle(id, &Receipt::Arrived, 0, 0), kept(0));
    assert_eq!(queue.take_tally().resent, 4);
}

#[test]
fn an_entry_that_is_refused_twice_is_given_up_and_counted() {
    let mut queue = single(10);
    fill(&mut queue, &["a"]);
    let (id, _) = take(&mut queue, 0).unwrap();
    assert_eq!(queue.settle(id, &Receipt::Refused, 0, 0), kept(1));
    let (id, _) = take(&mut queue, 0).unwrap();
    let lost = Some(Fate { kept: 0, lost: 1 });
    assert_eq!(queue.settle(id, &Receipt::Refused, 0, 0), lost);
    assert_eq!(queue.take_tally().dropped, 1);
    assert_eq!(queue.settle(id, &Receipt::Arrived, 0, 0), None);
}

#[test]
fn only_so_many_are_on_their_way_at_once() {
    let mut queue = single(100);
    fill(&mut queue, &["a"; 20]);
    assert_eq!(core::iter::from_fn(|| take(&mut queue, 0)).count(), 8);
    assert_eq!(queue.due(), None);
}

#[test]
fn a_batch_goes_when_it_is_full_or_old() {
    let mut queue = batches(2);
    fill(&mut queue, &["a"]);
    assert_eq!(take(&mut queue, 9_999), None);
    assert_eq!(queue.due(), Some(10_000));
    assert_eq!(take(&mut queue, 10_000).unwrap().1, [["a"]]);
    fill(&mut queue, &["b", "c"]);
    assert_eq!(take(&mut queue, 0).unwrap().1, [["b", "c"]]);
}

#[test]
fn only_the_records_that_failed_are_sent_again_in_their_order() {
    let mut queue = batches(2);
    fill(&mut queue, &["a", "b", "c", "d", "e", "f"]);
    let (id, records) = take(&mut queue, 0).unwrap();
    assert_eq!(records, [["a", "b"], ["c", "d"], ["e", "f"]]);
    let receipt = Receipt::Partly(vec![true, false, true]);
    assert_eq!(queue.settle(id, &receipt, 0, 255), kept(4));
    fill(&mut queue, &["g"]);
    assert_eq!(take(&mut queue, 499), None, "after a pause");
    let (_, records) = take(&mut queue, 500).unwrap();
    assert_eq!(records, [vec!["a", "b"], vec!["e", "f"], vec!["g"]]);
    assert_eq!(queue.take_tally(), Tally::default());
}
