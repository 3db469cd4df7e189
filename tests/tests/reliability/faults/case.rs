//! The faults that the calls of a phase meet: every call, every effect, at the beginning and in the
//! middle, for once and for good.

use std::fmt;
use std::time::Duration;

use acceptance::aws::{AwsError, Calls, Effect, Fault, Operation, Point, Times};

use super::PATIENCE;
use crate::lives::Phase;

/// Faults that belong together.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) faults: Vec<Fault>,
    /// What the provider waits for does not come.
    pub(super) lasts: bool,
    name: String,
}

impl Case {
    /// How long the provider may go on.
    pub(super) fn limit(&self) -> Duration {
        if self.lasts {
            PATIENCE
        } else {
            Duration::from_secs(60)
        }
    }

    /// The operations that it strikes.
    pub(super) fn operations(&self) -> impl Iterator<Item = Operation> {
        self.faults.iter().filter_map(|fault| fault.on.operation)
    }

    /// What AWS says in it.
    pub(super) fn refusals(&self) -> impl Iterator<Item = &AwsError> {
        self.faults.iter().filter_map(|fault| match &fault.effect {
            Effect::Refuse(refusal) => Some(refusal),
            _ => None,
        })
    }

    fn of(fault: Fault) -> Self {
        Self {
            name: told(&fault),
            faults: vec![fault],
            lasts: false,
        }
    }

    fn lasting(self) -> Self {
        Self {
            lasts: true,
            ..self
        }
    }

