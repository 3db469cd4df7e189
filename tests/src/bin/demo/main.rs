//! The main job, told aloud on real parts: `make demo`.
//!
//! A distribution that somebody else made is protected by `terraform apply`, visited through an
//! edge simulator that runs the very zip that was published, tampered with, healed, changed, and
//! set free again. Every sentence is checked; the first that does not hold ends the story with exit
//! code 1. Nothing leaves this machine and nothing is left behind, also after Ctrl-C.

mod narrator;
mod scene;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use acceptance::aws::Effect;
use acceptance::aws::Snapshot;
use acceptance::edge::{ViewerResponse, Visitor};
use acceptance::interrupt;
use acceptance::netacea::{Captcha, Checkpoint, Verdict};
use anyhow::{Context, Result, ensure};

use crate::narrator::{INDENT, Narrator, say};
use crate::scene::{ADDRESS, PROTECTED, Scene};

/// The time limit of the whole story; it takes about a minute.
const LIMIT: Duration = Duration::from_secs(600);

/// The default of `settings.protector.breaker.open_seconds`.
const BREAKER_OPEN: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    let started = Instant::now();
    let mut narrator = Narrator::default();
    // The scene is inside `tell`, so everything has been taken down before the summary.
    let outcome = interrupt::listen(LIMIT).and_then(|()| tell(&mut narrator));
    narrator.summarize();
    let seconds = started.elapsed().as_secs_f64();
    match outcome {
        Ok(()) => {
            println!("\nEverything held, in {seconds:.0} s.");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("\ndemo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn tell(narrator: &mut Narrator) -> Result<()> {
    println!(
        "A CloudFront distribution that somebody else made gets Netacea's protection, and loses it again."
    );
    let mut scene = Scene::set()?;
    scene.terraform.set_echo(Some(INDENT));
    let mut human = Visitor::new("Mozilla/5.0 (a human)", "203.0.113.10");

    narrator.step(
        "terraform apply protects three behaviors, and changes nothing else",
        || apply(&scene),
    )?;
    narrator.step("A human passes and gets a session cookie", || {
        human_passes(&scene, &mut human)
    })?;
    narrator.step("The human's second request makes no Protector call", || {
        human_returns(&scene, &mut human)
    })?;
    narrator.step("A bot gets 403", || bot_is_stopped(&scene))?;
    narrator.step(
        "A suspicious visitor gets a captcha, solves it, and passes",
        || captcha_is_solved(&scene),
    )?;
    narrator.step(
        "Another one's browser is put through a checkpoint, and passes",
        || checkpoint_is_passed(&scene),
    )?;
    narrator.step("Protector is down: visitors pass", || {
        protector_is_down(&scene)
    })?;
    narrator.step(
        "Associations are removed behind our back: plan says which slots and why",
        || drift_is_shown(&scene),
    )?;
    narrator.step("terraform apply heals it", || drift_is_healed(&scene))?;
    narrator.step(
        "A setting changes: a new version, and every association moves to it",
        || settings_change(&mut scene),
    )?;
    narrator.step("A second plan is empty", || plan_is_empty(&scene))?;
    narrator.step(
        "terraform destroy: the distribution is as it was, byte for byte",
        || destroy(&scene),
    )
}

fn apply(scene: &Scene) -> Result<()> {
    scene.terraform.apply()?;
    scene.show_associations()?;
    let after = scene.estate.site.distribution.configuration()?;
    let outside = |snapshot: &Snapshot| snapshot.without_associations(&PROTECTED);
    ensure!(
        outside(&scene.before)? == outside(&after)?,
        "something else changed:\n{}",
        after.xml
    );
    say("outside the associations of the three behaviors not a byte has changed");
    let ours = scene
        .associations()?
        .into_iter()
        .filter(|(_, arn)| arn.ends_with(":netacea-shop:1"))
        .count();
    ensure!(
        ours == 9,
        "three behaviors with three events should hold version 1, but {ours} slots do"
    );
    Ok(())
}

fn human_passes(scene: &Scene, human: &mut Visitor) -> Result<()> {
    let (response, _) = scene.visit(human, "human", "GET /", |human| {
        human.get(&scene.estate.edge, "/")
    })?;
    passes(&response)?;
    let cookie = response
        .values("set-cookie")
        .into_iter()
        .find(|line| line.starts_with("_mitata="));
    say(format!(
        "set-cookie: {}",
        cookie.context("no session cookie")?
    ));
    Ok(())
}

fn human_returns(scene: &Scene, human: &mut Visitor) -> Result<()> {
    let asked = scene.estate.netacea.protector.attempts();
    let (response, _) = scene.visit(human, "human", "GET /api/basket", |human| {
        human.get(&scene.estate.edge, "/api/basket")
    })?;
    passes(&response)?;
    ensure!(
        scene.estate.netacea.protector.attempts() == asked,
        "Protector was asked again"
    );
    Ok(())
}

fn bot_is_stopped(scene: &Scene) -> Result<()> {
    scene
        .estate
        .netacea
        .protector
        .judge_user_agent("scraper", Verdict::BLOCKED);
    let mut bot = Visitor::new("price-scraper/3.1", "198.51.100.7");
    let (response, entry) = scene.visit(&mut bot, "bot", "GET /checkout/1", |bot| {
        bot.get(&scene.estate.edge, "/checkout/1")
    })?;
    ensure!(
        response.status == 403 && !response.reached_origin,
        "the bot got {response}"
    );
    ensure!(
        entry["Status"] == "403" && entry["NetaceaMitigationApplied"] == "ua_blocked",
        "the log says {entry}"
    );
    Ok(())
}

fn captcha_is_solved(scene: &Scene) -> Result<()> {
    scene
        .estate
        .netacea
        .protector
        .judge_user_agent("odd browser", Verdict::CAPTCHA);
    let edge = &scene.estate.edge;
    let mut visitor = Visitor::new("an odd browser", "198.51.100.23");
    let (page, _) = scene.visit(&mut visitor, "visitor", "GET /checkout/2", |visitor| {
        visitor.get(edge, "/checkout/2")
    })?;
    ensure!(
        page.status == 403 && page.text() == Captcha::PAGE,
        "no captcha page but {page} {}",
        page.text()
    );
    say(page.text());
    let line = format!("POST /AtaVerifyCaptcha {}", Captcha::SOLUTION);
    let (solved, _) = scene.visit(&mut visitor, "visitor", &line, |visitor| {
        visitor.post(edge, "/AtaVerifyCaptcha", Captcha::SOLUTION)
    })?;
    ensure!(
        solved.status == 200 && !solved.reached_origin,
        "the solution was answered {solved}"
    );
    let (response, _) = scene.visit(&mut visitor, "visitor", "GET /checkout/2", |visitor| {
        visitor.get(edge, "/checkout/2")
    })?;
    passes(&response)
}

fn checkpoint_is_passed(scene: &Scene) -> Result<()> {
    scene
        .estate
        .netacea
        .protector
        .judge_user_agent("curious browser", Verdict::CHECKPOINT);
    let edge = &scene.estate.edge;
    let mut visitor = Visitor::new("a curious browser", "198.51.100.24");
    let (page, _) = scene.visit(&mut visitor, "visitor", "GET /checkout/2", |visitor| {
        visitor.get(edge, "/checkout/2")
    })?;
    ensure!(
        page.status == 403 && page.text() == Checkpoint::PAGE,
        "no checkpoint page but {page} {}",
        page.text()
    );
    say(page.text());
    for body in [Checkpoint::FIRST_STEP, Checkpoint::SOLUTION] {
        let line = format!("POST /AtaVerifyCaptcha {body}");
        let (step, _) = scene.visit(&mut visitor, "visitor", &line, |visitor| {
            visitor.post(edge, "/AtaVerifyCaptcha", body)
        })?;
        ensure!(
            step.status == 200 && !step.reached_origin,
            "the checkpoint was answered {step}"
        );
    }
    let (response, entry) = scene.visit(&mut visitor, "visitor", "GET /checkout/2", |visitor| {
        visitor.get(edge, "/checkout/2")
    })?;
    ensure!(
        entry["NetaceaMitigationApplied"] == "ip_blocked,checkpoint_cookiepass",
        "the log says {entry}"
    );
    passes(&response)
}

fn protector_is_down(scene: &Scene) -> Result<()> {
    let protector = &scene.estate.netacea.protector;
    protector.suffer(Effect::DOWN);
    for number in 1..=3 {
        let mut visitor = Visitor::new(
            "Mozilla/5.0 (somebody new)",
            &format!("203.0.113.{}", 20 + number),
        );
        let attempts = protector.attempts();
        let (response, entry) = scene.visit(&mut visitor, "visitor", "GET /", |visitor| {
            visitor.get(&scene.estate.edge, "/")
        })?;
        passes(&response)?;
        ensure!(
            entry["NetaceaMitigationApplied"] == "error_open",
            "the log says {entry}"
        );
        // The example's breaker opens after two failures.
        let asked = protector.attempts() > attempts;
        ensure!(
            asked == (number <= 2),
            "visitor {number}: Protector was {}asked",
            if asked { "" } else { "not " }
        );
    }
    protector.recover();
    say("(Protector is back; ten seconds later the breaker lets a visitor ask again)");
    interrupt::sleep(BREAKER_OPEN)?;
    let asked = protector.attempts();
    let mut visitor = Visitor::new("Mozilla/5.0 (somebody new)", "203.0.113.30");
    scene.visit(&mut visitor, "visitor", "GET /", |visitor| {
        visitor.get(&scene.estate.edge, "/")
    })?;
    ensure!(protector.attempts() > asked, "Protector is not asked again");
    Ok(())
}

fn drift_is_shown(scene: &Scene) -> Result<()> {
    const EMPTY: &str =
        "<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>";
    scene
        .estate
        .site
        .distribution
        .edit(|now| now.with_associations("/checkout/*", EMPTY))?;
    say("(a colleague empties the associations of /checkout/* in the console)");
    let plan = scene.terraform.plan(&[])?;
    say(format!("exit code {}", plan.outcome.code));
    ensure!(plan.outcome.code == 2, "the plan should show changes");
    let change = plan.change(ADDRESS)?;
    for event in ["viewer-request", "viewer-response", "origin-response"] {
        let slot = format!("/checkout/* {event}");
        ensure!(
            change["before"]["slots"].get(&slot).is_none(),
            "{slot} is not there, but the plan thinks so"
        );
        ensure!(
            change["after"]["slots"].get(&slot).is_some(),
            "the plan does not bring {slot} back"
        );
        plan.outcome.says(&[&slot])?;
    }
    plan.outcome.says(&["Warning:"])
}

fn drift_is_healed(scene: &Scene) -> Result<()> {
    scene.terraform.apply()?;
    let ours = scene
        .associations()?
        .into_iter()
        .filter(|(_, arn)| arn.ends_with(":netacea-shop:1"))
        .count();
    ensure!(
        ours == 9,
        "nine slots should hold version 1 again, but {ours} do"
    );
    let mut bot = Visitor::new("price-scraper/3.1", "198.51.100.7");
    let (response, _) = scene.visit(&mut bot, "bot", "GET /checkout/1", |bot| {
        bot.get(&scene.estate.edge, "/checkout/1")
    })?;
    ensure!(response.status == 403, "the bot got {response}");
    Ok(())
}

fn settings_change(scene: &mut Scene) -> Result<()> {
    scene.terraform.variable("session_expiry_seconds", "120");
    scene.terraform.apply()?;
    scene.show_associations()?;
    let associations = scene.associations()?;
    let holding = |version: &str| {
        associations
            .iter()
            .filter(|(_, arn)| arn.ends_with(version))
            .count()
    };
    ensure!(
        holding(":netacea-shop:2") == 9,
        "not all slots have moved to version 2"
    );
    ensure!(
        holding(":netacea-shop:1") == 0,
        "version 1 is still in the distribution"
    );
    let mut human = Visitor::new("Mozilla/5.0 (a human)", "203.0.113.11");
    let (response, _) = scene.visit(&mut human, "human", "GET /", |human| {
        human.get(&scene.estate.edge, "/")
    })?;
    passes(&response)
}

fn plan_is_empty(scene: &Scene) -> Result<()> {
    let plan = scene.terraform.plan(&[])?;
    say(format!("exit code {}", plan.outcome.code));
    plan.outcome.code(0).map(drop)
}

fn destroy(scene: &Scene) -> Result<()> {
    scene.terraform.destroy()?;
    scene.show_associations()?;
    let after = scene.estate.site.distribution.configuration()?;
    ensure!(
        after.xml == scene.before.xml,
        "the distribution is not as it was:\n{}",
        after.xml
    );
    say(format!("{} bytes then and now, all equal", after.xml.len()));
    Ok(())
}

fn passes(response: &ViewerResponse) -> Result<()> {
    ensure!(
        response.status == 200 && response.reached_origin,
        "the visitor got {response} {}",
        response.text()
    );
    Ok(())
}
