//! An apply that ends in the middle leaves nothing that no later apply or destroy could clear up.

use std::collections::BTreeMap;
use std::time::Duration;

use acceptance::aws::{AwsError, Calls, Effect, Fault, Moment, Operation, Times};
use acceptance::terraform::Summary;
use anyhow::{Result, ensure};
use rustix::process::Signal;

use super::{A, B, Ground, associated, configure, head, integration, told};

/// Interrupts or kills Terraform and the provider when CloudFront has just accepted an update.
fn cut_off(ground: &Ground, signal: Signal) -> Result<()> {
    let accepted = ground
        .estate
        .proxy
        .hold(Operation::UpdateDistribution, Moment::After);
    let apply = ["apply", "-input=false", "-auto-approve"];
    let running = ground.terraform.start(&apply)?;
    accepted.reached(Duration::from_secs(60))?;
    if signal == Signal::INT {
        running.interrupt()?;
    } else {
        running.signal_group(signal);
    }
    drop(accepted);
    running.wait()?;
    Ok(())
}

/// Between the update that leaves the slots and the create that takes them.
#[test]
fn a_stop_during_a_move_to_an_association_is_continued_by_the_next_apply() -> Result<()> {
    told(|ground| {
        let behaviors = ["/checkout/*"];
        ground.configure(&[integration("a", A, &ground.on(0, &behaviors))])?;
        ground.apply()?;
        let arn = "netacea_cloudfront_integration.a.qualified_arn";
        ground.configure(&[
            integration("a", A, ""),
            ground.association("more", 0, arn, "behaviors = [\"/checkout/*\"]"),
        ])?;
        cut_off(ground, Signal::INT)?;
        ensure!(ground.count(0, &[A])? == [0], "it was not left yet");
        ground.apply()?;
        ensure!(ground.count(0, &[A])? == [3]);
        ground.destroy()
    })
}

/// The state still names the function that was in the slots before.
#[test]
fn an_association_killed_while_it_changes_its_function_gives_both_up() -> Result<()> {
    told(|ground| {
        ground.configure(&associated(ground, "a"))?;
        ground.apply()?;
        ground.configure(&associated(ground, "b"))?;
        cut_off(ground, Signal::KILL)?;
        ensure!(ground.count(0, &[A, B])? == [0, 3]);
        ground.destroy()
    })
}

/// As long as nobody can see whose it is, a function may be another integration's.
#[test]
fn a_function_whose_tags_cannot_be_read_is_not_displaced() -> Result<()> {
    told(|ground| {
        let a = integration("a", A, &ground.on(0, &["/checkout/*"]));
        ground.configure(std::slice::from_ref(&a))?;
        ground.apply()?;
        let before = ground.held(0)?;
        let adopting = ground.on(0, &["/checkout/*"]);
        let adopting = adopting.replace("behaviors", "adopt_existing = true\n    behaviors");
        let b = integration("b", B, &adopting);
        let elsewhere = ground.estate.configuration(&head())?;
        configure(&elsewhere, &[b])?;
        let refusal = AwsError::new(403, "AccessDeniedException", "refused by the proxy");
        let calls = Calls::from(Operation::ListTags).about(A);
        let denied = Fault::on(calls, Effect::Refuse(refusal), Times::Every);
        ground.estate.proxy.script(denied);
        let names = ["lambda:ListTags", A];
        ground.refused(&elsewhere, Summary::MissingPermission, &names)?;
        ensure!(ground.held(0)? == before, "it took them");

        ground.estate.proxy.relent();
        let names = [A, "is never displaced"];
        ground.refused(&elsewhere, Summary::SlotOfAnotherIntegration, &names)?;
        ground.destroy()
    })
}

/// The process of a create is suspended for longer than its lease, and another create, in another
/// state, continues it meanwhile.
#[test]
fn a_create_that_was_taken_over_leaves_the_function_to_the_other_one() -> Result<()> {
    told(|ground| {
        ground.configure(&[integration("a", A, &ground.on(0, &["default"]))])?;
        let suspended = ground
            .estate
            .proxy
            .hold(Operation::UpdateDistribution, Moment::After);
        let apply = ["apply", "-input=false", "-auto-approve"];
        let running = ground.terraform.start(&apply)?;
        suspended.reached(Duration::from_secs(60))?;
        let functions = ground.estate.emulator.functions();
        let arn = format!("arn:aws:lambda:us-east-1:000000000000:function:{A}");
        let place = format!("netacea:placed:{}", ground.sites[0].id());
        let others = [
            ("netacea:owner", "0123456789abcdef"),
            (&place, "0123456789abcdef"),
            ("netacea:lifecycle", "ready"),
        ];
        functions.tag(&arn, &serde_json::to_value(BTreeMap::from(others))?)?;
        drop(suspended);
        let failed = running.wait()?.code(1)?;
        failed.errs(Summary::TakenOver, &[A, "remove this resource"])?;

        ground.configure(&[])?;
        let apply = ground.terraform.apply()?;
        apply.warns(Summary::FunctionLeftToAnother, &[A])?;
        ensure!(ground.count(0, &[A])? == [3], "slots of the other one");
        let tags = functions.tags(A)?;
        for (key, value) in others {
            ensure!(tags[key] == value, "{tags}");
        }
        Ok(())
    })
}