    fn and(mut self, fault: Fault) -> Self {
        self.name = format!("{} and {}", self.name, told(&fault));
        self.faults.push(fault);
        self
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Everything that can go wrong with the calls of a phase; `route` lists them.
pub(super) fn cases(phase: Phase, route: &[Point]) -> Vec<Case> {
    let first_write = route.iter().position(|point| point.operation.writes());
    let mut operations: Vec<Operation> = Vec::new();
    for point in route {
        if !operations.contains(&point.operation) {
            operations.push(point.operation);
        }
    }
    let mut cases = Vec::new();
    for (index, operation) in operations.iter().copied().enumerate() {
        // In the middle of things, where there is such a call: the plan would fail before anything
        // began.
        let after = first_write.filter(|&write| {
            let mut later = route[write + 1..].iter();
            later.any(|point| point.operation == operation)
        });
        let after = after.map(|write| route[write].operation);
        let same = |point: &&Point| point.operation == operation;
        let is_repeated = route.iter().filter(same).count() > 1;
        for (number, effect) in effects(operation).into_iter().enumerate() {
            let once = if is_repeated && (index + number) % 2 == 1 {
                Times::Nth(2)
            } else {
                Times::First(1)
            };
            let early = Fault::on(operation, effect.clone(), once);
            let calls = Calls {
                after,
                ..operation.into()
            };
            let always = Fault::on(calls, effect, Times::Every);
            cases.extend([early, always].map(Case::of));
        }
    }
    cases.extend(special(phase));
    cases
}

/// What can go wrong with any call.
fn effects(operation: Operation) -> Vec<Effect> {
    let refuse =
        |status: u16, code, message: &str| Effect::Refuse(AwsError::new(status, code, message));
    let lambda = operation.is_lambda();
    let denied = if lambda {
        "AccessDeniedException"
    } else {
        "AccessDenied"
    };
    let internal = if lambda {
        "ServiceException"
    } else {
        "InternalError"
    };
    vec![
        Effect::Delay(Duration::from_millis(300)),
        Effect::Unreachable { connections: 3 },
        Effect::ResetBefore,
        Effect::ResetDuring,
        Effect::ResetAfter,
        Effect::Truncated,
        Effect::Corrupt,
        refuse(400, "Throttling", "Rate exceeded"),
        refuse(429, "TooManyRequestsException", "Rate exceeded"),
        refuse(500, internal, "An internal error occurred."),
        refuse(503, "ServiceUnavailable", "Try again later."),
        refuse(
            403,
            denied,
            "User is not authorized to perform this action.",
        ),
    ]
}

/// What can go wrong with one call only.
fn special(phase: Phase) -> Vec<Case> {
    let refuse = |operation, error: &AwsError, times| {
        Case::of(Fault::on(operation, Effect::Refuse(error.clone()), times))
    };
    let for_a_while = Times::First(3);
    let arn = "arn:aws:lambda:us-east-1:000000000000:function:netacea-shop";
    let busy = AwsError::busy(arn);
    let unknown_role = AwsError::new(
        400,
        "InvalidParameterValueException",
        "The role defined for the function cannot be assumed by Lambda.",
    );
    let inactive = AwsError::association(format!(
        "The function must be in an Active state. The current state for function {arn}:1 is Pending"
    ));
    let mut cases = Vec::new();
    let changed = match phase {
        Phase::Create => vec![Operation::CreateFunction],
        Phase::Update => vec![Operation::UpdateFunctionConfiguration],
        _ => vec![],
    };
    for operation in changed {
        cases.push(refuse(operation, &unknown_role, for_a_while));
        cases.push(refuse(operation, &unknown_role, Times::Every).lasting());
    }
    if matches!(phase, Phase::Create | Phase::Update) {
        let mut busy_calls = vec![Operation::PublishVersion];
        if phase == Phase::Update {
            busy_calls.extend([
                Operation::UpdateFunctionConfiguration,
                Operation::UpdateFunctionCode,
            ]);
        }
        for operation in busy_calls {
            cases.push(refuse(operation, &busy, for_a_while));
            cases.push(refuse(operation, &busy, Times::Every).lasting());
        }
        let read = Calls::from(Operation::GetFunctionConfiguration);
        let published = read.after(Operation::PublishVersion);
        let pending = |times| Fault::on(published, Effect::Pending, times);
        let refused = |times| {
            Fault::on(
                Operation::UpdateDistribution,
                Effect::Refuse(inactive.clone()),
                times,
            )
        };
        cases.push(Case::of(pending(for_a_while)).and(refused(for_a_while)));
        cases.push(Case::of(pending(Times::Every)).lasting());
        cases.push(Case::of(refused(Times::Every)).lasting());
    }
    if matches!(phase, Phase::Create | Phase::Update | Phase::Destroy) {
        let edited = |times| {
            Case::of(Fault::on(
                Operation::UpdateDistribution,
                Effect::ForeignEdit,
                times,
            ))
        };
        cases.extend([Times::First(1), for_a_while].map(edited));
        cases.push(edited(Times::Every));
        let deploying = |times| {
            Case::of(Fault::on(
                Operation::GetDistribution,
                Effect::InProgress,
                times,
            ))
        };
        cases.push(deploying(for_a_while));
        cases.push(deploying(Times::Every).lasting());
    }
    if phase == Phase::Destroy {
        let replicated = AwsError::replicated(arn);
        for times in [Times::First(1), Times::First(2)] {
            cases.push(refuse(Operation::DeleteFunction, &replicated, times));
        }
        cases.push(refuse(Operation::DeleteFunction, &replicated, Times::Every).lasting());
        cases.push(refuse(Operation::DeleteFunction, &busy, Times::First(1)));
    }
    cases
}

/// As messages name a fault.
fn told(fault: &Fault) -> String {
    let operation = fault.on.operation;
    let operation = operation.map_or_else(String::new, |operation| format!("{operation:?} "));
    let effect = match &fault.effect {
        Effect::Refuse(error) => format!("{} {}", error.status.as_u16(), error.code),
        effect => format!("{effect:?}"),
    };
    let after = fault.on.after;
    let after = after.map_or_else(String::new, |after| format!(" after {after:?}"));
    format!("{operation}{effect} {:?}{after}", fault.times)
}
